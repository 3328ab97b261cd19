"""Autoscaling by the clock, through the real engine and with an Application Auto Scaling that carries schedules out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from world import SMALL, Cloud, Stack

WHERE = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}


def count(cloud: Cloud) -> int:
    ecs = cloud.client("ecs")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    (arn,) = ecs.list_services(cluster=cluster)["serviceArns"]
    (service,) = ecs.describe_services(cluster=cluster, services=[arn])["services"]
    return int(service["desiredCount"])


def limits(cloud: Cloud) -> tuple[int, int]:
    (target,) = cloud.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")[
        "ScalableTargets"
    ]
    return target["MinCapacity"], target["MaxCapacity"]


def until(cloud: Cloud, minutes: int) -> None:
    cloud.control("POST", "clock", {"advance": 60 * minutes})


def test_a_service_is_off_at_night_and_nobody_wakes_it(stack: Stack, cloud: Cloud) -> None:
    before = cloud.objects()
    evening, morning = (datetime.now(UTC) + timedelta(hours=it) for it in (2, 12))

    def schedule(name: str, when: datetime, least: int, most: int) -> dict[str, Any]:
        return {"name": name, "at": when.strftime("%Y-%m-%dT%H:%M:%S"), "minCapacity": least, "maxCapacity": most}

    night, day = schedule("night", evening, 0, 0), schedule("day", morning, 2, 6)
    scaling: dict[str, Any] = {"enabled": True, "minCapacity": 2, "maxCapacity": 6, "schedules": [night, day]}
    stack.service(**SMALL, autoscaling=scaling)
    stack.up()
    assert (count(cloud), limits(cloud)) == (2, (2, 6))

    until(cloud, 121)
    assert (count(cloud), limits(cloud)) == (0, (0, 0))
    stack.no_change()
    stack.refresh()
    stack.no_change()
    # A new revision is deployed without a task, and another schedule starts none.
    weekend = {
        "name": "weekend",
        "cron": "0 20 ? * FRI *",
        "timezone": "Europe/Berlin",
        "minCapacity": 0,
        "maxCapacity": 0,
    }
    stack.service(**SMALL, environment={"COLOUR": "green"}, autoscaling=scaling | {"schedules": [night, day, weekend]})
    stack.up()
    assert (count(cloud), limits(cloud)) == (0, (0, 0))

    until(cloud, 600)
    assert (count(cloud), limits(cloud)) == (2, (2, 6))
    stack.no_change()

    # One schedule loses a number, another goes, and what somebody else has changed is seen.
    kept = [night, {"name": "weekend", "rate": "7 days", "maxCapacity": 2}]
    stack.service(**SMALL, environment={"COLOUR": "green"}, autoscaling=scaling | {"schedules": kept})
    stack.up()
    aas = cloud.client("application-autoscaling")
    actions = {
        it["ScheduledActionName"].rpartition("-")[2]: it
        for it in aas.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    }
    assert actions.keys() == {"night", "weekend"}
    assert actions["weekend"]["ScalableTargetAction"] == {"MaxCapacity": 2} and "Timezone" not in actions["weekend"]
    name, resource = (actions["night"][it] for it in ("ScheduledActionName", "ResourceId"))
    aas.delete_scheduled_action(**WHERE, ScheduledActionName=name, ResourceId=resource)
    stack.refresh()
    assert [it.name for it in stack.plan() if it.op == "create"] == ["web-schedule-night"]
    stack.up()

    # After the last one the numbers are those of the program.
    aas.register_scalable_target(**WHERE, ResourceId=resource, MinCapacity=1, MaxCapacity=1)
    stack.service(**SMALL, environment={"COLOUR": "green"}, autoscaling=scaling | {"schedules": []})
    stack.up()
    assert limits(cloud) == (2, 6)
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == before
