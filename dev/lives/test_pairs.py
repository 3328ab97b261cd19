"""Inputs that meet in one call of AWS, two by two: asked for together, read back together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from approvals import answer, pause
from ground import Ground
from kinds import KINDS
from life import Life
from pairs import TOO_MANY, declared, features, programs
from rows import Kind, Row
from test_inputs import committed
from test_unknown_and_secret import Elsewhere
from world import ROOT, Cloud


def kinds_of_children() -> dict[str, Kind]:
    """The kind of each child that the component's plan names."""
    plan = (ROOT / "provider" / "component" / "plan.txt").read_text()
    found = [line.split() for line in plan.splitlines() if not line.startswith(" ")]
    return {name.removeprefix("web-"): KINDS[token] for name, token in found}


def call_of(kind: Kind | None, path: str) -> str:
    """The call that sets a property and few others; nothing for the call that makes all of the object."""
    row = kind.rows.get(path) if kind else None
    return getattr(row.change, "operation", "") if isinstance(row, Row) else ""


def touched(rows: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The calls of AWS in which each input stands: `alb set_subnets`. What it only sets off, such as the service's update to
    another revision, it does not stand in."""
    kinds = kinds_of_children()
    return {path: frozenset(calls(lines[1:], kinds)) for path, lines in rows.items()}


def calls(lines: list[str], kinds: dict[str, Kind]) -> set[str]:
    facts = [line.split(":")[0].strip().partition(".") for line in lines if ":" in line]
    steps = [line.split() for line in lines if ":" not in line]
    found = {f"{child} {call_of(kinds.get(child), path)}" for child, _, path in facts}
    for op, child in steps:
        if op in ("create", "delete"):
            # Whether it is there at all meets all that it has.
            kind = kinds.get(child)
            found |= {f"{child} {call_of(kind, path)}" for path in (kind.rows if kind else ())} | {f"{child} "}
    return found or {f"{child} " for _, child in steps if child not in ("name", "completion")}


FEATURES = features(touched(committed()))
PROGRAMS = programs(FEATURES)
APART = [(one.path, other.path) for one in FEATURES.values() for other in FEATURES.values() if one.refuses(other)]
# With them a deployment waits for a person.
PAUSES = {path for path in FEATURES if path.startswith(("deployment.pause", "deployment.hooks[]"))}
REFUSED = [*APART, tuple(sorted(TOO_MANY))]


@contextmanager
def each_pause_approved(cloud: Cloud) -> Iterator[None]:
    """Somebody watches the deployments, and lets each go on that waits for a person."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            if waiting := pause(cloud):
                answer(cloud, waiting)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("chosen", PROGRAMS, ids=lambda it: f"{it[0]} and {it[1]}")
def test_inputs_that_meet_are_read_back_as_they_were_asked_for(life: Life, chosen: list[str]) -> None:
    inputs = declared([FEATURES[path] for path in chosen])
    inputs = Ground(life.cloud, inputs).filled(inputs)
    life.service("web", None, **inputs)
    with each_pause_approved(life.cloud) if PAUSES & {*chosen} else nullcontext():
        life.up()
        repository = life.resources().get("web-repository")
        if repository is not None and "image" not in inputs:
            for tag in ("latest", "stable"):
                life.cloud.push(repository["id"], tag, tag)
            life.up()
    assert life.refresh().steps == [], chosen
    life.no_change()


@pytest.mark.parametrize("chosen", REFUSED, ids=" and ".join)
def test_what_never_stands_together_is_refused(life: Life, chosen: tuple[str, ...]) -> None:
    inputs = declared([FEATURES[path] for path in chosen])
    life.service("web", None, **Elsewhere().filled(inputs))
    ran = life.preview(fails=True)
    assert any(path.split("[")[0] in ran.text for path in chosen), ran.text
    # Where something is secret the engine would show values, so the message is all that it gets.
    alone = "Secret" in repr(inputs) and "error: web: `" in ran.text
    assert "wrong" in ran.text or alone, ran.text
