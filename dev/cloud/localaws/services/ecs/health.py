"""Whether a task is healthy: what its balancer, its containers, or time alone say, and what follows."""

from __future__ import annotations

from functools import partial

from localaws.context import Context

from . import events, failures, images, serving, stopping, targets
from .model import Json, Task
from .store import state_of
from .times import seconds


def watch(task: Task, when: float, context: Context) -> None:
    """Balancer checks, container checks, or neither: then 40 s after RUNNING count as healthy
    (botocore: DeploymentConfiguration.minimumHealthyPercent)."""
    state = state_of(context)
    checked = [c for c in task.definition.containers if c.get("healthCheck")]
    for group, port, name in targets.groups(task):
        if group in task.targets:
            _watch_target(task, group, port, name, when, context)
    if checked:
        bad_container = any(
            images.of_container(task, c, context).behaviour["run"] == "unhealthy" for c in checked
        )
        action = _container_unhealthy if bad_container else _container_healthy
        state.at(when + seconds(context, "container_healthy"), task.service, partial(action, task))
    elif not targets.groups(task):
        state.at(
            when + seconds(context, "task_counts_healthy"), task.service, partial(_judge, task)
        )


def _watch_target(
    task: Task, group: str, port: int, name: str, when: float, context: Context
) -> None:
    container = task.definition.container(name)
    behaviour = images.of_container(task, container, context).behaviour if container else {}
    behaviour = {**behaviour, **behaviour.get("ports", {}).get(str(port), {})}
    bad = _wrong(behaviour, group, context)
    later = float(behaviour.get("after", 0)) if bad else 0.0
    state, judge = state_of(context), partial(_judge_target, task, group, port)
    healthy, unhealthy = seconds(context, "target_healthy"), seconds(context, "target_unhealthy")
    if later:
        good_for = seconds(context, "target_turns", later)
        state.at(when + healthy, task.service, partial(judge, None))
        when += healthy + good_for
    state.at(when + (unhealthy if bad else healthy), task.service, partial(judge, bad))


def _wrong(behaviour: Json, group: str, context: Context) -> Json | None:
    """What the balancer says of these answers; none if they are right. Words: ELB API reference, TargetHealth, and
    transcripts of describe-target-health."""
    run, status = behaviour.get("run"), behaviour.get("status")
    if not targets.understands(group, behaviour, context):
        return {"reason": "Target.FailedHealthChecks", "description": "Health checks failed"}
    if run == "silent":
        return {"reason": "Target.Timeout", "description": "Request timed out"}
    if run == "answers" and targets.matches(group, int(behaviour["status"]), context):
        return None
    if run not in ("answers", "unhealthy"):
        return None
    if status is not None:
        text = f"Health checks failed with these codes: [{status}]"
        return {"reason": "Target.ResponseCodeMismatch", "description": text}
    return behaviour


def _judge_target(
    task: Task, group: str, port: int, bad: Json | None, context: Context, when: float
) -> None:
    state = state_of(context)
    if group not in task.targets:
        return
    if not targets.balancer_is_active(group, context):
        delay = seconds(context, "balancer_look")
        state.again(when, delay, task.service, partial(_judge_target, task, group, port, bad))
        return
    if bad is None and not serving.reached(task, group, port, context):
        bad = {"reason": "Target.Timeout", "description": "Request timed out"}
    if bad is None:
        targets.set_health(task, group, port, {"state": "healthy"}, context)
        _judge(task, context, when)
        return
    reason = bad.get("reason", "Target.FailedHealthChecks")
    description = bad.get("description", "Health checks failed")
    verdict = {"state": "unhealthy", "reason": reason, "description": description}
    targets.set_health(task, group, port, verdict, context)
    grace = seconds(
        context,
        "health_check_grace",
        float(task.service.settings.get("healthCheckGracePeriodSeconds", 0)),
    )
    ends = (task.started_at or when) + grace
    state.at(
        max(when, ends), task.service, partial(_kill_unhealthy, task, group, port, description)
    )


def _kill_unhealthy(
    task: Task, group: str, port: int, description: str, context: Context, when: float
) -> None:
    if task.desired_status != "RUNNING":
        return
    events.target_unhealthy(task, when, port, group, description)
    events.stopped_running(task.service, when, [task])
    reason = f"Task failed ELB health checks in (target-group {group})"
    stopping.fail(task, when, "ServiceSchedulerInitiated", reason, context)


def _container_healthy(task: Task, context: Context, when: float) -> None:
    if task.desired_status == "RUNNING":
        task.container_health = "HEALTHY"
        _judge(task, context, when)


def _container_unhealthy(task: Task, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.container_health = "UNHEALTHY"
    events.container_unhealthy(task, when)
    events.stopped_running(task.service, when, [task])
    stopping.fail(
        task, when, "ServiceSchedulerInitiated", "Task failed container health checks", context
    )


def _judge(task: Task, context: Context, when: float) -> None:
    """Healthy once every check that the task has says so."""
    if task.desired_status != "RUNNING" or task.healthy:
        return
    registered = all(task.targets.get(g) == "healthy" for g, _, _ in targets.groups(task))
    checked = any(c.get("healthCheck") for c in task.definition.containers)
    if registered and (not checked or task.container_health == "HEALTHY"):
        task.healthy = True
        task.version += 1
        failures.forget(task, when, context)
