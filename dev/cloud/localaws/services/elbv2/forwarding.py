"""Which target groups a rule forwards to and with what weight: what ECS reads and writes in a deployment that moves
traffic.

ECS is given the ARN of a rule (botocore: AdvancedConfiguration). A listener's default action is its default rule, and is
changed with `ModifyListener`.
"""

from __future__ import annotations

import copy
from typing import Any

from moto.elbv2.models import FakeAction

from localaws.context import Context

from .in_front import groups_in
from .lookups import backend


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
    actions = [it.data for it in found[1].actions] if found else []
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
