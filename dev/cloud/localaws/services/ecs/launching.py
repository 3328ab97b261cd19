"""New tasks of one deployment: how many at once, on which capacity provider, and when not yet."""

from __future__ import annotations

from functools import partial

from localaws.context import Context

from . import events, lifecycle
from .model import Rollout, Service
from .store import state_of

# With durations of zero a crash loop would never end: after this many failures in one look the next
# launch waits for the next look. Higher than the breaker's default threshold, which so settles
# within one look.
MAX_ROUNDS = 10


def launch(service: Service, rollout: Rollout, missing: int, context: Context, when: float) -> None:
    # "A deployment in FAILED state doesn't launch any new tasks" (botocore:
    # Deployment.rolloutState).
    if missing <= 0 or rollout.state == "FAILED" or _held(service, rollout, context, when):
        return
    service.steady = False
    launched = []
    for _ in range(missing):
        provider = next_provider(service, rollout)
        if provider is None and rollout.revision.config.get("launchType") != "FARGATE":
            if not service.placement_event:
                events.no_instances(service, when)
                service.placement_event = True
            return
        task = lifecycle.launch(service, rollout, provider, when, context)
        if task is None:
            break
        launched.append(task)
    if launched:
        events.started(service, when, launched)


def _held(service: Service, rollout: Rollout, context: Context, when: float) -> bool:
    state = state_of(context)
    if when < rollout.hold_until:
        state.at(rollout.hold_until, service, partial(_again, service))
        return True
    if service.rounds >= MAX_ROUNDS:
        if not service.waits_for_look:
            service.waits_for_look = True
            state.at_next_look(service, partial(_again, service))
        return True
    return False


def _again(service: Service, context: Context, when: float) -> None:
    service.waits_for_look = False
    service.reconcile(context, when)


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
