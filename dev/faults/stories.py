"""The stories that are struck: all of them follow from the tables of the lives, so that whatever is added there is here too.

`create`, `refresh`, `destroy` and `replace` are lived by whole services, by each program of `inputs.py`. `change` is lived by a
service for each row of `inputs.py`. `update` and `replace` are lived by each kind of `kinds/` alone, on its ground.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from account import REGION, Cloud
from ground import Ground
from inputs import GROUPS, Group, Input
from kinds import KINDS
from life import Life
from rows import ABSENT, Kind, Row, first_inputs, with_value
from stack import Act, Stack
from test_inputs import program

from engine import Declared

CHILD = "life-child"


@dataclass
class Scene:
    """What stands before a story, what is done, and how it is taken back."""

    before: list[Act] = field(default_factory=list)
    act: Act = field(default_factory=lambda: Act("refresh"))
    # Nothing for what has no way back but destroy.
    back: Act | None = None
    # Pushed before the act, for services with a repository of their own.
    images: bool = False


@dataclass(frozen=True)
class Story:
    name: str
    scene: Callable[[Cloud], Scene]

    def begin(self, cloud: Cloud, plugin: Path) -> tuple[Stack, Scene]:
        """A stack at the beginning of the story, in a fresh account."""
        cloud.reset()
        # An account's default network comes with the first look at a region.
        cloud.client("ec2").describe_vpcs()
        scene = self.scene(cloud)
        stack = Stack(cloud, plugin)
        for act in scene.before:
            ran = stack.act(act)
            assert ran.code == 0, f"{self.name} does not begin: {ran.text}"
            if scene.images:
                push(stack)
                # What was pushed runs before anything is struck.
                ran = stack.act(act)
                assert ran.code == 0, f"{self.name} does not begin: {ran.text}"
        return stack, scene


def push(life: Life) -> None:
    for it in life.state.customs():
        if it.type == "fargate:ecr:Repository":
            for tag in ("latest", "stable"):
                life.cloud.push(it.id, tag, tag)


def stories() -> dict[str, Story]:
    """All of them, by name."""
    found: list[Story] = []
    seen: list[Any] = []
    for name, group in GROUPS.items():
        name = name.replace(" ", "-")
        if group.program not in seen:
            seen.append(group.program)
            found += [
                Story(f"{verb}/{name}", whole(verb, group)) for verb in ("create", "refresh", "destroy", "replace")
            ]
        found += [Story(f"change/{path}", change(group, path, row)) for path, row in group.inputs.items()]
    for token, kind in KINDS.items():
        name = token.removeprefix("fargate:")
        found += [Story(f"update/{name}", updated(token, kind)), Story(f"replace/{name}", replaced(token, kind))]
    return {it.name: it for it in found}


def service(inputs: dict[str, Any]) -> Act:
    return Act("up", [Declared("web", inputs)])


def whole(verb: str, group: Group) -> Callable[[Cloud], Scene]:
    def scene(cloud: Cloud) -> Scene:
        inputs = Ground(cloud, group.program).filled(group.program)
        made = service(inputs)
        if verb == "create":
            return Scene([], made)
        images = "image" not in inputs
        if verb == "refresh":
            return Scene([made], Act("refresh"), images=images)
        if verb == "destroy":
            return Scene([made], Act("destroy"), made, images)
        return Scene([made], service(inputs | {"name": "another"}), made, images)

    return scene


def change(group: Group, path: str, row: Input) -> Callable[[Cloud], Scene]:
    def scene(cloud: Cloud) -> Scene:
        ground = Ground(cloud, group.program, row)
        base = ground.filled(group.program)
        return Scene([service(base)], service(program(base, path, row, ground)), service(base), "image" not in base)

    return scene


# Kinds by themselves.


def child(token: str, inputs: dict[str, Any]) -> Act:
    inputs = {"region": REGION, "baseName": "life", "tags": {}} | inputs
    return Act("up", [Declared(CHILD, {name: it for name, it in inputs.items() if it is not ABSENT}, token)])


def on_ground(cloud: Cloud, kind: Kind) -> Ground:
    ground = Ground(cloud, kind)
    if kind.scalable:
        ground.scalable()
    return ground


def together(kind: Kind) -> dict[str, Any]:
    """The second values of all inputs that change in place, as far as they do not ask for one another. Not those that
    every child gets from the service, but for the tags: another lineage is another owner."""
    rows = kind.rows | {path: row for path, row in kind.all_rows().items() if path == "tags"}
    chosen: dict[str, Any] = {}
    for path, row in rows.items():
        if isinstance(row, Row) and not kind.replaces(path) and not row.needs and row.first != row.second:
            wanted = {path: row.second} | row.changes_with
            tops = {it.split(".")[0]: it for it in chosen}
            clash = any(chosen.get(it, value) != value for it, value in wanted.items())
            clash |= any(tops.get(it.split(".")[0], it) != it and "." not in it for it in wanted)
            if not clash:
                chosen |= wanted
    return chosen


def updated(token: str, kind: Kind) -> Callable[[Cloud], Scene]:
    def scene(cloud: Cloud) -> Scene:
        ground = on_ground(cloud, kind)
        first = ground.filled(first_inputs(kind.all_rows()))
        second = first
        for path, value in together(kind).items():
            second = with_value(second, path, ground.filled(value))
        return Scene([child(token, first)], child(token, second), child(token, first))

    return scene


def replaced(token: str, kind: Kind) -> Callable[[Cloud], Scene]:
    def scene(cloud: Cloud) -> Scene:
        ground = on_ground(cloud, kind)
        first = ground.filled(first_inputs(kind.all_rows()))
        second = first | {"baseName": "other"}
        for path, value in kind.moves.items():
            second = with_value(second, path, ground.filled(value))
        return Scene([child(token, first)], child(token, second), child(token, first))

    return scene
