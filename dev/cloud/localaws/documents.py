"""Policy documents, in whichever form they come: read, and asked whom they trust."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import unquote

Document = dict[str, Any]


def read(text: str | Document) -> Document:
    if isinstance(text, dict):
        return text
    return _parsed(text)


@cache
def _parsed(text: str) -> Document:
    parsed: Document = json.loads(text if text.lstrip().startswith("{") else unquote(text))
    return parsed


def listed(value: Any) -> list[Any]:
    """Most elements may be one thing or a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def trusted(text: str | Document, kind: str) -> set[str]:
    """The principals of a kind (`AWS`, `Service`) that a trust policy allows; `*` stands for everybody."""
    found: set[str] = set()
    for statement in listed(read(text).get("Statement")):
        principal = statement.get("Principal")
        if statement.get("Effect") == "Allow":
            found.update(listed(principal.get(kind) if isinstance(principal, dict) else principal))
    return found
