"""What others do to each kind of object behind our back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from changed import CHANGES
from drifts import DELETES, NOBODYS, TAGGED
from life import Life
from looks import LOOKS, look
from properties import KINDS
from rows import UNTOLD, Row
from state import State
from walk import KEPT_BY_ITSELF, NAME, Walk

# Its tags stand in its body.
BY_ITS_WIDGET = {"fargate:cloudwatch:Dashboard"}


def changeable(walk: Walk) -> dict[str, Row]:
    """What AWS tells, and others can change on the object that is there."""
    rows = {path: row for path, row in walk.kind.rows.items() if isinstance(row, Row)}
    return {
        path: row
        for path, row in rows.items()
        if row.spelled != UNTOLD and (row.anothers or not row.replaces) and not row.anybodys and row.first != row.second
    }


def test_each_kind_stands_in_the_tables_of_what_others_do() -> None:
    """A kind that is in no table is in no test."""
    kinds = KINDS.keys() - KEPT_BY_ITSELF
    changed = {
        token
        for token in kinds - NOBODYS
        for row in KINDS[token].rows.values()
        if isinstance(row, Row) and row.spelled != UNTOLD and not row.replaces
    }
    tables = {
        "LOOKS (looks.py)": kinds - LOOKS.keys(),
        "DELETES (drifts.py)": kinds - DELETES.keys(),
        "CHANGES (changed.py)": changed - CHANGES.keys(),
        "TAGGED (drifts.py)": {token for token in kinds if KINDS[token].tagged} - TAGGED.keys() - BY_ITS_WIDGET,
    }
    missing = [f"Give {token} its line in {table}." for table, tokens in tables.items() for token in sorted(tokens)]
    assert not missing, "\n".join(missing)


# The container's port is changed with the revision that exposes it.
NOT_ALONE = {"containerPort"}


@pytest.mark.parametrize("token", CHANGES)
def test_a_change_by_others_is_seen_and_put_right(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    for path, row in changeable(walk).items():
        if path in NOT_ALONE:
            continue
        try:
            walk.drift(path, row)
        except Exception as error:
            raise AssertionError(f"{path}: {type(error).__name__} {error}") from error


def test_the_count_is_whoevers_changed_it_last(life: Life) -> None:
    walk = Walk.begin(life, "fargate:ecs:Service")
    CHANGES[walk.type](life.cloud, walk.entry(), "desiredCount", 2)
    walk.settled()
    walk.up(walk.inputs | {"healthCheckGracePeriodSeconds": 90})
    assert look(life.cloud, walk.entry())["desiredCount"] == 2


@pytest.mark.parametrize("token", TAGGED)
def test_declared_tags_are_put_right_and_others_left_alone(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)

    def tags() -> Any:
        return look(life.cloud, walk.entry())["tags"]

    for set_by_others, removed_by_others in (({"team": "theirs"}, []), ({}, ["team"])):
        TAGGED[token](life.cloud, walk.entry(), set_by_others, removed_by_others)
        assert [str(step) for step in life.refresh().steps] == [f"update {NAME}"]
        life.up_as_planned()
        assert tags() == {"team": "one"}
        walk.settled()
    TAGGED[token](life.cloud, walk.entry(), {"cost": "1"}, [])
    walk.settled()
    walk.up(walk.inputs | {"tags": {"team": "two"}})
    assert tags() == {"team": "two", "cost": "1"}


@pytest.mark.parametrize("token", DELETES)
def test_an_object_that_others_deleted_is_made_again(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    DELETES[token](life.cloud, walk.entry())
    assert [str(step) for step in life.refresh().steps] == [f"delete {NAME}"]
    assert [str(step) for step in life.up_as_planned().changes()] == [f"create {NAME}"]
    walk.settled()


def a_change(walk: Walk) -> tuple[str, Row]:
    """Some property that changes in place."""
    rows = ((path, row) for path, row in changeable(walk).items() if not row.beside and not row.replaces)
    return next(rows, ("tags", walk.rows.get("tags")))  # type: ignore[return-value]


@pytest.mark.parametrize("token", [token for token in DELETES if not KINDS[token].upserted])
def test_an_update_of_what_others_deleted_says_so_and_what_to_do(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    DELETES[token](life.cloud, walk.entry())
    walk.declare(walk.second(*a_change(walk)))
    ran = life.up(fails=True)
    ran.says("is gone from AWS", "Run `pulumi refresh`")
    life.refresh()
    life.up()
    walk.settled()


@pytest.mark.parametrize("token", [token for token in TAGGED if token not in NOBODYS])
def test_tagging_what_others_deleted_says_so_and_what_to_do(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    DELETES[token](life.cloud, walk.entry())
    walk.declare(walk.inputs | {"tags": {"team": "two"}})
    life.up(fails=True).says("is gone from AWS", "Run `pulumi refresh`")


@pytest.mark.parametrize("token", [token for token in DELETES if KINDS[token].upserted])
def test_an_update_that_makes_it_again_makes_all_of_it(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    before = look(life.cloud, walk.entry())
    DELETES[token](life.cloud, walk.entry())
    path, row = a_change(walk)
    walk.up(walk.second(path, row))
    walk.settled()
    walk.up(walk.inputs)
    assert look(life.cloud, walk.entry()) == before


@pytest.mark.parametrize("token", DELETES)
def test_deleting_twice_succeeds(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    state = State(deepcopy(life.state.entries), life.state.provider_id)
    life.destroy()
    assert walk.standing() == walk.before
    life.state = state
    life.destroy()
    assert walk.standing() == walk.before
