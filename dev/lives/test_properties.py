"""Every input of every child, through its whole life."""

from __future__ import annotations

from typing import Any

import pytest
from ground import Ground
from life import Life
from looks import look
from properties import ABSENT, KINDS, REQUIRED, UNTOLD, Kept, Kind, Row, common, first_inputs, top, with_value
from state import name_of
from world import ROOT, Cloud

KEPT_BY_ITSELF = {"fargate:index:BaseName", "fargate:ec2:Network", "fargate:ecr:Image"}
NAME = "life-child"


def asked_of_the_children() -> set[str]:
    """The inputs that the children have."""
    text = (ROOT / "provider" / "children" / "properties.txt").read_text()
    return {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}


def test_each_input_of_each_child_has_its_row() -> None:
    rows = {f"{type}.{top(path)}" for type, kind in KINDS.items() for path in kind.rows}
    assert rows == asked_of_the_children()


class Walk:
    """One child on its way through its rows."""

    def __init__(self, life: Life, ground: Ground, type: str, kind: Kind) -> None:
        self.life = life
        self.ground = ground
        self.type = type
        self.kind = kind
        self.rows = kind.rows | common(kind)
        self.inputs = ground.filled(first_inputs(self.rows))

    def declare(self, inputs: dict[str, Any]) -> None:
        self.life.child(self.type, NAME, **inputs)

    def entry(self) -> Any:
        return next(it for it in self.life.state.entries if it.name == NAME and not it.delete)

    def settled(self) -> None:
        assert self.life.refresh().steps == []
        self.life.no_change()

    def told(self, row: Row, value: Any) -> Any:
        """What AWS should say."""
        if value is ABSENT:
            return row.absent
        assert callable(row.spelled)
        return row.spelled(self.ground.filled(value))

    def check(self, path: str, row: Row, value: Any) -> None:
        if row.spelled == UNTOLD or self.type in KEPT_BY_ITSELF:
            return
        assert look(self.life.cloud, self.entry())[path] == self.told(row, value)

    def up(self, inputs: dict[str, Any]) -> None:
        self.declare(inputs)
        self.life.up()

    def change(self, path: str, row: Row, inputs: dict[str, Any], value: Any, changed: set[str]) -> None:
        """A change that its preview says, that AWS has then, and that is all."""
        self.declare(inputs)
        planned = self.life.plan()
        ops = ["create-replacement", "delete-replaced", "replace"] if row.replaces else ["update"]
        assert sorted(step.op for step in planned) == ops, (path, planned)
        diffs = {top(diff) for step in planned for diff in step.diffs}
        assert diffs == changed, path
        self.life.up_as_planned()
        self.check(path, row, value)
        self.settled()

    def walk(self, path: str, row: Row) -> None:
        fill = self.ground.filled
        base = self.inputs
        for name, value in (row.beside | {top(path): ABSENT} if "." not in path else row.beside).items():
            base = with_value(base, name, fill(value))
        first = with_value(base, path, fill(row.first))
        if row.beside:
            self.up(first)
            self.settled()
            self.check(path, row, row.first)
        second = with_value(base, path, fill(row.second))
        for name, value in row.along.items():
            second = with_value(second, name, fill(value))
        if row.first != row.second:
            self.change(path, row, second, row.second, {top(path), *map(top, row.along)})
        if row.absent is not REQUIRED:
            self.up(first)
            self.change(path, row, with_value(first, path, ABSENT), ABSENT, {top(path)})
        self.up(self.inputs)


def standing(cloud: Cloud) -> list[str]:
    """What is there, but for the interfaces of tasks, which come and go."""
    return [it for it in cloud.objects() if not it.startswith("ec2:network-interface")]


@pytest.mark.parametrize("token", KINDS)
def test_each_input_lives(life: Life, cloud: Cloud, token: str) -> None:
    kind = KINDS[token]
    ground = Ground(cloud)
    for need in kind.needs:
        getattr(ground, need)()
    before = standing(cloud)
    walk = Walk(life, ground, token, kind)
    walk.declare(walk.inputs)
    life.up_as_planned()
    walk.settled()
    for path, row in walk.rows.items():
        if isinstance(row, Row) and not row.beside:
            walk.check(path, row, row.first)
    for path, row in walk.rows.items():
        if isinstance(row, Kept):
            continue
        try:
            walk.walk(path, row)
        except Exception as error:
            raise AssertionError(f"{path}: {type(error).__name__} {error}") from error
    life.destroy()
    assert standing(cloud) == before


def test_a_child_is_named_like_its_urn() -> None:
    assert name_of("urn:pulumi:test::story::fargate:ecs:Cluster::web-cluster") == "web-cluster"
