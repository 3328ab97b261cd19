"""Whether others have deployed the first image: it is looked up, and stands in the state."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind(
    "fargate:ecs:RunningImage",
    {
        "clusterArn": Row("$one.clusterArn", "$two.clusterArn"),
        "containerName": Row("app", "web"),
        "placeholder": Row("shop:latest", "store:latest"),
    },
)
