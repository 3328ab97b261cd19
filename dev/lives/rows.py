"""What a row of the table of properties can say of an input, and the inputs that some rows make."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from spelling import same


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


# Not given at all.
ABSENT: Final = _Absent()
# It must be given.
REQUIRED: Final = "it must be given"
# AWS does not tell it: the refresh keeps what the state has.
UNTOLD: Final = "AWS does not tell it"


@dataclass(frozen=True)
class Row:
    """One input."""

    first: Any
    second: Any
    # Whether AWS can only make another object.
    replaces: bool = False
    # What AWS has while it is not given; or that it must be.
    absent: Any = REQUIRED
    # How AWS spells a value; or that it does not tell it.
    spelled: Callable[[Any], Any] | str = same
    # What the child's other inputs must be for this one to be allowed.
    beside: dict[str, Any] = field(default_factory=dict)
    # What else must change with it.
    along: dict[str, Any] = field(default_factory=dict)
    # Whether it is whoever's changed it last: what others do is not undone.
    anybodys: bool = False
    # Whether others can change what we replace.
    anothers: bool = False


@dataclass(frozen=True)
class Kept:
    """An input that no program can change: why, and what it is."""

    why: str
    first: Any


@dataclass(frozen=True)
class Kind:
    """One kind of child."""

    rows: dict[str, Row | Kept]
    # Whether it has tags.
    tagged: bool = True
    # Whether it stands on services that can be scaled.
    scalable: bool = False
    # What else changes with the base name, for kinds whose place only one can take.
    moves: dict[str, Any] = field(default_factory=dict)
    # What an import cannot know; the next run writes it into the state, and changes nothing.
    unread: frozenset[str] = frozenset()
    # Whether a call that changes it makes it again, should others have deleted it.
    upserted: bool = False
    # Whether AWS tells it in one text, so that nobody knows which input is not as it was.
    one_text: bool = False

    def all_rows(self) -> dict[str, Row | Kept]:
        """Its own, and those of the inputs that every child has."""
        rows = self.rows | {"baseName": Row("life", "other", replaces=True, spelled=UNTOLD, along=self.moves)}
        tags = {
            "lineage": Row("one", "other", spelled=UNTOLD),
            "tags": Row({"team": "one"}, {"team": "two", "more": ""}),
        }
        return rows | (tags if self.tagged else {})


def first_inputs(rows: dict[str, Row | Kept]) -> dict[str, Any]:
    """A child with the first value of everything that can stand together."""
    inputs: dict[str, Any] = {}
    for path, row in rows.items():
        if isinstance(row, Kept) or not row.beside:
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
