"""`import` of each kind by its id: inputs like the program's, no difference, and a life from there on."""

from __future__ import annotations

import pytest
from drifts import DELETES
from life import Life
from walk import NAME, Walk


@pytest.mark.parametrize("token", DELETES)
def test_an_imported_object_is_as_its_program_says(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    adopting = Life(life.cloud)
    found = walk.entry()
    diff = adopting.adopt(token, NAME, found.id, **found.inputs)
    assert diff.paths == []
    adopting.program = life.program
    adopting.no_change()
    assert adopting.refresh().steps == []
    adopting.no_change()
    adopting.destroy()
    assert walk.standing() == walk.before
