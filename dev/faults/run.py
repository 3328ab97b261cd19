"""`make faults`: plays cells, and says of each fault how many converged.

CELL=… plays one, or all whose name matches a pattern with `*`. SAMPLE=n plays n that a SEED chooses; without, all are played.
"""

from __future__ import annotations

import argparse
import fnmatch
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from account import PLUGIN
from cells import Cell, Result
from exceptions import reason
from players import play

from faults import FAULTS
from stories import stories


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cell", default="*", help="a cell, or a pattern of cells")
    parser.add_argument("--sample", type=int, default=0, help="how many cells; 0 for all")
    parser.add_argument("--each", type=int, default=0, help="how many cells of each story; 0 for all")
    parser.add_argument("--seed", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0, help="begin no cell after so many")
    parser.add_argument("--plugin", type=Path, default=PLUGIN, help="the binary that is played with")
    parser.add_argument("--write", type=Path, help="each result as a line of JSON")
    options = parser.parse_args()
    options.seed = options.seed or str(random.random())
    print(f"seed {options.seed!r}") if options.sample or options.each else None
    results: list[Result] = []
    exist = 0
    began = time.monotonic()
    for cells, found in played(options):
        exist += cells
        results += found
        for result in found:
            if not well(result):
                print(f"\n{result.cell}\n  {result.outcome}", *result.more, sep="\n    ", flush=True)
    print(table(results))
    print(f"\n{len(results)} of {exist} cells of these stories in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if all(map(well, results)) else 1


def well(result: Result) -> bool:
    """Whether it ended as it must: converged and never silent, or as docs/faults.md says that it may."""
    return result.outcome.startswith(("converged", "not met")) or reason(result.cell) is not None


def played(options: argparse.Namespace) -> Iterator[tuple[int, list[Result]]]:
    dice = random.Random(options.seed)
    names = list(stories())
    story_pattern = options.cell.split("@")[0]
    names = [it for it in names if fnmatch.fnmatchcase(it, story_pattern)]
    share = options.each
    if options.sample:
        # A few stories, and a few cells of each: to begin a story costs as much as a cell.
        share = max(3, round(options.sample / max(1, min(len(names), options.sample // 4))))
        names = dice.sample(names, max(1, min(len(names), options.sample // share)))
    else:
        dice.shuffle(names)
    deadline = time.time() + options.seconds if options.seconds else 0
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        work = [
            pool.submit(play, name, options.cell, share, options.seed, deadline, options.plugin, options.write)
            for name in names
        ]
        waiting, began = set(work), time.monotonic()
        while waiting:
            done, waiting = wait(waiting, timeout=9, return_when=FIRST_COMPLETED)
            for story in done:
                yield story.result()
            so_far = time.monotonic() - began
            print(f"   {len(work) - len(waiting)} of {len(work)} stories, {so_far:.0f} s so far", flush=True)


def table(results: Iterable[Result]) -> str:
    """Faults by outcomes."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for it in results:
        fault = Cell.named(it.cell).fault if "@" in it.cell else "none"
        counted[fault][it.outcome] += 1
    outcomes = sorted({name for row in counted.values() for name in row})
    lines = ["| fault | " + " | ".join(outcomes) + " |", "|---" * (len(outcomes) + 1) + "|"]
    for fault in [*FAULTS, "none"]:
        if fault in counted:
            lines.append(f"| {fault} | " + " | ".join(str(counted[fault][it] or "") for it in outcomes) + " |")
    total = sum((counted[it] for it in counted), Counter())
    lines.append("| all | " + " | ".join(str(total[it]) for it in outcomes) + " |")
    return "\n" + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
