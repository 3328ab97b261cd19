"""What the things of EC2 share."""

from __future__ import annotations

from keyed import by_key, program_tags
from others import Tags

TAGS = Tags(
    "ec2",
    "create_tags",
    "delete_tags",
    "Resources",
    lambda it: [it.id],
    keys="Tags",
    gone=lambda keys: [{"Key": key} for key in keys],
)


def unnamed(tags: list[dict[str, str]]) -> dict[str, str]:
    """EC2 shows the tag Name as the name of a thing: it is no property of ours."""
    return {key: value for key, value in program_tags(by_key(tags)).items() if key != "Name"}
