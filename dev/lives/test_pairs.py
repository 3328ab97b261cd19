"""Inputs that meet in one object of AWS, two by two: asked for together, read back together."""

from __future__ import annotations

import pytest
from ground import Ground
from life import Life
from pairs import TOO_MANY, declared, features, programs
from test_inputs import committed
from test_unknown_and_secret import Elsewhere


def touched(rows: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The children that each input makes, changes or deletes."""
    steps = {path: [line.split() for line in lines[1:] if ":" not in line] for path, lines in rows.items()}
    return {path: frozenset(child for _, child in found) for path, found in steps.items()}


FEATURES = features(touched(committed()))
PROGRAMS = programs(FEATURES)
APART = [(one.path, other.path) for one in FEATURES.values() for other in FEATURES.values() if one.refuses(other)]
REFUSED = [*APART, tuple(sorted(TOO_MANY))]


@pytest.mark.parametrize("chosen", PROGRAMS, ids=lambda it: f"{it[0]} and {it[1]}")
def test_inputs_that_meet_are_read_back_as_they_were_asked_for(life: Life, chosen: list[str]) -> None:
    inputs = declared([FEATURES[path] for path in chosen])
    inputs = Ground(life.cloud, inputs).filled(inputs)
    life.service("web", None, **inputs)
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
    ran.says("wrong")
