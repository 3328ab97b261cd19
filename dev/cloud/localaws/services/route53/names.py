"""Names as Route 53 writes them: lower case, a dot at the end, and octal codes for what is not `a-z 0-9 - _ .`

Source: Route 53 developer guide, "DNS domain name format" (a `*` comes back as `\\052`).
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([0-7]{3})")
_PLAIN = re.compile(r"[a-z0-9_.-]")


def normal(name: str) -> str:
    """`*.Example.com` -> `\\052.example.com.`"""
    plain = _ESCAPE.sub(lambda it: chr(int(it[1], 8)), name).lower().rstrip(".")
    return "".join(it if _PLAIN.match(it) else f"\\{ord(it):03o}" for it in plain) + "."


def order(name: str) -> tuple[str, ...]:
    """Zones and records are listed by their labels from the right (API reference, ListHostedZonesByName)."""
    return tuple(reversed(name.rstrip(".").split(".")))


def lies_in(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")


def above(name: str) -> list[str]:
    """The name and all names above it, the longest first, less the root: `a.b.`, `b.`"""
    labels = name.rstrip(".").split(".")
    return [".".join(labels[at:]) + "." for at in range(len(labels))]
