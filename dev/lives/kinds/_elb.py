"""What the things of Elastic Load Balancing share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from others import Tags
from rows import Facts, Row, Rows
from spelling import text
from state import Entry

TAGS = Tags("elbv2", "add_tags", "remove_tags", "ResourceArns", lambda it: [it.id])


def tags(cloud: Cloud, arn: str) -> dict[str, str]:
    (found,) = cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return program_tags(by_key(found["Tags"]))


@dataclass(frozen=True)
class Attribute:
    """A property that is an attribute of AWS: its key serves whoever sets it and whoever looks."""

    operation: str
    named: str
    key: str

    def __call__(self, cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        attributes = [{"Key": self.key, "Value": text(value)}]
        getattr(cloud.client("elbv2"), self.operation)(**{self.named: it.id, "Attributes": attributes})


def attributes(rows: Rows, found: list[dict[str, str]]) -> Facts:
    """What AWS says of the rows that are attributes."""
    told = by_key(found)
    changes = {path: row.change for path, row in rows.items() if isinstance(row, Row)}
    return {path: told[it.key] for path, it in changes.items() if isinstance(it, Attribute)}
