"""Durations that only ECS knows; a name that the clock has too is the clock's."""

from __future__ import annotations

from localaws.clock import DURATIONS
from localaws.context import Context

DEFAULTS: dict[str, float] = {
    # Two failed checks, 10 s apart: what a target needs to be called unhealthy.
    "target_unhealthy": 20.0,
    "container_healthy": 30.0,
    # Without any health check a task counts as healthy 40 s after RUNNING
    # (botocore: DeploymentConfiguration.minimumHealthyPercent).
    "task_counts_healthy": 40.0,
    # ListServiceDeployments shows a new deployment "after a few seconds" (aws.md 5.3).
    "deployment_visible": 2.0,
    "deployment_start": 1.0,
    "deployment_stop": 1.0,
    # How long the balancer needs to move traffic, and how often the alarms are looked at: guesses.
    "traffic_shift": 20.0,
    "alarm_look": 15.0,
    # What a function that answers IN_PROGRESS is left before it is asked again: a guess.
    "hook_look": 30.0,
    # Base of the pause between launches once tasks have failed.
    "task_restart": 10.0,
    "balancer_look": 5.0,
}


def seconds(context: Context, name: str, default: float | None = None) -> float:
    """`default` for what depends on the request, such as a health check's grace period."""
    if default is None and name in DURATIONS:
        return context.clock.duration(name)
    return (DEFAULTS[name] if default is None else default) * context.clock.speed
