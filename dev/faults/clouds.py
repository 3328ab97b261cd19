"""Copies of the local AWS: each cell gets one of its own, with all that stands in it, in milliseconds."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from account import Cloud


def fork(cloud: Cloud) -> tuple[Cloud, int]:
    """A copy that goes on by itself, and its process."""
    made = cloud.control("POST", "fork")
    other = copy(cloud)
    other.url, other.clients = made["url"], {}
    return other, made["pid"]


@contextmanager
def forked(cloud: Cloud) -> Iterator[Cloud]:
    other, process = fork(cloud)
    try:
        yield other
    finally:
        os.kill(process, signal.SIGKILL)


def contents(cloud: Cloud) -> dict[str, Any]:
    """All that lives in the account, with all that is in it, in words that chance does not change."""
    return cloud.control("GET", "contents")["contents"]


def differences(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where two contents differ, a line for each place."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        lines: list[str] = []
        for key in sorted(wanted.keys() | found.keys()):
            where = f"{path}.{key}".lstrip(".")
            if key.endswith(", older"):
                # Fewer are as good.
                less, more = (it.get(key, {}).get("revisions", 0) for it in (wanted, found))
                lines += [f"{where}: {more} revisions and not {less}"] if more > less else []
            elif key not in found:
                lines.append(f"{where}: missing")
            elif key not in wanted:
                lines.append(f"{where}: left over")
            else:
                lines += differences(wanted[key], found[key], where)
        return lines
    if isinstance(wanted, list) and isinstance(found, list):
        missing = [f"{path}: {str(it)[:150]} missing" for it in wanted if it not in found]
        return missing + [f"{path}: {str(it)[:150]} left over" for it in found if it not in wanted]
    return [] if wanted == found else [f"{path}: {str(found)[:150]} and not {str(wanted)[:150]}"]
