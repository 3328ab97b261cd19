"""A task in its target groups: registered while it runs, drained before it stops."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import elbv2_backends

from localaws.context import AwsError, Context

from . import events, neighbours
from .assumed import denied
from .model import Json, Revision, Task
from .strategies import shifts
from .times import seconds


def groups_of(revision: Revision) -> list[tuple[str, int, str]]:
    """(target group ARN, port, container) of each load balancer entry."""
    entries: list[Json] = revision.config.get("loadBalancers") or []
    return [
        (_group(revision, e), e["containerPort"], e["containerName"])
        for e in entries
        if "targetGroupArn" in e
    ]


def _group(revision: Revision, entry: Json) -> str:
    advanced = entry.get("advancedConfiguration")
    if revision.alternate and advanced:
        return str(advanced["alternateTargetGroupArn"])
    return str(entry["targetGroupArn"])


def groups(task: Task) -> list[tuple[str, int, str]]:
    return groups_of(task.revision)


def register(task: Task, when: float, context: Context) -> None:
    for group, port, _ in groups(task):
        refused = _refused(task, group)
        if refused:
            text = f"failed to register targets in (target-group {group}) with (error {refused})"
            events.say(task.service, when, text)
            continue
        try:
            neighbours.register_target(context, group, (task.ip or "", port))
        except AwsError as error:
            # The group is gone: AWS keeps the task and says so.
            text = (
                f"failed to register targets in (target-group {group}) with (error {error.message})"
            )
            events.say(task.service, when, text)
            continue
        task.targets[group] = "initial"
        events.registered(task.service, when, group)


def _refused(task: Task, group: str) -> str | None:
    """A deployment that shifts traffic registers targets in the name of the infrastructure role; words: developer guide,
    "Troubleshooting Amazon ECS blue/green deployments"."""
    entries: list[Json] = task.revision.config.get("loadBalancers") or []
    advanced = next(
        (e["advancedConfiguration"] for e in entries if e.get("advancedConfiguration")), None
    )
    if advanced is None or not shifts(task.service.current):
        return None
    action = "elasticloadbalancing:RegisterTargets"
    return denied(advanced["roleArn"], "ecs-service-scheduler", action, group)


def deregister(task: Task, when: float, context: Context) -> bool:
    """True if there was something to drain."""
    ports = {group: port for group, port, _ in groups(task)}
    registered = list(task.targets)
    for group in registered:
        del task.targets[group]
        try:
            neighbours.deregister_target(context, group, (task.ip or "", ports[group]))
        except AwsError:
            continue
        events.deregistered(task.service, when, group)
    return bool(registered)


def set_health(task: Task, group: str, port: int, verdict: Json, context: Context) -> None:
    task.targets[group] = verdict["state"]
    neighbours.set_target_health(context, group, (task.ip or "", port), verdict)


def balancer_is_active(group: str, context: Context) -> bool:
    """Until then nobody checks the targets, and they stay `initial`."""
    return neighbours.balancer_state(context, group) == "active"


def target_group(arn: str, context: Context) -> Any | None:
    """moto's record of the group, for its type and attributes."""
    return elbv2_backends[context.account][context.region].target_groups.get(arn)


def matches(arn: str, status: int, context: Context) -> bool:
    """Whether the group takes this status for healthy: "200", "200,202", "200-299" (botocore: Matcher)."""
    group = target_group(arn, context)
    matcher = (group.matcher if group else None) or {}
    codes = str(matcher.get("GrpcCode") or matcher.get("HttpCode") or "200")
    ranges = (it.partition("-") for it in codes.split(","))
    return any(int(low) <= status <= int(high or low) for low, _, high in ranges)


def understands(arn: str, behaviour: Json, context: Context) -> bool:
    """Whether requests come to the container in a protocol that it speaks (user guide, "Target groups for your
    Application Load Balancers": protocol and protocol version)."""
    group = target_group(arn, context)
    if group is None:
        return True
    version = str(group.protocol_version or "HTTP1")
    tls = (group.health_check_protocol or group.protocol) == "HTTPS"
    return version == behaviour.get("speaks", "HTTP1") and tls == behaviour.get("tls", False)


def drain_seconds(task: Task, context: Context) -> float:
    """The longest deregistration delay of its groups: ECS waits for it, since the target is shown
    as draining for that time even with no request in flight (elbv2 docs: deregistration delay)."""
    delays = [0.0]
    for arn, _, _ in groups(task):
        group = target_group(arn, context)
        if group is not None:
            delay = float(group.attributes.get("deregistration_delay.timeout_seconds", 300))
            delays.append(seconds(context, "target_deregistration", delay))
    return max(delays)
