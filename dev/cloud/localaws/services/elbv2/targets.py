"""Registered targets and their health, which the ECS model and the API both change.

moto calls every target healthy at once. Here a target is `initial` first; what comes then says the
ECS model (`set_target_health`), or time, for a target that was registered through the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.context import Context
from localaws.rules import Call, Params, on
from localaws.state import Table

from . import balancers
from .in_front import balancers_using
from .lookups import backend, invalid, target_group


@dataclass
class Target:
    state: str
    reason: str | None
    description: str | None
    since: float
    by_api: bool = False


# target group ARN -> (address, port) -> target
_targets: Table[str, dict[tuple[str, int], Target]] = Table()


def register_targets(
    context: Context, tg_arn: str, addresses: list[tuple[str, int]], by_api: bool = False
) -> None:
    """A target that is registered again keeps its state unless it was draining."""
    group = target_group(context, tg_arn)
    registered = _targets.setdefault(tg_arn, {})
    for address in addresses:
        known = registered.get(address)
        if known is not None and known.state != "draining":
            continue
        registered[address] = Target(
            "initial",
            "Elb.RegistrationInProgress",
            "Target registration is in progress",
            context.clock.now(),
            by_api,
        )
        group.targets[address[0]] = {"Id": address[0], "Port": address[1]}


def deregister_targets(context: Context, tg_arn: str, addresses: list[tuple[str, int]]) -> None:
    """Draining for the deregistration delay, then gone."""
    group = target_group(context, tg_arn)
    for address in addresses:
        target = _targets.get(tg_arn, {}).get(address)
        if target is not None and target.state != "draining":
            target.state = "draining"
            target.reason = "Target.DeregistrationInProgress"
            target.description = "Target deregistration is in progress"
            target.since = context.clock.now()
        group.targets.pop(address[0], None)


def set_target_health(
    context: Context,
    tg_arn: str,
    ip: str,
    port: int,
    state: str,
    reason: str | None = None,
    description: str | None = None,
) -> None:
    """What the load balancer's checks found. Draining targets are not checked any more."""
    target = _targets.get(tg_arn, {}).get((ip, port))
    if target is not None and target.state != "draining":
        target.state, target.reason, target.description = state, reason, description
        target.since = context.clock.now()
        target.by_api = False


def target_group_is_attached(context: Context, tg_arn: str) -> bool:
    """Whether a listener or rule forwards to it; what ECS demands of a service's target group."""
    return bool(balancers_using(context, tg_arn))


def has_healthy(tg_arn: str) -> bool:
    return any(it.state == "healthy" for it in _targets.get(tg_arn, {}).values())


def balancer_of(context: Context, tg_arn: str) -> Params | None:
    """The load balancer in front of the group, or None."""
    arns = balancers_using(context, tg_arn)
    if not arns:
        return None
    found = backend(context).load_balancers[arns[0]]
    balancers.settle_one(context, found)
    return {"arn": found.arn, "name": found.name, "state": found.state, "dns_name": found.dns_name}


def forget(tg_arn: str) -> None:
    _targets.pop(tg_arn, None)


def _settle(context: Context, group: Any) -> None:
    delay = float(group.attributes.get("deregistration_delay.timeout_seconds", 300))
    registered = _targets.get(group.arn, {})
    for address, target in list(registered.items()):
        age = context.clock.now() - target.since
        if target.state == "draining" and age >= delay * context.clock.speed:
            del registered[address]
        elif target.state == "initial" and context.clock.elapsed(
            target.since, "target_registration"
        ):
            target.reason = "Elb.InitialHealthChecking"
            target.description = "Initial health checks in progress"
            if target.by_api and context.clock.elapsed(target.since, "target_healthy"):
                target.state, target.reason, target.description = "healthy", None, None


def _addresses(call: Call, group: Any) -> list[tuple[str, int]]:
    return [
        (target["Id"], int(target.get("Port") or group.port)) for target in call.params["Targets"]
    ]


@on("elbv2", "RegisterTargets")
def register(call: Call) -> Params:
    group = target_group(call.context, call.params["TargetGroupArn"])
    for ip, _ in _addresses(call, group):
        if group.target_type == "ip" and not all(part.isdigit() for part in ip.split(".")):
            raise invalid(f"The IP address '{ip}' is not a valid IPv4 address")
        if group.target_type == "instance" and not ip.startswith("i-"):
            raise invalid(f"Instance ID '{ip}' is not valid")
    register_targets(call.context, group.arn, _addresses(call, group), by_api=True)
    return {}


@on("elbv2", "DeregisterTargets")
def deregister(call: Call) -> Params:
    group = target_group(call.context, call.params["TargetGroupArn"])
    deregister_targets(call.context, group.arn, _addresses(call, group))
    return {}


@on("elbv2", "DescribeTargetHealth")
def describe_target_health(call: Call) -> Params:
    group = target_group(call.context, call.params["TargetGroupArn"])
    _settle(call.context, group)
    registered = _targets.get(group.arn, {})
    asked = _addresses(call, group) if call.params.get("Targets") else list(registered)
    attached = target_group_is_attached(call.context, group.arn)
    return {
        "TargetHealthDescriptions": [
            _describe(address, registered.get(address), group, attached) for address in asked
        ]
    }


def _describe(
    address: tuple[str, int], target: Target | None, group: Any, attached: bool
) -> Params:
    ip, port = address
    if target is None:
        health = _health(
            "unused", "Target.NotRegistered", "Target is not registered to the target group"
        )
    elif not attached and target.state != "draining":
        health = _health(
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    else:
        health = _health(target.state, target.reason, target.description)
    checked = group.health_check_port
    return {
        "Target": {"Id": ip, "Port": port},
        "HealthCheckPort": str(port if checked in (None, "traffic-port") else checked),
        "TargetHealth": health,
    }


def _health(state: str, reason: str | None, description: str | None) -> Params:
    found = {"State": state, "Reason": reason, "Description": description}
    return {key: value for key, value in found.items() if value}
