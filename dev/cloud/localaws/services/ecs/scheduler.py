"""The service scheduler: how many tasks of which revision should run now."""

from __future__ import annotations

import math
from functools import partial

from localaws.context import Context

from . import events, lifecycle, rollouts, stopping
from .model import Rollout, Service, Task
from .store import state_of
from .times import seconds

# With durations of zero a crash loop would never end: after this many failures in one look the next
# launch waits for the next look. Higher than the breaker's default threshold, which so settles
# within one look.
MAX_ROUNDS = 10


def reconcile(service: Service, context: Context, when: float) -> None:
    if service.status != "ACTIVE":
        _drain(service, context, when)
        return
    if service.current.status == "PENDING":
        return
    rollouts.prune(service)
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
    # "A deployment in FAILED state doesn't launch any new tasks" (botocore:
    # Deployment.rolloutState).
    if primary.state == "FAILED":
        return
    _, most = _limits(service)
    missing = min(service.desired - len(service.living(primary)), most - _occupying(service))
    if missing <= 0 or _held(service, primary, context, when):
        return
    service.steady = False
    launched = []
    for _ in range(missing):
        provider = next_provider(service, primary)
        if provider is None and primary.revision.config.get("launchType") != "FARGATE":
            if not service.placement_event:
                events.no_instances(service, when)
                service.placement_event = True
            return
        task = lifecycle.launch(service, primary, provider, when, context)
        if task is None:
            break
        launched.append(task)
    if launched:
        events.started(service, when, launched)


def _held(service: Service, primary: Rollout, context: Context, when: float) -> bool:
    state = state_of(context)
    if when < primary.hold_until:
        state.at(primary.hold_until, service, partial(_again, service))
        return True
    if service.rounds >= MAX_ROUNDS:
        if not service.waits_for_look:
            service.waits_for_look = True
            state.at_next_look(service, partial(_again, service))
        return True
    return False


def _again(service: Service, context: Context, when: float) -> None:
    service.waits_for_look = False
    reconcile(service, context, when)


def next_provider(service: Service, rollout: Rollout) -> str | None:
    """`base` first, then the provider that is furthest behind its weight."""
    strategy = rollout.revision.config.get("capacityProviderStrategy")
    if not strategy:
        return None
    used = [t.provider for t in service.living(rollout)]
    for item in strategy:
        if used.count(item["capacityProvider"]) < item.get("base", 0):
            return str(item["capacityProvider"])
    weighted = [item for item in strategy if item.get("weight", 0) > 0]
    if not weighted:
        return str(strategy[0]["capacityProvider"])

    def load(item: dict[str, object]) -> float:
        beyond_base = used.count(str(item["capacityProvider"])) - int(str(item.get("base", 0)))
        return (beyond_base + 1) / float(str(item["weight"]))

    return str(min(weighted, key=load)["capacityProvider"])


def is_complete(service: Service) -> bool:
    primary = service.primary
    living = service.living()
    waiting = [
        t for t in service.tasks if t.last_status != "STOPPED" and t.desired_status == "STOPPED"
    ]
    fresh = service.living(primary)
    replaced = all(t.revision is primary.revision for t in living + waiting)
    return replaced and len(fresh) == service.desired and all(t.healthy for t in fresh)


def _settle(service: Service, context: Context, when: float) -> None:
    primary = service.primary
    if primary.state != "IN_PROGRESS":
        if primary.state == "COMPLETED" and not service.steady and is_complete(service):
            service.steady = True
            events.steady(service, when)
        return
    if primary.settling or not is_complete(service):
        return
    primary.settling = True
    # Nothing to wait for with no tasks: such a deployment succeeds at once.
    delay = seconds(context, "deployment_settle") if service.desired else 0.0
    state_of(context).at(when + delay, service, partial(_complete, service, primary))


def _complete(service: Service, primary: Rollout, context: Context, when: float) -> None:
    primary.settling = False
    if (
        service.status != "ACTIVE"
        or service.primary is not primary
        or primary.state != "IN_PROGRESS"
    ):
        return
    if is_complete(service):
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
