"""One child on its way: made on its ground, changed, looked at."""

from __future__ import annotations

from typing import Any

from ground import Ground
from kinds import KINDS, look
from life import Life
from rows import ABSENT, Facts, Kind, Place, Row, first_inputs, top, with_value
from state import Entry

NAME = "life-child"


class Walk:
    """One child on its way through its rows."""

    def __init__(self, life: Life, ground: Ground, kind: Kind) -> None:
        self.life = life
        self.ground = ground
        self.kind = kind
        # What stands already.
        self.before = self.standing()
        self.rows = kind.all_rows()
        self.inputs = ground.filled(first_inputs(self.rows))

    @classmethod
    def begin(cls, life: Life, type: str) -> Walk:
        """The child is made with the first values, and stays as it is."""
        kind = KINDS[type]
        ground = Ground(life.cloud, kind)
        if kind.scalable:
            ground.scalable()
        walk = cls(life, ground, kind)
        walk.declare(walk.inputs)
        life.up_as_planned()
        walk.settled()
        return walk

    def standing(self) -> list[str]:
        """What is there, but for the interfaces of tasks, which come and go."""
        return [it for it in self.life.cloud.objects() if not it.startswith("ec2:network-interface")]

    def place(self) -> Place:
        """Where others would make what bears our name."""
        names = self.ground.names
        return Place(self.life.cloud, names["vpc1"], [names["subnet1"], names["subnet2"]])

    def declare(self, inputs: dict[str, Any]) -> None:
        self.life.child(self.kind.token, NAME, **inputs)

    def entry(self) -> Entry:
        return next(it for it in self.life.state.entries if it.name == NAME and not it.delete)

    def look(self) -> Facts:
        return look(self.life.cloud, self.entry())

    def delete(self) -> None:
        """Somebody else deletes it."""
        assert self.kind.delete is not None
        self.kind.delete(self.life.cloud, self.entry())

    def settled(self) -> None:
        seen = self.life.refresh().steps
        assert not seen, "a refresh saw: " + ", ".join(f"{step} {step.diffs}" for step in seen)
        self.life.no_change()

    def told(self, row: Row, value: Any) -> Any:
        """What AWS should say."""
        if value is ABSENT:
            return row.absent
        assert callable(row.as_aws_spells)
        return row.as_aws_spells(self.ground.filled(value))

    def check(self, path: str, row: Row, value: Any) -> None:
        if self.kind.told(path, row):
            assert self.look()[path] == self.told(row, value)

    def up(self, inputs: dict[str, Any]) -> None:
        self.declare(inputs)
        self.life.up()

    def steps(self, path: str) -> list[str]:
        """What becomes of the child when this one changes."""
        ops = ["create-replacement", "delete-replaced", "replace"] if self.kind.replaces(path) else ["update"]
        return [f"{op} {NAME}" for op in ops]

    def change(self, path: str, row: Row, inputs: dict[str, Any], value: Any, changed: set[str]) -> None:
        """A change that its preview says, that AWS has then, and that is all."""
        self.declare(inputs)
        if self.kind.says(top(path), "noDifference"):
            self.life.no_change()
            return
        done = self.life.up_as_planned().changes()
        assert sorted(map(str, done)) == self.steps(path)
        assert {top(diff) for step in done for diff in step.diffs} == changed
        self.check(path, row, value)
        self.settled()

    def needs(self, path: str, row: Row) -> dict[str, Any]:
        """The inputs that allow for this one, without it."""
        inputs = self.inputs
        for name, value in row.needs.items():
            inputs = with_value(inputs, name, self.ground.filled(value))
        return inputs if "." in path else with_value(inputs, path, ABSENT)

    def first(self, path: str, row: Row) -> dict[str, Any]:
        return with_value(self.needs(path, row), path, self.ground.filled(row.first))

    def second(self, path: str, row: Row) -> dict[str, Any]:
        inputs = with_value(self.needs(path, row), path, self.ground.filled(row.second))
        for name, value in row.changes_with.items():
            inputs = with_value(inputs, name, self.ground.filled(value))
        return inputs

    def live(self, path: str, row: Row) -> None:
        """From the first value to the second, to none, and back."""
        first = self.first(path, row)
        if row.needs:
            self.up(first)
            self.settled()
            self.check(path, row, row.first)
        if row.first != row.second:
            self.change(path, row, self.second(path, row), row.second, {top(path), *map(top, row.changes_with)})
        if self.kind.may_be_absent(path, row):
            self.up(first)
            self.change(path, row, self.needs(path, row), ABSENT, {top(path)})
        self.up(self.inputs)

    def drift(self, path: str, row: Row) -> None:
        """Changed by somebody else, seen by a refresh, put right by the next run."""
        assert row.change is not None
        if row.needs:
            self.up(self.first(path, row))
        row.change(self.life.cloud, self.entry(), path, self.ground.filled(row.second))
        seen = self.life.refresh().steps
        assert [str(step) for step in seen] == [f"update {NAME}"]
        assert self.kind.one_text or top(path) in {top(diff) for diff in seen[0].diffs}
        assert sorted(map(str, self.life.up_as_planned().changes())) == self.steps(path)
        self.check(path, row, row.first)
        self.settled()
        self.up(self.inputs)

    def a_change(self) -> dict[str, Any]:
        """The inputs with something changed that changes in place."""
        rows = ((path, row) for path, row in self.kind.in_place().items() if not row.needs)
        path, row = next(rows, None) or ("tags", self.rows["tags"])
        assert isinstance(row, Row)
        return self.second(path, row)
