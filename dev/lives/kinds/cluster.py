"""A cluster of ECS."""

from __future__ import annotations

from account import Cloud
from keyed import by_key, program_tags
from others import Call
from rows import Facts, Kind, Place, Row
from samples import shares
from state import Entry

from kinds._ecs import TAGS

PROVIDERS = ["FARGATE", "FARGATE_SPOT"]


def look(cloud: Cloud, it: Entry) -> Facts:
    answer = cloud.client("ecs").describe_clusters(clusters=[it.id], include=["SETTINGS", "TAGS"])
    (found,) = answer["clusters"]
    return {
        "containerInsights": found["settings"][0]["value"],
        "capacityProviders": sorted(found["capacityProviders"]),
        "defaultStrategy": sorted(found["defaultCapacityProviderStrategy"], key=str) or None,
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
            PROVIDERS,
            ["FARGATE"],
            change=Call(
                "ecs",
                "put_cluster_capacity_providers",
                "cluster",
                lambda value: {"capacityProviders": value, "defaultCapacityProviderStrategy": []},
            ),
        ),
        "defaultStrategy": Row(
            shares(("FARGATE", 1, 1)),
            shares(("FARGATE", 0, 1), ("FARGATE_SPOT", 0, 3)),
            as_aws_spells=lambda value: sorted(value, key=str),
            change=Call(
                "ecs",
                "put_cluster_capacity_providers",
                "cluster",
                lambda value: {"capacityProviders": PROVIDERS, "defaultCapacityProviderStrategy": value},
            ),
        ),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ecs").delete_cluster(cluster=it.id),
    tag=TAGS,
    foreign=foreign,
)
