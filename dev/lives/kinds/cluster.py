"""A cluster of ECS."""

from __future__ import annotations

from account import Cloud
from keyed import by_key, program_tags
from others import Call
from rows import Facts, Kind, Place, Row
from state import Entry

from kinds._ecs import TAGS


def look(cloud: Cloud, it: Entry) -> Facts:
    answer = cloud.client("ecs").describe_clusters(clusters=[it.id], include=["SETTINGS", "TAGS"])
    (found,) = answer["clusters"]
    return {
        "containerInsights": found["settings"][0]["value"],
        "capacityProviders": sorted(found["capacityProviders"]),
        "tags": program_tags(by_key(found["tags"], "key", "value")),
    }


def foreign(at: Place, name: str) -> None:
    at.client("ecs").create_cluster(clusterName=name)


KIND = Kind(
    "fargate:ecs:Cluster",
    {
        "containerInsights": Row(
            "enabled",
            "enhanced",
            change=Call(
                "ecs",
                "update_cluster_settings",
                "cluster",
                lambda value: {"settings": [{"name": "containerInsights", "value": value}]},
            ),
        ),
        "capacityProviders": Row(
            ["FARGATE", "FARGATE_SPOT"],
            ["FARGATE"],
            change=Call(
                "ecs",
                "put_cluster_capacity_providers",
                "cluster",
                lambda value: {"capacityProviders": value, "defaultCapacityProviderStrategy": []},
            ),
        ),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ecs").delete_cluster(cluster=it.id),
    tag=TAGS,
    foreign=foreign,
)
