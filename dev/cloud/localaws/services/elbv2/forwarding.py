"""Which target groups a rule forwards to and with what weight: what ECS reads and writes in a deployment that moves
traffic.

ECS is given the ARN of a rule (botocore: AdvancedConfiguration). A listener's default action is its default rule, and is
changed with `ModifyListener`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import FakeAction

from localaws.context import Context

from .in_front import groups_in
from .lookups import backend

# Values that say nothing of a request (user guide, "Condition types for listener rules": `*` is any characters).
_ANY = {"path-pattern": ("*", "/*"), "host-header": ("*",)}


@dataclass
class Forward:
    """A rule that requests come to, and where it sends them."""

    listener: str
    rule: str
    # Target group -> weight.
    weights: dict[str, int]


def owner(context: Context, arn: str) -> str | None:
    """The ARN of the listener whose default action it is; none for a rule of its own or for what is not there."""
    found = _find(context, arn)
    return str(found[0].arn) if found and found[1].is_default else None


def kinds(context: Context, arn: str) -> list[str] | None:
    """The types of its actions; none if it is not there."""
    found = _find(context, arn)
    return found and [str(it.data["Type"]) for it in found[1].actions]


def weights(context: Context, arn: str) -> dict[str, int]:
    """Target group -> weight. A group that stands alone has all."""
    found = _find(context, arn)
    return _weights(found[1]) if found else {}


def forwards(context: Context) -> Iterator[Forward]:
    """What listeners do with requests. Rules are evaluated by priority, the default one last (user guide, "Rule
    evaluation"), so none comes to those after one for all requests."""
    for balancer in backend(context).load_balancers.values():
        for listener in balancer.listeners.values():
            taken: list[list[dict[str, Any]]] = []
            for rule in sorted(listener.rules.values(), key=_place):
                weights = _weights(rule)
                # None comes to one whose conditions an earlier one has.
                hidden = rule.conditions in taken and not rule.is_default
                taken.append(rule.conditions)
                if weights and not hidden:
                    yield Forward(str(listener.arn), str(rule.arn), weights)
                if _takes_all(rule):
                    break


def _place(rule: Any) -> float:
    return float("inf") if rule.is_default else float(rule.priority)


def _takes_all(rule: Any) -> bool:
    return all(
        any(value in _ANY.get(it["Field"], ()) for value in _values(it)) for it in rule.conditions
    )


def _values(condition: dict[str, Any]) -> list[Any]:
    """They stand in the condition, or in the member that is called like its field (botocore: RuleCondition)."""
    configs = [it for it in condition.values() if isinstance(it, dict)]
    return condition.get("Values") or [it for config in configs for it in config.get("Values", [])]


def _weights(rule: Any) -> dict[str, int]:
    actions = [it.data for it in rule.actions]
    told: dict[str, int] = {}
    for action in actions:
        entries = action.get("ForwardConfig", {}).get("TargetGroups", [])
        told |= {it["TargetGroupArn"]: int(it.get("Weight", 1)) for it in entries}
        told |= {group: 1 for group in groups_in(action) if group not in told}
    return told


def set_weights(context: Context, arn: str, wanted: dict[str, int]) -> None:
    """Stickiness stays as it was."""
    found = _find(context, arn)
    if found is None:
        return
    listener, rule = found
    actions = [copy.deepcopy(it.data) for it in rule.actions]
    for action in actions:
        if action["Type"] == "forward":
            action.pop("TargetGroupArn", None)
            groups = [{"TargetGroupArn": it, "Weight": weight} for it, weight in wanted.items()]
            action["ForwardConfig"] = action.get("ForwardConfig", {}) | {"TargetGroups": groups}
    rule.actions = [FakeAction(it) for it in actions]
    if rule.is_default:
        listener.default_actions = rule.actions


def _find(context: Context, arn: str) -> tuple[Any, Any] | None:
    """Listener and rule."""
    for balancer in backend(context).load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                if arn == rule.arn:
                    return listener, rule
    return None
