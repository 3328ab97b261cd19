"""`import` of each kind by its id: inputs like the program's, no difference, and a life from there on, with no
more than the policies of docs/iam."""

from __future__ import annotations

import pytest
import world
from drifts import DELETES
from life import Life
from looks import look
from properties import KINDS
from walk import NAME, Walk


@pytest.mark.parametrize("token", DELETES)
def test_an_imported_object_is_as_its_program_says(life: Life, token: str) -> None:
    caller = world.Caller(life.cloud)
    walk = Walk.begin(life, token)
    adopting = Life(life.cloud)
    adopting.act_as(caller)
    adopting.adopt(token, NAME, walk.entry().id)
    adopting.program = life.program
    planned = adopting.plan()
    unread = KINDS[token].unread
    assert [str(step) for step in planned] == [f"update {NAME}"] * bool(unread)
    assert {path for step in planned for path in step.diffs} == unread
    there = look(life.cloud, walk.entry())
    adopting.up()
    assert look(life.cloud, walk.entry()) == there
    adopting.no_change()
    assert adopting.refresh().steps == []
    adopting.no_change()
    adopting.destroy()
    assert walk.standing() == walk.before
