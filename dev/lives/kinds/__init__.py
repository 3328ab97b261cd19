"""A file for each kind of child: all that the lives know of it, and nothing that the code says itself.

A file has one `KIND`: its rows (two values of each input, AWS's spelling, the call by which others change it), and what
other tools do to the whole: look, tag, delete, make one of the same name. What several kinds of one AWS service share
stands in a file that begins with an underscore. A new kind is a new file here, and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from account import Cloud
from rows import Facts, Kind, coded
from state import Entry


def _found() -> dict[str, Kind]:
    names = [path.stem for path in Path(__file__).parent.glob("[a-z]*.py")]
    kinds = {kind.token: kind for kind in (import_module(f"kinds.{name}").KIND for name in names)}
    assert len(kinds) == len(names), "Two files of kinds/ have the same token."
    # In the order in which a service needs them.
    return {token: kinds[token] for token in (*coded(), *sorted(kinds.keys() - coded().keys())) if token in kinds}


KINDS: dict[str, Kind] = _found()


def look(cloud: Cloud, it: Entry) -> Facts:
    """What AWS says of the object of this entry; nothing for kinds that have none."""
    looks = KINDS[it.type].look
    return looks(cloud, it) if looks else {}
