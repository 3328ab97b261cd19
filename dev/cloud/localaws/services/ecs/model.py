"""What ECS remembers: clusters, task definitions, services, revisions, deployments and tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localaws.context import Context

Json = dict[str, Any]
# Brings a service nearer to what it should be at a time, see scheduler.py.
Scheduler = Callable[["Service", Context, float], None]


@dataclass
class Cluster:
    name: str
    arn: str
    status: str = "ACTIVE"
    settings: list[Json] = field(default_factory=list)
    configuration: Json | None = None
    capacity_providers: list[str] = field(default_factory=list)
    default_strategy: list[Json] = field(default_factory=list)
    service_connect_defaults: Json | None = None
    tags: list[Json] = field(default_factory=list)


@dataclass
class TaskDefinition:
    """`body` is what DescribeTaskDefinition answers, normalised, with its status."""

    body: Json
    tags: list[Json]

    @property
    def arn(self) -> str:
        return str(self.body["taskDefinitionArn"])

    @property
    def family(self) -> str:
        return str(self.body["family"])

    @property
    def status(self) -> str:
        return str(self.body["status"])

    @property
    def containers(self) -> list[Json]:
        containers: list[Json] = self.body["containerDefinitions"]
        return containers

    def container(self, name: str) -> Json | None:
        return next((c for c in self.containers if c["name"] == name), None)


@dataclass
class Revision:
    """A service revision: the immutable snapshot of what a deployment brings out."""

    number: str
    arn: str
    config: Json
    created_at: float
    # Digest per container: resolved once per deployment (versionConsistency), see images.py.
    digests: dict[str, str] = field(default_factory=dict)
    # Only a revision that once was deployed completely can be rolled back to.
    completed: bool = False
    # Its tasks are in the alternate target group of each load balancer, see traffic.py.
    alternate: bool = False

    @property
    def deployment_id(self) -> str:
        return f"ecs-svc/{self.number}"


@dataclass
class Rollout:
    """One entry of DescribeServices' older `deployments` view."""

    revision: Revision
    status: str
    created_at: float
    updated_at: float
    state: str = "IN_PROGRESS"
    reason: str = ""
    failed_tasks: int = 0
    # No launch before this time: the scheduler slows down when tasks fail again and again.
    hold_until: float = 0.0
    settling: bool = False

    @property
    def id(self) -> str:
        return self.revision.deployment_id


@dataclass
class Hook:
    """One run of a lifecycle hook at one stage, see hooks.py."""

    id: str
    stage: str
    # Of deploymentConfiguration.lifecycleHooks.
    definition: Json
    begun_at: float
    expires_at: float
    status: str
    # Why it failed, in AWS's words.
    reason: str | None = None


@dataclass
class ServiceDeployment:
    arn: str
    target: Revision
    sources: list[Revision]
    configuration: Json
    created_at: float
    visible_at: float
    status: str = "PENDING"
    reason: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    stopped_at: float | None = None
    updated_at: float = 0.0
    rollback: Json | None = None
    failures: int = 0
    breaker_status: str = "MONITORING"
    alarms_status: str = "DISABLED"
    triggered_alarms: list[str] = field(default_factory=list)
    # The stages that it goes through (a rollback has others), and the one in which it is.
    path: list[str] = field(default_factory=list)
    place: int = -1
    # The present stage lasts at least until then.
    stage_until: float = 0.0
    hooks: list[Hook] = field(default_factory=list)
    # The source revision that has the traffic, and how many percent the target has instead.
    blue: Revision | None = None
    shifts: int = 0
    production: float = 0.0
    test: float = 0.0

    @property
    def under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def strategy(self) -> str:
        return str(self.configuration.get("strategy", "ROLLING"))

    @property
    def stage(self) -> str | None:
        return self.path[self.place] if 0 <= self.place < len(self.path) else None


UNDER_WAY = (
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
)


@dataclass
class Service:
    name: str
    arn: str
    cluster: Cluster
    desired: int
    created_at: float
    created_by: str
    # The members of the request that belong to a revision, as the service shows them now.
    config: Json
    # The members that do not: deploymentConfiguration, grace period, flags.
    settings: Json
    tags: list[Json]
    request: Json
    scheduler: Scheduler
    status: str = "ACTIVE"
    # A deleted service is DRAINING at least until then.
    drain_until: float = 0.0
    inactive_at: float | None = None
    events: list[Json] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    rollouts: list[Rollout] = field(default_factory=list)
    deployments: list[ServiceDeployment] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    steady: bool = False
    # For so many looks more ECS does not know it, since it was just made.
    unseen: int = 0
    # Launch rounds since the last look, see scheduler.MAX_ROUNDS.
    rounds: int = 0
    waits_for_look: bool = False
    # Said once, not at every look: nothing can run without container instances.
    placement_event: bool = False
    # Tasks that a balancer sends requests to, now and at the fewest, see serving.py.
    serving: int = 0
    least_serving: int | None = None
    # Ports on which clients are answered: now, at each moment since a test began to watch, and how often on none.
    ports: set[int] = field(default_factory=set)
    always_open: set[int] | None = None
    shut: int = 0
    # Percent of the production traffic that finds nothing healthy, now and at the most.
    lost: float = 0.0
    most_lost: float = 0.0
    # Listeners that once sent requests to something healthy of its own.
    served: set[str] = field(default_factory=set)

    @property
    def primary(self) -> Rollout:
        return next(r for r in self.rollouts if r.status == "PRIMARY")

    @property
    def current(self) -> ServiceDeployment:
        return self.deployments[-1]

    def reconcile(self, context: Context, when: float) -> None:
        """For whatever moved one of its tasks or deployments: the scheduler looks at it again."""
        self.scheduler(self, context, when)

    def living(self, rollout: Rollout | None = None) -> list[Task]:
        """Tasks that are meant to run, of one rollout or of all."""
        return [
            t
            for t in self.tasks
            if t.desired_status == "RUNNING" and (rollout is None or t.revision is rollout.revision)
        ]


@dataclass
class Task:
    id: str
    arn: str
    service: Service
    revision: Revision
    definition: TaskDefinition
    created_at: float
    provider: str | None
    eni: str | None = None
    ip: str | None = None
    subnet: str | None = None
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    healthy: bool = False
    # A container health check's verdict, which is not the balancer's.
    container_health: str = "UNKNOWN"
    # Target group ARN -> state as the balancer sees it.
    targets: dict[str, str] = field(default_factory=dict)
    exit_codes: dict[str, int] = field(default_factory=dict)
    container_reasons: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    stop_code: str | None = None
    stopped_reason: str | None = None
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    started_at: float | None = None
    stopping_at: float | None = None
    execution_stopped_at: float | None = None
    stopped_at: float | None = None
    version: int = 1
    tags: list[Json] = field(default_factory=list)
    attachment_id: str = ""

    def move(self, status: str) -> None:
        self.last_status = status
        self.version += 1
