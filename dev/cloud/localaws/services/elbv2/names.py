"""What load balancers and target groups may be called."""

from __future__ import annotations

import re

from .lookups import invalid

_NAME = re.compile(r"[A-Za-z0-9-]+")


def check_name(what: str, name: str) -> None:
    """ELB's words for the name rules of load balancers and target groups."""
    if not name:
        raise invalid(f"{what} name cannot be empty")
    if len(name) > 32:
        raise invalid(f"{what} name '{name}' cannot be longer than '32' characters")
    if not _NAME.fullmatch(name):
        raise invalid(
            f"{what} name '{name}' can only contain characters that are alphanumeric characters "
            "and hyphens(-)"
        )
    if name.startswith("-") or name.endswith("-"):
        raise invalid(f"{what} name '{name}' cannot begin or end with '-'")
    if what == "Load balancer" and name.lower().startswith("internal-"):
        raise invalid(f"{what} name '{name}' cannot begin with 'internal-'")
