"""Cells that do not converge, and why nobody can help it; and what may differ in one that does. docs/faults.md says the same
to users."""

from __future__ import annotations

from fnmatch import fnmatchcase

# Pattern of a cell -> the reason.
EXCEPTIONS: dict[str, str] = {
    "change/*=*-killed>back": "a run was killed in the middle of an update, and its change is then taken back in the program",
    "*@ecs:RegisterTaskDefinition#*=*-killed>again": "a run was killed while it registered a task definition, and is run again",
    "destroy/*=*-killed>back": "a destroy was interrupted, and `pulumi up` follows",
    # A role's policies go before it does, and the state has no word for what is half deleted.
    "destroy/*@iam:*>back": "a destroy was interrupted, and `pulumi up` follows",
    # A record has no tags, and no call says who created it.
    "*@route53:ChangeResourceRecordSets#*=*-killed*>*": "a run was killed while it created or changed a DNS record",
    "destroy/*@acm:ListCertificates#*=refused*>*": "the caller may not see whether other certificates need a validation record",
}

# Pattern of a difference between two accounts (`clouds.differences`) -> what may have happened.
DIFFERENCES: dict[str, str] = {
    "application-autoscaling:scalable-target *.tags.fargate:owner:*: left over": "a scaling policy was taken over from a "
    "run that failed",
}


def told(difference: str) -> bool:
    """Whether two accounts may differ in this."""
    return any(fnmatchcase(difference, pattern) for pattern in DIFFERENCES)


def reason(cell: str) -> str | None:
    """Why this cell may end otherwise."""
    return next((why for pattern, why in EXCEPTIONS.items() if fnmatchcase(cell, pattern)), None)
