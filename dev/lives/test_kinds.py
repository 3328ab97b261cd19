"""Each kind of child by itself, through one life: all that programs, other people and AWS do to it, one after the other.

A step that fails does not hide the others: it is kept, and the next one begins anew. `-k TargetGroup` lives one kind.

| step | what it guards |
|---|---|
| made | the object is made as its preview said, AWS has every value, and nothing differs then |
| <property> | from the first value to the second, to none, and back: the steps, the diff, what AWS has, no difference after it |
| <property>, by others | changed by somebody else, seen by a refresh, put right by the next run |
| the last one's word | a property that is whoever changed it last decides is left as others set it |
| tags | declared tags are put right, other tags are left alone |
| deleted by others | seen by a refresh, and made again |
| updated / tagged when gone | says that it is gone, and what to do |
| made again by an update | a call that makes it again makes all of it |
| a name that is taken | another child's, or nobody's: refused with whose it is, nothing changed |
| deleted twice | nothing is left, and deleting what is gone succeeds |
| a name of others | what others made by our name is left alone, and the name is ours when they go |
| imported | inputs like the program's, and a life from there on, with no more than the policies of docs/iam |
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial

import pytest
import world
from kinds import KINDS
from life import Life
from rows import Kind, Row, assert_complete, coded, top
from state import Entry, State
from walk import NAME, Walk
from world import Cloud

Step = Callable[[Walk], None]
# After so many something is wrong that all steps share.
ENOUGH = 4


def test_each_kind_has_its_file_and_each_input_its_row() -> None:
    what_to_do = "Give each kind a file in dev/lives/kinds, as its neighbours have one."
    assert_complete(list(KINDS), set(coded()), what_to_do)
    rows = {f"{token}.{top(path)}" for token, kind in KINDS.items() for path in kind.rows}
    inputs = {f"{token}.{name}" for token, kind in coded().items() for name in kind["inputs"]}
    assert_complete(sorted(rows), inputs, "Give each input its row in the file of its kind (dev/lives/kinds).")


@pytest.mark.parametrize("token", KINDS)
def test_a_kind_says_what_others_do_to_it(token: str) -> None:
    """What a kind leaves out is in no test, and neither is what it says of something that the code says is not so."""
    kind = KINDS[token]
    wrong = [f"{path} has no `change`" for path, row in kind.changeable().items() if row.change is None]
    for path, row in kind.rows.items():
        if isinstance(row, Row) and row.change is not None and not kind.told(path, row):
            wrong.append(f"others can change {path}, but the code says that AWS never tells it (WRITE_ONLY)")
        if isinstance(row, Row) and (row.needed or row.absent is not None) and not kind.says(path, "optional"):
            wrong.append(f"{path} says what holds without it, but the code lets nobody leave it out")
    if not kind.only_in_the_state:
        wrong += [f"it has no `{name}`" for name in ("look", "delete") if getattr(kind, name) is None]
    assert not wrong, f"{token}: {'; '.join(wrong)}."


# The steps.


def made(walk: Walk) -> None:
    for path, row in walk.rows.items():
        if isinstance(row, Row) and not row.needs:
            walk.check(path, row, row.first)


def the_last_ones_word(path: str, row: Row, walk: Walk) -> None:
    assert row.change is not None
    row.change(walk.life.cloud, walk.entry(), path, row.second)
    walk.settled()
    walk.up(walk.a_change())
    walk.check(path, row, row.second)
    row.change(walk.life.cloud, walk.entry(), path, row.first)
    walk.up(walk.inputs)


def tags(walk: Walk) -> None:
    tag = walk.kind.tag
    assert tag is not None
    cloud, life = walk.life.cloud, walk.life
    for set_by_others, removed_by_others in (({"team": "theirs"}, []), ({}, ["team"])):
        tag(cloud, walk.entry(), set_by_others, removed_by_others)
        assert [str(step) for step in life.refresh().steps] == [f"update {NAME}"]
        life.up_as_planned()
        assert walk.look()["tags"] == {"team": "one"}
        walk.settled()
    tag(cloud, walk.entry(), {"cost": "1"}, [])
    walk.settled()
    walk.up(walk.inputs | {"tags": {"team": "two"}})
    assert walk.look()["tags"] == {"team": "two", "cost": "1"}
    tag(cloud, walk.entry(), {}, ["cost"])
    walk.up(walk.inputs)


def deleted_by_others(walk: Walk) -> None:
    walk.delete()
    assert [str(step) for step in walk.life.refresh().steps] == [f"delete {NAME}"]
    assert [str(step) for step in walk.life.up_as_planned().changes()] == [f"create {NAME}"]
    walk.settled()


def updated_when_gone(walk: Walk) -> None:
    walk.delete()
    walk.declare(walk.a_change())
    walk.life.up(fails=True).says("is gone from AWS", "Run `pulumi refresh`")
    walk.life.refresh()
    walk.life.up()
    walk.settled()
    walk.up(walk.inputs)


def tagged_when_gone(walk: Walk) -> None:
    walk.delete()
    walk.declare(walk.inputs | {"tags": {"team": "two"}})
    walk.life.up(fails=True).says("is gone from AWS", "Run `pulumi refresh`")
    walk.life.refresh()
    walk.up(walk.inputs)


def made_again_by_an_update(walk: Walk) -> None:
    before = walk.look()
    walk.delete()
    walk.up(walk.a_change())
    walk.settled()
    walk.up(walk.inputs)
    assert walk.look() == before


def a_name_that_is_taken(walk: Walk) -> None:
    others = Life(walk.life.cloud)

    def refused(name: str, *says: str) -> None:
        there = walk.look()
        others.program = []
        others.child(walk.kind.token, name, **walk.inputs).up(fails=True).says(
            " is taken", *says, "Nothing was changed"
        )
        others.state = State()
        assert walk.look() == there

    if not walk.kind.passed_on:
        refused("other-child", "its place is taken by `life-child` of the same service")
    walk.kind.take_away(walk.life.cloud, walk.entry())
    refused(NAME, "no FargateWebService created it")
    walk.delete()
    walk.life.refresh()
    walk.up(walk.inputs)


def deleted_twice(walk: Walk) -> None:
    state = State(deepcopy(walk.life.state.entries), walk.life.state.provider_id)
    walk.life.destroy()
    assert walk.standing() == walk.before
    walk.life.state = state
    walk.life.destroy()
    assert walk.standing() == walk.before
    walk.up(walk.inputs)


def a_name_of_others(walk: Walk) -> None:
    kind, life = walk.kind, walk.life
    assert kind.foreign is not None and kind.delete is not None
    ours = walk.entry()
    name = kind.name(life.cloud, ours)
    life.destroy()
    id = kind.foreign(walk.place(), name) or name
    theirs = life.cloud.control("GET", "objects")["objects"]
    assert len(walk.standing()) == len(walk.before) + 1
    for _ in range(2):
        walk.declare(walk.inputs)
        life.up(fails=True).says("the name is taken", "no FargateWebService created it. Nothing was changed")
        life.destroy()
        assert life.cloud.control("GET", "objects")["objects"] == theirs
    kind.delete(life.cloud, Entry(ours.urn, True, id=id, outputs=ours.outputs))
    walk.up(walk.inputs)
    walk.settled()


def imported(walk: Walk) -> None:
    earlier = walk.standing()
    caller = world.Caller(walk.life.cloud)
    before = sorted({*walk.before, *walk.standing()} - ({*earlier} - {*walk.before}))
    adopting = Life(walk.life.cloud)
    adopting.act_as(caller)
    adopting.adopt(walk.kind.token, NAME, walk.entry().id)
    adopting.program = walk.life.program
    planned = adopting.plan()
    assert [str(step) for step in planned] == [f"update {NAME}"] * bool(walk.kind.unread)
    assert {path for step in planned for path in step.diffs} == walk.kind.unread
    there = walk.look()
    adopting.up()
    assert walk.look() == there
    adopting.no_change()
    assert adopting.refresh().steps == []
    adopting.no_change()
    adopting.destroy()
    assert walk.standing() == before


def steps(kind: Kind) -> Iterator[tuple[str, Step]]:
    """What becomes of one of this kind. Each step leaves it as it was, but for the last one."""
    rows = {path: row for path, row in kind.all_rows().items() if isinstance(row, Row)}
    yield "made", made
    for path, row in rows.items():
        yield path, partial(Walk.live, path=path, row=row)
    for path, row in kind.changeable().items():
        yield f"{path}, by others", partial(Walk.drift, path=path, row=row)
    for path, row in rows.items():
        if row.shared_with_others:
            yield f"the last one's word on {path}", partial(the_last_ones_word, path, row)
    if kind.tag:
        yield "tags", tags
    if kind.delete:
        yield "deleted by others", deleted_by_others
        if kind.upserted:
            yield "made again by an update", made_again_by_an_update
        elif kind.tagged or kind.in_place():
            yield "updated when gone", updated_when_gone
        if kind.tag and not kind.unowned:
            yield "tagged when gone", tagged_when_gone
        if kind.tagged and not kind.unowned and not kind.nameless:
            yield "a name that is taken", a_name_that_is_taken
    yield "deleted twice", deleted_twice
    if kind.foreign:
        yield "a name of others", a_name_of_others
    if kind.delete:
        yield "imported", imported


@pytest.mark.parametrize("token", KINDS)
def test_a_kind_lives(cloud: Cloud, token: str) -> None:
    failed: list[str] = []
    walk: Walk | None = None
    for name, step in steps(KINDS[token]):
        try:
            if walk is None:
                cloud.reset()
                walk = Walk.begin(Life(cloud), token)
            step(walk)
        except Exception:
            failed.append(f"== {name}\n{traceback.format_exc()}")
            walk = None
            if len(failed) >= ENOUGH:
                failed.append("No more steps were tried.")
                break
    assert not failed, "\n".join([f"{token} failed {len(failed)} steps.", *failed])
