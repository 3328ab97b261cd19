"""What changes between how many tasks a service scales when a time comes. AWS has no tags for it."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

WHERE = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    scaling = cloud.client("application-autoscaling")
    answer = scaling.describe_scheduled_actions(
        ServiceNamespace="ecs", ScheduledActionNames=[it.outputs["actionName"]], ResourceId=it.inputs["resourceId"]
    )
    (found,) = answer["ScheduledActions"]
    return found


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    numbers = found["ScalableTargetAction"]
    return {
        "resourceId": found["ResourceId"],
        "name": found["ScheduledActionName"].partition("-")[2],
        "schedule": found["Schedule"],
        "timezone": found.get("Timezone"),
        "minCapacity": numbers.get("MinCapacity"),
        "maxCapacity": numbers.get("MaxCapacity"),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    found = found_at(cloud, it)
    name = path[0].upper() + path[1:]
    changed = {"ScalableTargetAction": {name: value}} if name.endswith("Capacity") else {name: value}
    kept = {name: found[name] for name in ("ScheduledActionName", "ResourceId")}
    cloud.client("application-autoscaling").put_scheduled_action(**WHERE, **kept, **changed)


def delete(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").delete_scheduled_action(
        **WHERE, ScheduledActionName=it.outputs["actionName"], ResourceId=it.inputs["resourceId"]
    )


KIND = Kind(
    "fargate:appautoscaling:ScheduledAction",
    {
        "resourceId": Row("$one.resourceId", "$two.resourceId"),
        "name": Row("night", "evening"),
        "schedule": Row("cron(0 20 ? * MON-FRI *)", "rate(12 hours)", change=change),
        "timezone": Row("Europe/Berlin", "America/New_York", needed=True, change=change),
        "minCapacity": Row(0, 1, needed=True, change=change),
        "maxCapacity": Row(2, 4, change=change),
    },
    look=look,
    delete=delete,
    scalable=True,
    unread=frozenset({"baseName", "tags"}),
    upserted=True,
)
