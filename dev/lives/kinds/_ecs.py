"""What the things of ECS share."""

from __future__ import annotations

from keyed import listed
from others import RESOURCE, Tags

TAGS = Tags(
    "ecs",
    *RESOURCE,
    "resourceArn",
    tags="tags",
    as_aws_spells=lambda tags: listed(tags, "key", "value"),
    keys="tagKeys",
)
