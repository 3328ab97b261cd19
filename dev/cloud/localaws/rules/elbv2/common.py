"""moto's load balancing backend, and who uses a target group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.elbv2.models import elbv2_backends

from ...context import AwsError, Context
from ...state import Table
from .. import settles

_NAME = re.compile(r"[A-Za-z0-9-]+")


def backend(context: Context) -> Any:
    return elbv2_backends[context.account][context.region]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def misconfigured(message: str) -> AwsError:
    return AwsError("InvalidConfigurationRequest", message)


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


def balancer(context: Context, arn: str) -> Any:
    found = backend(context).load_balancers.get(arn)
    if found is None:
        if ":loadbalancer/" not in arn:
            raise invalid(f"'{arn}' is not a valid load balancer ARN")
        raise AwsError("LoadBalancerNotFound", "One or more load balancers not found")
    return found


def target_group(context: Context, arn: str) -> Any:
    found = backend(context).target_groups.get(arn)
    if found is None:
        if ":targetgroup/" not in arn:
            raise invalid(f"'{arn}' is not a valid target group ARN")
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    return found


def listener(context: Context, arn: str) -> Any:
    for owner in backend(context).load_balancers.values():
        if arn in owner.listeners:
            return owner.listeners[arn]
    raise AwsError("ListenerNotFound", "One or more listeners not found")


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
