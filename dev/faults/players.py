"""One process that plays stories, each in a local AWS that it keeps."""

from __future__ import annotations

import fnmatch
import random
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from account import Cloud
from cells import Cell, Result, Stage
from stories import stories

# Much of a cell is waiting.
AT_ONCE = 3
_cloud: list[Cloud] = []


def play(name: str, pattern: str, share: int, seed: float, deadline: float, plugin: Path) -> list[Result]:
    """Plays a story's cells in this process."""
    if not _cloud:
        _cloud.append(Cloud())
    if deadline and time.time() > deadline:
        return []
    try:
        stage = Stage(stories()[name], _cloud[0], plugin)
        _ = stage.clean
        cells = [it for it in stage.cells() if fnmatch.fnmatchcase(str(it), pattern if "@" in pattern else "*")]
    except Exception:
        return [Result(name, "the story does not go by itself", traceback.format_exc().splitlines()[-20:])]
    if share:
        cells = random.Random(seed).sample(cells, min(share, len(cells)))
        cells.sort(key=lambda it: (it.call, it.fault))
    struck = [list(it) for _, it in groupby(cells, key=lambda it: (it.call, it.fault))]

    def one(group: list[Cell]) -> list[Result]:
        return [] if deadline and time.time() > deadline else list(stage.play(group))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [it for found in threads.map(one, struck) for it in found]
