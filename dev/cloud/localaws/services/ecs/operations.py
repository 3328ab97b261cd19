"""The operations of ECS: clusters, task definitions, services, deployments and tasks that move in
time.

Nothing runs in the background: each look first carries out whatever has become due since the last
one."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from localaws import authorization
from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on, settles
from localaws.services.elbv2.in_front import one_moment
from localaws.services.iam import linked_roles

from . import (
    clusters,
    control,
    definitions,
    deployments,
    hooks,
    neighbours,
    services,
    serving,
    stop_and_continue,
    tags,
    tasks,
)
from .behaviours import behaviours
from .model import Json, Task
from .store import State, forget_all, state_of

__all__ = [
    "advance",
    "control_routes",
    "dispatch",
    "look",
    "objects",
    "reset",
    "service_exists",
    "set_desired_count",
    "state",
]

Operation = Callable[[Json, Context], Json]

_OPERATIONS: dict[str, Operation] = {
    "CreateCluster": clusters.create_cluster,
    "DescribeClusters": clusters.describe_clusters,
    "ListClusters": clusters.list_clusters,
    "UpdateCluster": clusters.update_cluster,
    "UpdateClusterSettings": clusters.update_cluster_settings,
    "PutClusterCapacityProviders": clusters.put_cluster_capacity_providers,
    "DeleteCluster": clusters.delete_cluster,
    "RegisterTaskDefinition": definitions.register_task_definition,
    "DescribeTaskDefinition": definitions.describe_task_definition,
    "DeregisterTaskDefinition": definitions.deregister_task_definition,
    "DeleteTaskDefinitions": definitions.delete_task_definitions,
    "ListTaskDefinitions": definitions.list_task_definitions,
    "ListTaskDefinitionFamilies": definitions.list_task_definition_families,
    "CreateService": services.create_service,
    "UpdateService": services.update_service,
    "DeleteService": services.delete_service,
    "DescribeServices": services.describe_services,
    "ListServices": services.list_services,
    "ListServiceDeployments": deployments.list_service_deployments,
    "DescribeServiceDeployments": deployments.describe_service_deployments,
    "DescribeServiceRevisions": deployments.describe_service_revisions,
    "StopServiceDeployment": stop_and_continue.stop_service_deployment,
    "ContinueServiceDeployment": stop_and_continue.continue_service_deployment,
    "ListTasks": tasks.list_tasks,
    "DescribeTasks": tasks.describe_tasks,
    "StopTask": tasks.stop_task,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
    "PutAccountSetting": tags.put_account_setting,
}

# The server answers in threads; the simulation is one thing at a time.
_lock = RLock()
_contexts: dict[tuple[str, str], Context] = {}


def advance(context: Context) -> None:
    """For readers of what ECS changes elsewhere (target health, interfaces, logs): settle what is
    due first."""
    with _lock:
        _looked(context)


def _looked(context: Context) -> State:
    _contexts[(context.account, context.region)] = context
    state = state_of(context)
    state.advance(context, serving.look)
    return state


# Target health, interfaces and log lines are ECS's doing: their readers see them settled.
for _service in ("elbv2", "ec2", "logs"):
    settles(_service)(advance)


@on("ecs", "*")
def answer(call: Call) -> Params:
    """Nothing of ECS is left to moto."""
    result = dispatch(call.operation, call.params, call.context)
    if call.operation == "CreateCluster" and authorization.may(
        linked_roles.linked_role_asks(call.context, "ecs.amazonaws.com"), call.context
    ):
        # botocore: the call tries to create the service-linked role
        linked_roles.ensure_service_linked_role(call.context, "ecs.amazonaws.com")
    return result


def dispatch(operation: str, params: Json, context: Context) -> Json:
    known = _OPERATIONS.get(operation)
    if known is None:
        raise AwsError("InvalidAction", f"The local AWS does not have ecs:{operation}.")
    with _lock:
        _looked(context)
        return known(params, context)


READS = ("Describe", "Get", "List")


def look(operation: str, context: Context) -> None:
    """After a call of any service that changed something, since listeners and rules decide who serves."""
    if not operation.startswith(READS):
        with _lock:
            _look(context)


def _look(context: Context) -> None:
    with one_moment(context):
        serving.look(state_of(context).services, context)


def reset() -> None:
    with _lock:
        forget_all()
        behaviours.drop(None)
        hooks.functions.forget()
        services.new_ones_are_unseen_for(0)
        _contexts.clear()


def state(context: Context) -> State:
    """All of it, settled."""
    with _lock:
        return _looked(context)


@lists
def objects(context: Context) -> list[Json]:
    """What is alive, for tests that ask whether anything was left behind."""
    with _lock:
        state = _looked(context)
        alive = [
            ("ecs:cluster", c.arn, c.name, c.tags)
            for c in state.clusters.values()
            if c.status != "INACTIVE"
        ]
        alive += [
            ("ecs:service", s.arn, s.name, s.tags) for s in state.services if s.status != "INACTIVE"
        ]
        alive += [
            ("ecs:task-definition", d.arn, f"{d.family}:{d.body['revision']}", d.tags)
            for known in state.families.values()
            for d in known
            # An INACTIVE one still shows its environment: only a deleted one is gone.
            if d.status != "DELETE_IN_PROGRESS" or definitions.in_use(state, d)
        ]
        return [{"kind": k, "id": i, "name": n, "tags": list(t)} for k, i, n, t in alive]


def service_exists(context: Context, resource_id: str) -> bool:
    """`service/<cluster>/<name>`, as Application Auto Scaling names it; ACTIVE only."""
    with _lock:
        state = _looked(context)
        return any(s.status == "ACTIVE" and s.arn == state.arn(resource_id) for s in state.services)


def set_desired_count(context: Context, resource_id: str, minimum: int, maximum: int) -> None:
    """RegisterScalableTarget clamps at once unless the service is not active (aws.md 12.1)."""
    with _lock:
        state = _looked(context)
        for service in state.services:
            if service.status == "ACTIVE" and service.arn == state.arn(resource_id):
                clamped = min(max(service.desired, minimum), maximum)
                if clamped != service.desired:
                    service.desired = clamped
                    service.steady = False
                    service.reconcile(context, context.clock.now())


def _kill(task: Task, body: Json) -> None:
    account, region = task.arn.split(":")[4], task.arn.split(":")[3]
    reason = body.get("reason", "Task stopped through the control interface")
    tasks.kill(task, body.get("code", "UserInitiated"), reason, _contexts[(account, region)])


def _answer(body: Json) -> Json:
    """What becomes of a request, and which service's tasks get it: a target group's, and its container's port."""
    headers, source = body.get("headers", {}), body.get("source", "192.0.2.1")
    for context in list(_contexts.values()):
        told = neighbours.answer(context, body["url"], body.get("method", "GET"), headers, source)
        if told["action"] == "refused":
            continue
        told["services"] = [
            {"service": service.name, "port": entry.get("containerPort"), "weight": weight}
            for group, weight in told.get("targetGroups", {}).items()
            for service in state_of(context).services
            for entry in service.config.get("loadBalancers", [])
            if entry.get("targetGroupArn") == group and service.status == "ACTIVE"
        ]
        return dict(told)
    return {"action": "refused"}


def _routed(handler: Callable[[Json], Json]) -> Callable[[Json], Json]:
    def handle(body: Json) -> Json:
        with _lock:
            for context in list(_contexts.values()):
                state_of(context).advance(context, serving.look)
                _look(context)
            return handler(body)

    return handle


control_routes: dict[tuple[str, str], Callable[[Json], Json]] = {
    ("PUT", "/images/behaviour"): _routed(control.put_behaviour),
    ("DELETE", "/images/behaviour"): _routed(control.delete_behaviour),
    ("GET", "/ecs/services"): _routed(control.list_services),
    ("PUT", "/ecs/functions"): _routed(control.put_function),
    ("GET", "/ecs/functions"): _routed(control.list_function_calls),
    ("PUT", "/ecs/unseen"): _routed(control.put_unseen),
    ("GET", "/ecs/serving"): _routed(serving.told),
    ("POST", "/ecs/serving"): _routed(serving.watch),
    ("GET", "/ecs/ports"): _routed(serving.ports),
    ("POST", "/ecs/requests"): _routed(_answer),
    ("POST", "/ecs/tasks/stop"): _routed(lambda body: control.stop_tasks(body, _kill)),
}
