"""What a kind of child is here: what AWS and other people's tools say and do, which nobody can derive from our code.

What the code says itself (which inputs there are, which may be left out, which replace the object, which AWS never tells
back) is made of it: `provider/children/properties.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from account import ROOT, Cloud
from spelling import same
from state import Entry


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


# Not given at all.
ABSENT: Final = _Absent()
# AWS does not tell it as a property, although a read knows it again: it is a part of the object's name.
IN_THE_NAME: Final = "it is a part of the name"

# What AWS says of an object: the inputs that it tells, under our names for them, in its own spelling. Lists whose order
# means nothing are sorted; `tags` are those that are not the provider's own.
Facts = dict[str, Any]
Look = Callable[[Cloud, Entry], Facts]
# Somebody changes one property, as a person at the console would. The value comes in our spelling.
Change = Callable[[Cloud, Entry, str, Any], None]


@dataclass(frozen=True)
class Row:
    """One input: two values, how AWS spells them, and how others change it."""

    first: Any
    second: Any
    # How AWS spells a value.
    as_aws_spells: Callable[[Any], Any] | str = same
    # What AWS has while it is not given, of an input that need not be.
    absent: Any = None
    # Whether an object like this one cannot be without it, although there are others that can.
    needed: bool = False
    # What the child's other inputs must be for this one to be allowed.
    needs: dict[str, Any] = field(default_factory=dict)
    # What else must change with it.
    changes_with: dict[str, Any] = field(default_factory=dict)
    # Whether whoever changed it last decides: what others do is not undone, although AWS tells it.
    shared_with_others: bool = False
    # The call by which others change it.
    change: Change | None = None
    # Why AWS takes no call that changes this one alone.
    not_alone: str = ""


@dataclass(frozen=True)
class Kept:
    """An input that no program can change: why, and what it is."""

    why: str
    first: Any


Rows = dict[str, Row | Kept]
# Sets tags of an object, and takes tags away.
Tag = Callable[[Cloud, Entry, dict[str, str], list[str]], None]


@dataclass(frozen=True)
class Place:
    """Where somebody else makes an object: a network."""

    cloud: Cloud
    vpc: str
    subnets: list[str]

    def client(self, service: str) -> Any:
        return self.cloud.client(service)


@dataclass(frozen=True)
class Theirs:
    """A thing that others have in AWS."""

    # Makes it, by its name in the tables; its id.
    make: Callable[[Cloud, str], str]
    # Such an id, for a preview that does not meet the thing.
    like: str


@dataclass(frozen=True)
class Input:
    """One input of the component, or one member of it."""

    value: Any
    # What else changes with it.
    changes_with: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Feature:
    """What makes a service have one of a kind."""

    name: str
    # What its program says for it.
    program: dict[str, Any]
    # The component's inputs that mean something only then.
    inputs: dict[str, Input]


def name_in_aws(_cloud: Cloud, it: Entry) -> str:
    return str(it.outputs.get("name") or it.id)


@dataclass(frozen=True)
class Kind:
    """One kind of child."""

    token: str
    rows: Rows
    look: Look | None = None
    # How somebody else deletes the object.
    delete: Callable[[Cloud, Entry], Any] | None = None
    # How somebody else tags it; nothing for what AWS does not tag.
    tag: Tag | None = None
    # For what AWS does not tag and which has its tags elsewhere: takes away what says whose it is.
    disown: Callable[[Cloud, Entry], None] | None = None
    # Whether the object's place is nobody's, so that there is nothing to take away from us.
    unowned: bool = False
    # How somebody else makes one of the same name; its id, if that is another thing. Nothing for what lives inside of an
    # object of ours.
    foreign: Callable[[Place, str], str | None] | None = None
    name: Callable[[Cloud, Entry], str] = name_in_aws
    # Whether AWS knows it by an id only: whatever there is, another one can be made.
    nameless: bool = False
    # Whether two children of a service may not say the same: the place goes from one to the other.
    passed_on: bool = False
    # Whether it stands on services that can be scaled.
    scalable: bool = False
    # What others have in AWS and its inputs name, without the `$`. Every table may name it.
    ground: dict[str, Theirs] = field(default_factory=dict)
    # For a kind that only some services have.
    feature: Feature | None = None
    # What else changes with the base name, for kinds whose place only one can take.
    moves: dict[str, Any] = field(default_factory=dict)
    # What an import cannot know; the next run writes it into the state, and changes nothing.
    unread: frozenset[str] = frozenset()
    # Whether a call that changes it makes it again, should others have deleted it.
    upserted: bool = False
    # Whether AWS tells it in one text, so that nobody knows which input is not as it was.
    one_text: bool = False
    # Whether it is in no region, but in the whole account.
    everywhere: bool = False

    # What the code says.

    @property
    def only_in_the_state(self) -> bool:
        """Whether it is no object in AWS."""
        return bool(coded()[self.token].get("onlyInTheState"))

    def says(self, path: str, fact: str) -> bool:
        return fact in coded()[self.token]["inputs"].get(path, [])

    def replaces(self, path: str) -> bool:
        """Whether a change of it makes another object."""
        return path == "baseName" or self.says(top(path), "replaces")

    def may_be_absent(self, path: str, row: Row) -> bool:
        return self.says(path, "optional") and not row.needed

    def told(self, path: str, row: Row) -> bool:
        """Whether AWS says it."""
        not_returned = self.only_in_the_state or path in COMMON or row.as_aws_spells == IN_THE_NAME
        return not not_returned and (row.shared_with_others or not self.says(path, "notReturned"))

    # What follows.

    @property
    def tagged(self) -> bool:
        return self.tag is not None or self.disown is not None

    def all_rows(self) -> Rows:
        """Its own, and those of the inputs that every child has."""
        common: Rows = {"baseName": Row("life", "other", changes_with=self.moves)}
        if self.tagged:
            common["lineage"] = Row("one", "other")
            common["tags"] = Row({"team": "one"}, {"team": "two", "more": ""})
        return self.rows | common

    def put_right(self) -> dict[str, Row]:
        """What AWS tells, and what a run puts right when it is not as the program says."""
        rows = {path: row for path, row in self.rows.items() if isinstance(row, Row)}
        return {
            path: row
            for path, row in rows.items()
            if self.told(path, row) and not row.shared_with_others and row.first != row.second
        }

    def in_place(self) -> dict[str, Row]:
        """What changes on the object that is there."""
        return {path: row for path, row in self.put_right().items() if not self.replaces(path)}

    def changeable(self) -> dict[str, Row]:
        """What others can change on the object that is there."""
        in_place = {} if self.unowned else self.in_place()
        return {
            path: row
            for path, row in self.put_right().items()
            if not row.not_alone and (row.change is not None or path in in_place)
        }

    def take_away(self, cloud: Cloud, it: Entry) -> None:
        """The object is there, and does not say any more that it is ours."""
        if self.disown is not None:
            self.disown(cloud, it)
        elif self.tag is not None:
            self.tag(cloud, it, {}, OWNERS)


# Inputs of every child that AWS does not tell as properties.
COMMON = {"baseName", "lineage"}
# The tags that say whose an object is.
OWNERS = ["fargate:owner", "fargate:service", "fargate:lineage"]


@cache
def coded() -> dict[str, Any]:
    """What the code says of each kind, in the order in which a service needs them."""
    return json.loads((ROOT / "provider" / "children" / "properties.json").read_text())


def first_inputs(rows: Rows) -> dict[str, Any]:
    """A child with the first value of everything that can stand together."""
    inputs: dict[str, Any] = {}
    for path, row in rows.items():
        if isinstance(row, Kept) or not row.needs:
            name, _, rest = path.partition(".")
            inputs.setdefault(name, {} if rest else None)
            inputs = with_value(inputs, path, row.first)
    return inputs


def with_value(inputs: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The inputs with another value at a path, or without it."""
    name, _, rest = path.partition(".")
    if rest:
        value = with_value(inputs[name], rest, value)
    left = {key: it for key, it in inputs.items() if key != name}
    return left if value is ABSENT else left | {name: value}


def top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def assert_complete(rows: list[str], inputs: set[str], what_to_do: str) -> None:
    """One row for each input, and none for anything else."""
    missing, gone = sorted(inputs - set(rows)), sorted(set(rows) - inputs)
    assert not missing, f"{what_to_do} It has none for: {', '.join(missing)}."
    assert not gone, f"Take out the rows of what is no input any more: {', '.join(gone)}."
    assert len(rows) == len(set(rows)), f"Some input has two rows: {sorted(rows)}."
