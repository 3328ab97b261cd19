"""Cells that do not converge, and why nobody can help it. docs/faults.md says the same to users."""

from __future__ import annotations

from fnmatch import fnmatchcase

# Pattern of a cell -> the reason.
EXCEPTIONS: dict[str, str] = {
    "change/*=*-killed>back": "a run was killed in the middle of an update, and its change is then taken back in the program",
    "*@application-autoscaling:PutScalingPolicy#*": "an update of a scaling policy failed, and was run again",
    "*@ecs:RegisterTaskDefinition#*=*-killed>again": "a run was killed while it registered a task definition, and is run again",
    "destroy/*>back": "a destroy was interrupted, and `pulumi up` follows",
}


def reason(cell: str) -> str | None:
    """Why this cell may end otherwise."""
    return next((why for pattern, why in EXCEPTIONS.items() if fnmatchcase(cell, pattern)), None)
