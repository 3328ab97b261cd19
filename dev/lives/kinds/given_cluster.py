"""A cluster that the program gives: it is looked up, and stands in the state."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind(
    "fargate:ecs:GivenCluster",
    {
        "clusterArn": Row("$one.clusterArn", "$two.clusterArn"),
        "capacityProviders": Row(["FARGATE"], ["FARGATE", "FARGATE_SPOT"]),
    },
)
