"""The end of a task: drained or at once, and whether it counts as a failure."""

from __future__ import annotations

from functools import partial

from localaws.context import Context

from . import events, failures, neighbours, targets
from .model import Task
from .store import state_of
from .times import seconds


def stop(task: Task, when: float, code: str, reason: str, context: Context, *, drain: bool) -> None:
    """`drain`: scale-in and replacement let the balancer finish first; crashes and StopTask do
    not."""
    if task.desired_status == "STOPPED":
        return
    ran = task.last_status == "RUNNING"
    task.desired_status = "STOPPED"
    task.healthy = False
    task.stop_code, task.stopped_reason = code, reason
    task.stopping_at = when
    task.service.steady = False
    delay = seconds(context, "task_stop")
    if targets.deregister(task, when, context) and drain:
        events.draining(task.service, when)
        task.move("DEACTIVATING")
        delay += targets.drain_seconds(task, context)
    else:
        task.move("DEPROVISIONING")
    for container in task.definition.containers if ran else []:
        task.exit_codes.setdefault(container["name"], 0)
    state_of(context).at(when + delay, task.service, partial(_stopped, task))


def fail(task: Task, when: float, code: str, reason: str, context: Context) -> None:
    stop(task, when, code, reason, context, drain=False)
    failures.count(task, when, context)


def _stopped(task: Task, context: Context, when: float) -> None:
    task.move("STOPPED")
    task.execution_stopped_at = task.stopped_at = when
    if task.eni:
        neighbours.release_interface(context, task.eni)
    task.service.reconcile(context, when)
