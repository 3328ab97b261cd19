"""Counting tasks that did not get healthy, and the deployment circuit breaker that acts on the
count."""

from __future__ import annotations

import math

from localaws.context import Context

from . import events, rollouts
from .causes import BREAKER, ROLLBACK_BROKE
from .model import Json, Rollout, Service, ServiceDeployment, Task
from .times import seconds

# The pause between launches grows with each failure up to this many times `task_restart`.
LONGEST_PAUSE = 30
# With every so many failures in a row AWS says that it slows down.
SLOWED_EVERY = 5


def breaker_of(service: Service) -> Json:
    breaker: Json = (
        service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    )
    return {"enable": False, "rollback": False} | breaker


def threshold(service: Service) -> int:
    """BOUNDED_PERCENT 50 unless configured: ceil(desired x percent) within 3..200 (botocore:
    ThresholdConfiguration, ServiceDeploymentCircuitBreaker.threshold)."""
    rule = breaker_of(service).get("thresholdConfiguration") or {
        "type": "BOUNDED_PERCENT",
        "value": 50,
    }
    value = int(rule["value"])
    if rule["type"] == "COUNT":
        return value
    share = math.ceil(service.desired * value / 100)
    return share if rule["type"] == "UNBOUNDED_PERCENT" else min(max(share, 3), 200)


def rollout_of(task: Task) -> Rollout | None:
    return next((r for r in task.service.rollouts if r.revision is task.revision), None)


def count(task: Task, when: float, context: Context) -> None:
    """A task is a failure if it cannot be launched, does not reach RUNNING, or fails its checks
    (botocore: Deployment.failedTasks); a crash before it was healthy counts as well (transcripts of
    crash loops)."""
    service, rollout = task.service, rollout_of(task)
    if rollout is None:
        return
    rollout.failed_tasks += 1
    rollout.updated_at = when
    pause = seconds(context, "task_restart") * min(rollout.failed_tasks, LONGEST_PAUSE)
    rollout.hold_until = when + pause
    if pause == 0:
        service.rounds += 1
    if rollout.failed_tasks % SLOWED_EVERY == 0:
        events.inconsistent(service, when)
    deployment = service.current
    if deployment.under_way and rollout.state == "IN_PROGRESS" and rollout.status == "PRIMARY":
        _watch(service, rollout, deployment, when, context)
    service.reconcile(context, when)


def _watch(
    service: Service, rollout: Rollout, deployment: ServiceDeployment, when: float, context: Context
) -> None:
    if deployment.status == "ROLLBACK_IN_PROGRESS":
        # The revision that once worked does not start any more.
        if rollout.failed_tasks >= threshold(service):
            rollouts.fail_rollback(deployment, rollout, BREAKER.rollout, ROLLBACK_BROKE, when)
        return
    deployment.failures += 1
    deployment.updated_at = when
    breaker = breaker_of(service)
    if breaker["enable"] and deployment.failures >= threshold(service):
        deployment.breaker_status = "TRIGGERED"
        rollouts.fail(service, deployment, BREAKER, bool(breaker["rollback"]), when, context)


def forget(task: Task, when: float, context: Context) -> None:
    """A healthy task resets the count, the breaker's only unless `resetOnHealthyTask` is false
    (botocore)."""
    service, rollout = task.service, rollout_of(task)
    if rollout is not None:
        rollout.failed_tasks = 0
        if rollout.status == "PRIMARY" and breaker_of(service).get("resetOnHealthyTask", True):
            service.current.failures = 0
    service.reconcile(context, when)
