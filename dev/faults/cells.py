"""One cell: a story, a call of it, what happens to the call, and what the user does then."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from account import Cloud
from clouds import contents, differences, forked
from exceptions import told
from life import Ran
from stack import Act, Stack

from faults import FAULTS
from stories import Story

NAME = re.compile(r"(?P<story>.+)@(?P<service>[\w-]+):(?P<operation>\w+)#(?P<n>\d+)=(?P<fault>[^>]+)>(?P<then>\w+)")


# In seconds; a run must say what it waits for.
LONGEST_SILENCE = 10.0


@dataclass(frozen=True)
class Cell:
    story: str
    service: str
    operation: str
    # Which of the calls of this operation, from 1.
    n: int
    fault: str
    # What follows: `again`, `back`, or `destroy`.
    then: str

    def __str__(self) -> str:
        return f"{self.story}@{self.service}:{self.operation}#{self.n}={self.fault}>{self.then}"

    @classmethod
    def named(cls, name: str) -> Cell:
        match = NAME.fullmatch(name)
        if match is None:
            raise SystemExit(f"{name} is no cell: story@service:Operation#n=fault>then")
        return cls(**{**match.groupdict(), "n": int(match["n"])})  # type: ignore[arg-type]

    @property
    def call(self) -> tuple[str, str, int]:
        return self.service, self.operation, self.n


@dataclass
class Result:
    """What came of a cell: `converged`, `not met` (the call never came), or else what is wrong."""

    cell: str
    outcome: str
    # Lines that say more.
    more: list[str] = field(default_factory=list)
    seconds: float = 0.0
    # The longest time without a word to the user in the struck run.
    silence: float = 0.0

    def json(self) -> dict[str, Any]:
        return asdict(self)


class Stage:
    """A story that has begun in an account of its own; each cell is played in a copy of it."""

    def __init__(self, story: Story, cloud: Cloud, plugin: Path) -> None:
        self.story = story
        self.stack, self.scene = story.begin(cloud, plugin)
        self.ground = cloud.objects()
        self.cloud = cloud

    @cached_property
    def clean(self) -> dict[str, list[dict[str, Any]]]:
        """What AWS may hold when nothing fails: after the act, after it is taken back, and after destroy; and for the
        last two also without the act, which a fault may have prevented."""
        with forked(self.cloud) as cloud:
            stack = self.stack.copied_to(cloud)
            cloud.forget_calls()
            ran = self.must(stack, self.scene.act)
            # What can be aimed at is what stands already, and stays.
            urns = {it.name: it.urn for it in self.stack.state.customs()}
            changed = [urns[it.name] for it in ran.changes() if it.op == "update" and it.name in urns]
            self.targets = frozenset(sorted(changed)[::2])
            self.calls = [(it["service"], it["operation"]) for it in cloud.calls()]
            held = {"again": [contents(cloud)]}
            if self.scene.back:
                with forked(cloud) as other:
                    back = stack.copied_to(other)
                    self.must(back, self.scene.back)
                    held["back"] = [contents(other), contents(self.cloud)]
            # What is protected cannot be destroyed before it is taken back.
            self.protected = stack.act(Act("destroy")).code != 0
            if self.protected:
                assert self.scene.back, f"{self.story.name} cannot be destroyed"
                self.must(stack, self.scene.back)
                self.must(stack, Act("destroy"))
            held["destroy"] = [contents(cloud)]
        with forked(self.cloud) as cloud:
            if self.stack.copied_to(cloud).act(Act("destroy")).code == 0:
                held["destroy"].append(contents(cloud))
        return held

    def must(self, stack: Stack, act: Act) -> Ran:
        ran = stack.act(act)
        assert ran.code == 0, f"{self.story.name} does not go well by itself: {ran.text}\n{stack.cloud.tail()}"
        return ran

    def cells(self) -> Iterator[Cell]:
        """All cells of the story, in the order of its calls."""
        clean = self.clean
        thens = [it for it in clean if it != "destroy" or not (self.protected or self.scene.act.verb == "destroy")]
        seen: Counter[tuple[str, str]] = Counter()
        for call in self.calls:
            seen[call] += 1
            for fault, it in FAULTS.items():
                if it.targets and not self.targets:
                    continue
                for then in thens:
                    # Debris is looked for by the service; a child on its own has none that would.
                    if not (it.kills and ":" in self.story.name and then != "again"):
                        yield Cell(self.story.name, *call, seen[call], fault, then)

    def play(self, cells: list[Cell]) -> Iterator[Result]:
        """Cells that differ only in what follows are struck once."""
        first = cells[0]
        fault = FAULTS[first.fault]
        _ = self.clean
        began = time.monotonic()
        with forked(self.cloud) as cloud:
            stack = self.stack.copied_to(cloud)
            try:
                ran = stack.struck(self.scene.act, fault, first.call, self.targets)
            except Exception as error:
                yield from (Result(str(it), "the struck run broke", lines(error)) for it in cells)
                return
            if ran is None:
                yield from (Result(str(it), "not met") for it in cells)
                return
            for cell in cells:
                with forked(cloud) as other:
                    result = self.follow(cell, stack.copied_to(other), ran)
                result.silence = round(ran.silence, 1)
                if ran.silence > LONGEST_SILENCE and result.outcome.startswith("converged"):
                    result.outcome = "silent for too long"
                result.seconds = time.monotonic() - began
                began = time.monotonic()
                yield result

    def wrong(self, then: str, stack: Stack) -> list[str]:
        found = contents(stack.cloud)
        wrongs = [differences(wanted, found) for wanted in self.clean[then]]
        return min(([it for it in wrong if not told(it)] for wrong in wrongs), key=len)

    def follow(self, cell: Cell, stack: Stack, struck: Ran) -> Result:
        try:
            outcome, more = self.judged(cell, stack)
        except Exception as error:
            outcome, more = "the next run broke", lines(error)
        if outcome != "converged":
            more += ["the struck run said:", *struck.text.splitlines()[-12:]]
        return Result(str(cell), outcome, more)

    def judged(self, cell: Cell, stack: Stack) -> tuple[str, list[str]]:
        act = {"again": self.scene.act, "back": self.scene.back, "destroy": Act("destroy")}[cell.then]
        assert act is not None
        hint = ""
        ran = stack.act(act)
        if ran.code and "pulumi refresh" in ran.text and act.verb == "up":
            hint = " after the refresh that was asked for"
            stack.act(Act("refresh"))
            ran = stack.act(act)
        if ran.code:
            return "the next run failed", ran.text.splitlines()[-12:]
        if act.verb != "destroy":
            steps = stack.plan(seed=b"\0" * 32)
            if steps:
                return "the preview is not empty", [f"{it} {it.diffs}" for it in steps]
        if wrong := self.wrong(cell.then, stack):
            if act.verb == "up":
                stack.act(Act("refresh"))
                stack.act(act)
                if not self.wrong(cell.then, stack):
                    return "AWS is as after a clean run only after a refresh", wrong
            return "AWS is not as after a clean run", wrong
        if act.verb != "destroy":
            if self.protected and cell.then == "again":
                stack.act(self.scene.back or act)
            ran = stack.act(Act("destroy"))
            if ran.code:
                return "destroy failed in the end", ran.text.splitlines()[-12:]
            if wrong := self.wrong("destroy", stack):
                return "destroy leaves something", wrong
        return f"converged{hint}", []


def lines(error: Exception) -> list[str]:
    return f"{type(error).__name__}: {error}".splitlines()[-25:]
