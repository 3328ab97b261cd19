"""The state of one account and region, and its agenda of things that are due."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable

from localaws.context import AwsError, Context

from .model import Cluster, Service, ServiceDeployment, Task, TaskDefinition

Action = Callable[[Context, float], None]
# What is to be seen of services after something happened to them.
Look = Callable[[Iterable[Service], Context], None]

# AWS shows a stopped task "for at least an hour", and an inactive service "may be kept for a while"
# (botocore: ListTasks, DeleteService). Real seconds on purpose: with fast time nothing should
# vanish before a test can look at it.
REMEMBERED_SECONDS = 3600.0


class State:
    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.clusters: dict[str, Cluster] = {}
        self.families: dict[str, list[TaskDefinition]] = {}
        self.revision_counters: dict[str, int] = {}
        self.services: list[Service] = []
        self.settings: dict[str, str] = {"containerInsights": "disabled"}
        self._agenda: list[tuple[float, int, Service, Action]] = []
        self._next_look: list[tuple[Service, Action]] = []
        self._sequence = itertools.count()
        self._advancing = False

    def arn(self, resource: str) -> str:
        partition = "aws-cn" if self.region.startswith("cn-") else "aws"
        return f"arn:{partition}:ecs:{self.region}:{self.account}:{resource}"

    def at(self, when: float, service: Service, action: Action) -> None:
        """What happens to a service, or to one of its tasks, at a time."""
        heapq.heappush(self._agenda, (when, next(self._sequence), service, action))

    def at_next_look(self, service: Service, action: Action) -> None:
        """For what must not happen in the same look even when durations are zero: polls, crash
        loops."""
        self._next_look.append((service, action))

    def again(self, now: float, delay: float, service: Service, action: Action) -> None:
        if delay > 0:
            self.at(now + delay, service, action)
        else:
            self.at_next_look(service, action)

    def advance(self, context: Context, look: Look) -> None:
        """Everything that was due until now happens, in the order of its time, with a look after each."""
        # What happens here asks other services, whose readers look here in turn.
        if self._advancing:
            return
        self._advancing = True
        try:
            self._carry_out(context, context.clock.now(), look)
        finally:
            self._advancing = False

    def _carry_out(self, context: Context, now: float, look: Look) -> None:
        for service in self.services:
            service.rounds = 0
        postponed, self._next_look = self._next_look, []
        for service, action in postponed:
            self.at(now, service, action)
        while self._agenda and self._agenda[0][0] <= now:
            when, _, service, action = heapq.heappop(self._agenda)
            action(context, when)
            look([service], context)
        self._forget(now)

    def _forget(self, now: float) -> None:
        for service in self.services:
            service.tasks = [
                t
                for t in service.tasks
                if t.stopped_at is None or t.stopped_at > now - REMEMBERED_SECONDS
            ]
        self.services = [
            s
            for s in self.services
            if s.inactive_at is None or s.inactive_at > now - REMEMBERED_SECONDS
        ]

    # Look-ups, by name or ARN as the callers of ECS may choose.

    def cluster(self, reference: str | None) -> Cluster:
        """`ClusterNotFoundException` "Cluster not found." also for an INACTIVE one (botocore;
        moto)."""
        cluster = self.clusters.get((reference or "default").rpartition("/")[2])
        if cluster is None or cluster.status == "INACTIVE":
            raise AwsError("ClusterNotFoundException", "Cluster not found.")
        return cluster

    def find_service(self, cluster: Cluster, reference: str) -> Service | None:
        """The newest of that name: an INACTIVE one stays visible beside its successor."""
        name = reference.rpartition("/")[2]
        found = [s for s in self.services if s.cluster.name == cluster.name and s.name == name]
        return found[-1] if found else None

    def service(self, cluster: Cluster, reference: str) -> Service:
        """`ServiceNotFoundException` "Service not found." (moto, after AWS)."""
        service = self.find_service(cluster, reference)
        if service is None:
            raise AwsError("ServiceNotFoundException", "Service not found.")
        return service

    def find_definition(self, reference: str) -> TaskDefinition | None:
        """`family`, `family:revision` or ARN; a family alone is its newest ACTIVE revision."""
        family, _, revision = reference.rpartition("/")[2].partition(":")
        known = self.families.get(family, [])
        if revision:
            return next((d for d in known if str(d.body["revision"]) == revision), None)
        return next((d for d in reversed(known) if d.status == "ACTIVE"), None)

    def tasks(self, cluster: Cluster) -> list[Task]:
        return [t for s in self.services if s.cluster is cluster for t in s.tasks]

    def deployment(self, arn: str) -> tuple[Service, ServiceDeployment] | None:
        for service in self.services:
            for deployment in service.deployments:
                if deployment.arn == arn:
                    return service, deployment
        return None


_states: dict[tuple[str, str], State] = {}


def state_of(context: Context) -> State:
    key = (context.account, context.region)
    if key not in _states:
        _states[key] = State(*key)
    return _states[key]


def all_states() -> list[State]:
    return list(_states.values())


def forget_all() -> None:
    _states.clear()
