"""Policies as IAM evaluates them: an explicit deny counts most, and what nobody allows is denied.

Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements". What is not known
here (variables, other condition operators) is told as not modelled, and never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localaws.ask import Ask
from localaws.documents import Document, listed, read


@dataclass
class Decision:
    """`allowed_by` names the statements that allow it, by their Sid."""

    allowed_by: list[str] = field(default_factory=list)
    denied: bool = False

    @property
    def allowed(self) -> bool:
        return bool(self.allowed_by) and not self.denied


def decide(documents: list[Document], ask: Ask) -> Decision:
    decision = Decision()
    for document in documents:
        for statement in listed(document["Statement"]):
            if not _matches(statement, ask):
                continue
            if statement["Effect"] == "Deny":
                decision.denied = True
            else:
                decision.allowed_by.append(statement.get("Sid", ""))
    return decision


def lets_in(policy: str | Document, ask: Ask, kind: str, who: set[str]) -> bool:
    """Whether the policy of a resource allows it to one of these principals, of a kind such as `Service`."""
    statements = [
        it
        for it in listed(read(policy).get("Statement"))
        if who & _named(it.get("Principal"), kind)
    ]
    return decide([{"Statement": statements}], ask).allowed


def _named(principal: Any, kind: str) -> set[str]:
    return set(listed(principal.get(kind) if isinstance(principal, dict) else principal))


def _matches(statement: Document, ask: Ask) -> bool:
    if "Action" in statement:
        named = any(_like(it, ask.action, re.I) for it in listed(statement["Action"]))
    else:
        named = not any(_like(it, ask.action, re.I) for it in listed(statement["NotAction"]))
    if not named:
        return False
    if "Resource" in statement:
        meant = any(arn_like(it, ask.resource) for it in listed(statement["Resource"]))
    else:
        meant = not any(arn_like(it, ask.resource) for it in listed(statement["NotResource"]))
    return meant and _holds(statement.get("Condition", {}), ask)


def _like(pattern: str, text: str, flags: int = 0) -> bool:
    if "${" in pattern:
        raise NotImplementedError(f"policy variables: {pattern}")
    parts = (".*" if it == "*" else "." if it == "?" else re.escape(it) for it in pattern)
    return re.fullmatch("".join(parts), text, flags | re.S) is not None


def arn_like(pattern: str, arn: str) -> bool:
    """A wildcard stays within its segment; the last segment is all that follows the fifth colon."""
    if pattern == "*":
        return True
    patterns, segments = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(segments) and all(map(_like, patterns, segments))


_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    # operator: (does this value of the policy fit, whether a fit makes the condition false)
    "StringEquals": (lambda wanted, told: wanted == told, False),
    "StringNotEquals": (lambda wanted, told: wanted == told, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (arn_like, False),
    "ArnLike": (arn_like, False),
    "ArnNotEquals": (arn_like, True),
    "ArnNotLike": (arn_like, True),
}


def _holds(conditions: Document, ask: Ask) -> bool:
    return all(
        _condition(operator, key, listed(values), ask)
        for operator, pairs in conditions.items()
        for key, values in pairs.items()
    )


def _condition(operator: str, key: str, values: list[str], ask: Ask) -> bool:
    told = next((it for name, it in ask.keys.items() if name.lower() == key.lower()), None)
    if operator == "Null":
        return any((told is None) == (str(value).lower() == "true") for value in values)
    plain = operator.removesuffix("IfExists")
    if plain not in _OPERATORS:
        raise NotImplementedError(f"the condition operator {operator}")
    fits, turned = _OPERATORS[plain]
    if told is None:
        # A negated operator holds for a key that is not there.
        return turned or plain != operator
    return any(fits(str(value), told) for value in values) != turned
