"""The service scheduler: how many tasks of which revision should run now."""

from __future__ import annotations

import math
from functools import partial

from localaws.context import Context

from . import deployment_alarms, events, launching, rollouts, stages, stopping
from .model import Json, Rollout, Service, Task
from .store import state_of
from .times import seconds


def reconcile(service: Service, context: Context, when: float) -> None:
    if service.status != "ACTIVE":
        _drain(service, context, when)
        return
    if service.current.status == "PENDING":
        return
    rollouts.prune(service)
    if stages.leads(service):
        stages.advance(service, context, when)
        if stages.leads(service):
            return
    _stop_surplus(service, context, when)
    _launch_missing(service, context, when)
    _settle(service, context, when)


def _limits(service: Service) -> tuple[int, int]:
    """minimumHealthyPercent rounds up, maximumPercent down (botocore: DeploymentConfiguration)."""
    configuration = service.settings["deploymentConfiguration"]
    least = math.ceil(service.desired * configuration["minimumHealthyPercent"] / 100)
    most = math.floor(service.desired * configuration["maximumPercent"] / 100)
    return least, max(most, 1 if service.desired else 0)


def _occupying(service: Service) -> int:
    """Tasks that hold a place under maximumPercent: those being drained do not."""
    return len(service.living())


def _stop_surplus(service: Service, context: Context, when: float) -> None:
    primary = service.primary
    fresh = service.living(primary)
    old = [t for t in service.living() if t.revision is not primary.revision]
    pending = [t for t in old if t.last_status != "RUNNING"]
    if pending:
        events.stopped_pending(service, when, len(pending))
        _stop(service, pending, context, when)
    surplus = fresh[service.desired :] if len(fresh) > service.desired else []
    if surplus:
        events.stopped_running(service, when, surplus)
        _stop(service, surplus, context, when)
    running = [t for t in old if t.last_status == "RUNNING"]
    count = _replaceable(service, running)
    if count:
        # The unhealthy ones cost nothing and go first.
        leaving = sorted(running, key=lambda t: (t.healthy, t.created_at))[:count]
        events.stopped_running(service, when, leaving)
        _stop(service, leaving, context, when)


def _replaceable(service: Service, running: list[Task]) -> int:
    """Old tasks leave when new ones are healthy, or earlier when maximumPercent leaves no room for
    new ones."""
    primary = service.primary
    fresh = service.living(primary)
    least, most = _limits(service)
    healthy = sum(1 for t in service.living() if t.healthy)
    unhealthy_old = sum(1 for t in running if not t.healthy)
    replaced = len(running) + sum(1 for t in fresh if t.healthy) - service.desired
    no_room = 0
    if primary.state != "FAILED":
        no_room = (service.desired - len(fresh)) - (most - _occupying(service))
    wanted = max(replaced, no_room, 0)
    allowed = max(healthy - least, 0) + unhealthy_old
    return min(wanted, allowed, len(running))


def _stop(service: Service, tasks: list[Task], context: Context, when: float) -> None:
    number = service.primary.id
    for task in tasks:
        reason = f"Scaling activity initiated by (deployment {number})"
        stopping.stop(task, when, "ServiceSchedulerInitiated", reason, context, drain=True)


def _launch_missing(service: Service, context: Context, when: float) -> None:
    primary = service.primary
    _, most = _limits(service)
    missing = min(service.desired - len(service.living(primary)), most - _occupying(service))
    launching.launch(service, primary, missing, context, when)


def is_complete(service: Service) -> bool:
    primary = service.primary
    living = service.living()
    waiting = [
        t for t in service.tasks if t.last_status != "STOPPED" and t.desired_status == "STOPPED"
    ]
    fresh = service.living(primary)
    replaced = all(t.revision is primary.revision for t in living + waiting)
    return replaced and len(fresh) == service.desired and all(t.healthy for t in fresh)


def _succeeds(service: Service) -> bool:
    """All replaced, or early: "after this percentage of tasks is healthy and the bake time elapses" the rest goes on in
    the background (botocore: DeploymentEarlySuccessCriteria)."""
    early: Json = service.current.configuration.get("earlySuccessCriteria") or {}
    if not early.get("enable") or service.current.status != "IN_PROGRESS":
        return is_complete(service)
    fresh = sum(1 for t in service.living(service.primary) if t.healthy)
    if fresh < math.ceil(service.desired * early["healthyPercent"] / 100):
        return False
    old = any(
        t.revision is not service.primary.revision
        for t in service.tasks
        if t.last_status != "STOPPED"
    )
    return early["sourceServiceRevisionCleanup"] == "DEFERRED" or not old


def _settle(service: Service, context: Context, when: float) -> None:
    primary = service.primary
    if primary.state != "IN_PROGRESS":
        if primary.state == "COMPLETED" and not service.steady and is_complete(service):
            service.steady = True
            events.steady(service, when)
        return
    if primary.settling or not _succeeds(service):
        return
    primary.settling = True
    # Nothing to wait for with no tasks: such a deployment succeeds at once.
    delay = seconds(context, "deployment_settle") if service.desired else 0.0
    delay += deployment_alarms.bake_seconds(service.current, context) * context.clock.speed
    state_of(context).at(when + delay, service, partial(_complete, service, primary))


def _complete(service: Service, primary: Rollout, context: Context, when: float) -> None:
    primary.settling = False
    if (
        service.status != "ACTIVE"
        or service.primary is not primary
        or primary.state != "IN_PROGRESS"
    ):
        return
    if _succeeds(service):
        rollouts.complete(service, when)
    reconcile(service, context, when)


def _drain(service: Service, context: Context, when: float) -> None:
    """A deleted service: DRAINING until its tasks are gone and `service_drain` is over."""
    living = service.living()
    if living:
        running = [t for t in living if t.last_status == "RUNNING"]
        if running:
            events.stopped_running(service, when, running)
        _stop(service, living, context, when)
    rollouts.prune(service)
    gone = all(t.last_status == "STOPPED" for t in service.tasks)
    if service.status == "DRAINING" and gone and when >= service.drain_until:
        service.status, service.inactive_at = "INACTIVE", when
