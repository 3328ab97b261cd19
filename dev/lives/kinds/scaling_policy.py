"""What says when a service scales. AWS has no tags for it."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

KEPT = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    scaling = cloud.client("application-autoscaling")
    answer = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=[it.outputs["name"]])
    (found,) = answer["ScalingPolicies"]
    return found


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    tracking = found["TargetTrackingScalingPolicyConfiguration"]
    metric = tracking["PredefinedMetricSpecification"]
    return {
        "resourceId": found["ResourceId"],
        "metric": metric["PredefinedMetricType"],
        "targetValue": tracking["TargetValue"],
        "resourceLabel": metric.get("ResourceLabel"),
        "scaleInCooldown": tracking["ScaleInCooldown"],
        "scaleOutCooldown": tracking["ScaleOutCooldown"],
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    found = found_at(cloud, it)
    tracking = found["TargetTrackingScalingPolicyConfiguration"] | {path[0].upper() + path[1:]: value}
    kept = {name: found[name] for name in KEPT}
    cloud.client("application-autoscaling").put_scaling_policy(
        **kept, TargetTrackingScalingPolicyConfiguration=tracking
    )


def delete(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").delete_scaling_policy(
        PolicyName=it.outputs["name"],
        ServiceNamespace="ecs",
        ResourceId=it.inputs["resourceId"],
        ScalableDimension="ecs:service:DesiredCount",
    )


KIND = Kind(
    "fargate:appautoscaling:Policy",
    {
        "resourceId": Row("$one.resourceId", "$two.resourceId"),
        "metric": Row("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"),
        "targetValue": Row(70, 55.5, change=change),
        "resourceLabel": Row("$one.label", "$one.label", needed=True, needs={"metric": "ALBRequestCountPerTarget"}),
        "scaleInCooldown": Row(900, 600, change=change),
        "scaleOutCooldown": Row(300, 0, change=change),
    },
    look=look,
    delete=delete,
    scalable=True,
    unread=frozenset({"baseName", "tags"}),
    upserted=True,
)
