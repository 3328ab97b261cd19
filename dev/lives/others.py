"""What other tools do to an object, with boto3: the calls that a row, or a kind, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from account import Cloud
from keyed import listed
from state import Entry


@dataclass(frozen=True)
class Call:
    """One call that sets a property and nothing else."""

    service: str
    operation: str
    # How it names the object, and the members that hold the value.
    named: str
    members: Callable[[Any], dict[str, Any]]

    def __call__(self, cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        getattr(cloud.client(self.service), self.operation)(**{self.named: it.id}, **self.members(value))


def member(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {name: value}


@dataclass(frozen=True)
class Tags:
    """How others tag an object: the two calls, and how they name the object, its tags, and the keys that go."""

    service: str
    tag: str
    untag: str
    # The member that names the object, and the name.
    named: str
    of: Callable[[Entry], Any] = lambda it: it.outputs["arn"]
    tags: str = "Tags"
    as_aws_spells: Callable[[dict[str, str]], Any] = listed
    keys: str = "TagKeys"
    gone: Callable[[list[str]], Any] = list

    def __call__(self, cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
        client = cloud.client(self.service)
        if tags:
            getattr(client, self.tag)(**{self.named: self.of(it), self.tags: self.as_aws_spells(tags)})
        if gone:
            getattr(client, self.untag)(**{self.named: self.of(it), self.keys: self.gone(gone)})


# What many services call the two.
RESOURCE = ("tag_resource", "untag_resource")
