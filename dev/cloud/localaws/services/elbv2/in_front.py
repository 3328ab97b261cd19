"""Which load balancers stand in front of which target groups, by their listeners and rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from localaws.context import Context
from localaws.rules import settles
from localaws.state import Table

from .lookups import backend


def groups_in(action: dict[str, Any]) -> list[str]:
    """The target groups that an action forwards to."""
    if action.get("Type") != "forward":
        return []
    found = [action["TargetGroupArn"]] if action.get("TargetGroupArn") else []
    for entry in action.get("ForwardConfig", {}).get("TargetGroups", []):
        if entry.get("TargetGroupArn") and entry["TargetGroupArn"] not in found:
            found.append(entry["TargetGroupArn"])
    return found


def balancers_using(context: Context, group_arn: str) -> list[str]:
    """The load balancers with a listener or rule that forwards to the group."""
    in_front = _moment.get(context.region)
    if in_front is None:
        in_front = _balancers_in_front(context)
    return in_front.get(group_arn, [])


def _balancers_in_front(context: Context) -> dict[str, list[str]]:
    """All that `balancers_using` could be asked, found in one walk."""
    found: dict[str, list[str]] = {}
    for owner in backend(context).load_balancers.values():
        for item in owner.listeners.values():
            for rule in item.rules.values():
                for action in rule.actions:
                    for group in groups_in(action.data):
                        owners = found.setdefault(group, [])
                        if owner.arn not in owners:
                            owners.append(owner.arn)
    return found


# region -> who stands in front of whom, while nothing changes
_moment: Table[str, dict[str, list[str]]] = Table()


@contextmanager
def one_moment(context: Context) -> Iterator[None]:
    """Inside, listeners and rules stay as they are: who asks about each of many target groups need not walk over all
    listeners each time."""
    _moment[context.region] = _balancers_in_front(context)
    try:
        yield
    finally:
        del _moment[context.region]


@settles("elbv2")
def follow_listeners(context: Context) -> None:
    """moto adds to a group's load balancers when a listener is made and never takes one away."""
    in_front = _balancers_in_front(context)
    for group in backend(context).target_groups.values():
        group.load_balancer_arns = in_front.get(group.arn, [])
