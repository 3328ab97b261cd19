"""Every input of every child, through its whole life."""

from __future__ import annotations

import pytest
from life import Life
from properties import KINDS
from rows import Kept, Row, assert_complete, top
from walk import Walk
from world import ROOT


def asked_of_the_children() -> set[str]:
    """The inputs that the children have."""
    text = (ROOT / "provider" / "children" / "properties.txt").read_text()
    return {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}


def test_each_input_of_each_child_has_its_row() -> None:
    rows = {f"{type}.{top(path)}" for type, kind in KINDS.items() for path in kind.rows}
    what_to_do = "Give each input its row in KINDS (dev/lives/properties.py), and what AWS says of it in looks.py."
    assert_complete(sorted(rows), asked_of_the_children(), what_to_do)


@pytest.mark.parametrize("token", KINDS)
def test_each_input_lives(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    for path, row in walk.rows.items():
        if isinstance(row, Row) and not row.beside:
            walk.check(path, row, row.first)
    for path, row in walk.rows.items():
        if isinstance(row, Kept):
            continue
        try:
            walk.live(path, row)
        except Exception as error:
            raise AssertionError(f"{path}: {type(error).__name__} {error}") from error
    life.destroy()
    assert walk.standing() == walk.before
