"""Where the requests of a service's clients go: what the listeners do with them, whatever the service says of its rules.

Of a service that went back to ROLLING the listeners still know both target groups, so all that it ever had are looked
for. Requests to the listener of tests are nobody's.
"""

from __future__ import annotations

from localaws.context import Context

from . import neighbours
from .model import Json, Service


def watch(service: Service, context: Context) -> set[str]:
    """The target groups to which requests are sent. Remembers on the service how many percent find nothing healthy:
    a load balancer keeps to its weights, and looks for no other group when one has nothing healthy."""
    groups = {group for it in _entries(service) for group in _groups(it)}
    current = {_rule(it) for it in service.config.get("loadBalancers") or []}
    sent: set[str] = set()
    service.lost = 0.0
    for listener, rule, weights in _production(service, context):
        ours = groups & {group for group, weight in weights.items() if weight}
        if not ours and rule not in current:
            continue
        sent |= ours
        lost = _lost(weights)
        if lost < 100:
            service.served.add(listener)
        # Nobody has called a new listener yet, unless it has the rule of which ECS was told.
        if listener in service.served or rule in current:
            service.lost = max(service.lost, lost)
    return sent


def _production(service: Service, context: Context) -> list[tuple[str, str, dict[str, int]]]:
    entries = _entries(service)
    tests = {it for e in entries if (it := _rule(e, "testListenerRule"))}
    productive = {_listener(it) for e in entries if (it := _rule(e))}
    of_tests = {_listener(it) for it in tests} - productive
    return [
        (listener, rule, weights)
        for listener, rule, weights in neighbours.forwards(context)
        if rule not in tests and listener not in of_tests
    ]


def _lost(weights: dict[str, int]) -> float:
    whole = sum(weights.values())
    empty = [it for group, it in weights.items() if not neighbours.has_healthy_target(group)]
    return 100 * sum(empty) / whole if whole else 0.0


def _entries(service: Service) -> list[Json]:
    """Of all its revisions."""
    configs = [service.config, *(it.config for it in service.revisions)]
    return [entry for it in configs for entry in it.get("loadBalancers") or []]


def _groups(entry: Json) -> list[str]:
    known = (entry.get("targetGroupArn"), _rule(entry, "alternateTargetGroupArn"))
    return [it for it in known if it]


def _rule(entry: Json, member: str = "productionListenerRule") -> str | None:
    return (entry.get("advancedConfiguration") or {}).get(member)


def _listener(rule: str) -> str:
    """`…:listener-rule/app/<balancer>/<id>/<listener>/<rule>`."""
    return rule.rpartition("/")[0].replace(":listener-rule/", ":listener/")
