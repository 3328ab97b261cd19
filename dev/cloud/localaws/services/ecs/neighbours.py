"""What ECS needs from the other services' rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.context import Context
from localaws.services.cloudwatch import states
from localaws.services.ec2 import networks, routing
from localaws.services.elbv2 import forwarding, reach, requests, targets
from localaws.services.iam import identities, linked_roles


def register_target(context: Context, group: str, address: tuple[str, int]) -> None:
    targets.register_targets(context, group, [address])


def deregister_target(context: Context, group: str, address: tuple[str, int]) -> None:
    targets.deregister_targets(context, group, [address])


def set_target_health(
    context: Context, group: str, address: tuple[str, int], verdict: dict[str, Any]
) -> None:
    ip, port = address
    reason, description = verdict.get("reason"), verdict.get("description")
    targets.set_target_health(context, group, ip, port, verdict["state"], reason, description)


def balancer_state(context: Context, group: str) -> str | None:
    """`provisioning`, `active`, ... or None for a group without a balancer."""
    balancer = targets.balancer_of(context, group)
    if not balancer:
        return None
    state = balancer.get("state", balancer.get("State"))
    return str(state.get("Code") if isinstance(state, dict) else state)


def balancer_reaches(context: Context, group: str, interface: str, port: int) -> bool:
    return bool(reach.balancer_reaches(context, group, interface, port))


def open_ports(context: Context, group: str) -> set[int]:
    return set(reach.open_ports(context, group))


def answer(context: Context, url: str, method: str, headers: dict[str, str], source: str) -> Any:
    return requests.answer(context, url, method, headers, source)


def group_is_attached(context: Context, group: str) -> bool:
    return bool(targets.target_group_is_attached(context, group))


def claim_interface(
    context: Context, subnet: str, groups: list[str], description: str, public: bool
) -> tuple[str, str]:
    eni, ip = networks.claim_interface(
        context, subnet, groups, description, "amazon-ecs", public=public
    )
    return str(eni), str(ip)


def reaches_internet(context: Context, subnet: str, public: bool) -> bool:
    return bool(routing.reaches_internet(context, subnet, public))


def release_interface(context: Context, eni: str) -> None:
    networks.release_interface(context, eni)


def role_is_assumable(context: Context, arn: str) -> bool:
    return bool(identities.role_is_assumable(context, arn))


def linked_role_exists(context: Context) -> bool:
    return bool(linked_roles.is_assumable(context, "ecs.amazonaws.com"))


def role_trusts_ecs(context: Context, arn: str) -> bool:
    """A role for ECS itself, not for its tasks: for load balancers, or for a hook's function."""
    return bool(identities.role_is_assumable(context, arn, "ecs.amazonaws.com"))


def alarm_states(context: Context, names: list[str]) -> dict[str, str | None]:
    """None for one that is not there."""
    return {name: states.state_of(context, name) for name in names}


def alarm_seconds(context: Context, names: list[str]) -> float:
    """The longest time over which one of them looks."""
    return max((states.seconds_of(context, name) for name in names), default=0.0)


def rule_kinds(context: Context, rule: str) -> list[str] | None:
    return forwarding.kinds(context, rule)


def rule_weights(context: Context, rule: str) -> dict[str, int]:
    return forwarding.weights(context, rule)


def set_rule_weights(context: Context, rule: str, weights: dict[str, int]) -> None:
    forwarding.set_weights(context, rule, weights)


def listener_of_default(context: Context, rule: str) -> str | None:
    return forwarding.owner(context, rule)


def has_healthy_target(group: str) -> bool:
    return bool(targets.has_healthy(group))


def forwards(context: Context) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Listener, rule and weights of each rule that requests come to."""
    return ((it.listener, it.rule, it.weights) for it in forwarding.forwards(context))
