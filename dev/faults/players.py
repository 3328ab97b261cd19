"""One process that plays stories, each in a local AWS that it keeps."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from account import Cloud
from cells import Cell, Result, Stage, lines

from stories import stories

# Much of a cell is waiting.
AT_ONCE = 3
_cloud: list[Cloud] = []


def chosen(seed: str, cells: list[Cell]) -> list[Cell]:
    """The cells in the order in which a seed chooses them. How often a run looks while it waits differs from run to run, and
    with it how many cells there are: so the place of each depends on nothing but its name."""
    return sorted(cells, key=lambda it: hashlib.sha256(f"{seed} {it}".encode()).digest())


def play(
    name: str, pattern: str, share: int, seed: str, deadline: float, plugin: Path, write: Path | None
) -> tuple[int, list[Result]]:
    """Plays a story's cells in this process: how many there are, and what came of those that were played. Each result is
    written down as soon as it is there."""
    if not _cloud:
        _cloud.append(Cloud())
    if deadline and time.time() > deadline:
        return 0, []
    try:
        stage = Stage(stories()[name], _cloud[0], plugin)
        _ = stage.clean
        cells = [it for it in stage.cells() if fnmatch.fnmatchcase(str(it), pattern if "@" in pattern else "*")]
    except Exception:
        return 0, [Result(name, "the story does not go by itself", traceback.format_exc().splitlines()[-20:])]
    exist = len(cells)
    if share:
        cells = sorted(chosen(seed, cells)[:share], key=lambda it: (it.call, it.fault))
    struck = [list(it) for _, it in groupby(cells, key=lambda it: (it.call, it.fault))]

    def one(group: list[Cell]) -> list[Result]:
        if deadline and time.time() > deadline:
            return []
        try:
            found = list(stage.play(group))
        except Exception as error:
            found = [Result(str(it), "the cell could not be played", lines(error)) for it in group]
        if write:
            with write.open("a") as out:
                out.writelines(json.dumps(it.json()) + "\n" for it in found)
        return found

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return exist, [it for found in threads.map(one, struck) for it in found]
