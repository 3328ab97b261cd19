"""What says how far a service scales."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import program_tags
from others import RESOURCE, Tags
from rows import ABSENT, Facts, Kept, Kind, Row
from state import Entry

DIMENSION = "ecs:service:DesiredCount"


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    scaling = cloud.client("application-autoscaling")
    (found,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[it.id])["ScalableTargets"]
    return found


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    _, cluster, service = found["ResourceId"].split("/")
    tags = cloud.client("application-autoscaling").list_tags_for_resource(ResourceARN=found["ScalableTargetARN"])
    return {
        "clusterName": cluster,
        "serviceName": service,
        "minCapacity": found["MinCapacity"],
        "maxCapacity": found["MaxCapacity"],
        "tags": program_tags(tags["Tags"]),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    found = found_at(cloud, it)
    limits = {name: found[name] for name in ("MinCapacity", "MaxCapacity")} | {path[0].upper() + path[1:]: value}
    cloud.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs", ResourceId=it.id, ScalableDimension=DIMENSION, **limits
    )


def delete(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="ecs", ResourceId=it.id, ScalableDimension=DIMENSION
    )


KIND = Kind(
    "fargate:appautoscaling:Target",
    {
        "clusterName": Row("$one.clusterName", "$two.clusterName", changes_with={"serviceName": "$two.serviceName"}),
        "serviceName": Row("$one.serviceName", "$two.serviceName", changes_with={"clusterName": "$two.clusterName"}),
        "minCapacity": Row(1, 2, change=change),
        "maxCapacity": Row(3, 4, change=change),
        "scheduled": Kept("With it AWS's numbers are those of scheduled actions", ABSENT),
    },
    look=look,
    delete=delete,
    tag=Tags("application-autoscaling", *RESOURCE, "ResourceARN", as_aws_spells=dict),
    moves={"clusterName": "$two.clusterName", "serviceName": "$two.serviceName"},
)
