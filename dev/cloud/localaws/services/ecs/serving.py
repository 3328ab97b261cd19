"""Who serves right now, and the fewest that did since a test began to watch.

A task serves when its balancer is active, a listener of it forwards to its target group (with a weight), finds it
healthy, and gets through to it. This is
looked at after every call that changes something and every step of time, so that no gap is too short to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable

from localaws.context import Context

from . import clients, neighbours, targets
from .model import Json, Service, Task
from .store import all_states


def look(services: Iterable[Service], context: Context) -> None:
    """A step of time concerns one service; a call, any: listeners and rules decide who serves."""
    for service in services:
        sent = clients.watch(service, context)
        service.serving = sum(_serves(task, sent, context) for task in service.living())
        if service.least_serving is None or service.serving < service.least_serving:
            service.least_serving = service.serving
        groups = [
            it["targetGroupArn"]
            for it in service.config.get("loadBalancers", [])
            if it.get("targetGroupArn")
        ]
        service.ports = {port for group in groups for port in neighbours.open_ports(context, group)}
        always = service.ports if service.always_open is None else service.always_open
        service.always_open = always & service.ports
        service.shut += not service.ports
        service.most_lost = max(service.most_lost, service.lost)


def _serves(task: Task, sent: set[str], context: Context) -> bool:
    return bool(task.targets) and any(
        task.targets.get(group) == "healthy"
        and targets.balancer_is_active(group, context)
        and reached(task, group, port, context)
        and group in sent
        for group, port, _ in targets.groups(task)
    )


def reached(task: Task, group: str, port: int, context: Context) -> bool:
    """By requests, and by health checks where they have a port of their own."""
    described = targets.target_group(group, context)
    checked = described.health_check_port if described is not None else None
    ports = {port} if checked in (None, "traffic-port") else {port, int(checked)}
    return all(neighbours.balancer_reaches(context, group, task.eni or "", it) for it in ports)


def watch(body: Json) -> Json:
    """From now on."""
    for state in all_states():
        for service in state.services:
            service.least_serving, service.most_lost = service.serving, service.lost
            service.always_open, service.shut = None, 0
    return told(body)


def ports(_body: Json) -> Json:
    """Ports on which clients are answered: now, at each moment since `watch`, and how often on none."""
    found: list[Service] = [it for state in all_states() for it in state.services]
    return {
        "services": {
            it.name: {
                "now": sorted(it.ports),
                "always": sorted(it.always_open or ()),
                "shut": it.shut,
            }
            for it in found
            if it.status == "ACTIVE"
        }
    }


def told(body: Json) -> Json:
    found: list[Service] = [it for state in all_states() for it in state.services]
    found = [it for it in found if it.status == "ACTIVE"]
    return {"services": {it.name: _told(it) for it in found}}


def _told(service: Service) -> Json:
    told = {"now": service.serving, "least": service.least_serving}
    return told | ({"lost": service.most_lost} if service.config.get("loadBalancers") else {})
