"""ListTasks, DescribeTasks, StopTask."""

from __future__ import annotations

from localaws.context import AwsError, Context

from . import stopping
from .model import Json, Task
from .pages import at_most, page
from .store import state_of
from .task_view import task_view


def list_tasks(params: Json, context: Context) -> Json:
    """Without desiredStatus only those that are meant to run; `startedBy` allows no other filter
    (botocore: ListTasks); stopped ones stay about an hour."""
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    filters = [m for m in ("family", "serviceName", "containerInstance") if params.get(m)]
    if params.get("startedBy") and filters:
        raise AwsError("InvalidParameterException", "cannot specify startedBy with other filters.")
    tasks = state.tasks(cluster)
    if params.get("serviceName"):
        service = state.service(cluster, params["serviceName"])
        tasks = list(service.tasks)
    # AWS knows RUNNING and STOPPED as goals; PENDING returns nothing (botocore:
    # ListTasks.desiredStatus).
    desired = params.get("desiredStatus", "RUNNING")
    arns = [
        t.arn
        for t in tasks
        if t.desired_status == desired
        and params.get("family") in (None, t.definition.family)
        and params.get("startedBy") in (None, t.revision.deployment_id)
        and not params.get("containerInstance")
        and params.get("launchType") in (None, "FARGATE")
    ]
    return page(arns, params, "taskArns", 100)


def describe_tasks(params: Json, context: Context) -> Json:
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    at_most(params["tasks"], 100, "tasks")
    found, failures = [], []
    for reference in params["tasks"]:
        task = find_task(state.tasks(cluster), reference)
        if task is None:
            number = reference.rpartition("/")[2]
            failures.append(
                {"arn": state.arn(f"task/{cluster.name}/{number}"), "reason": "MISSING"}
            )
        else:
            found.append(task_view(task, "TAGS" in (params.get("include") or [])))
    return {"tasks": found, "failures": failures}


def find_task(tasks: list[Task], reference: str) -> Task | None:
    number = reference.rpartition("/")[2]
    return next((t for t in tasks if t.id == number), None)


def stop_task(params: Json, context: Context) -> Json:
    """Unknown: `InvalidParameterException` "The referenced task was not found." (known from public
    reports)."""
    state = state_of(context)
    task = find_task(state.tasks(state.cluster(params.get("cluster"))), params["task"])
    if task is None:
        raise AwsError("InvalidParameterException", "The referenced task was not found.")
    reason = params.get("reason") or "Task stopped by user"
    kill(task, "UserInitiated", reason, context)
    return {"task": task_view(task, False)}


def kill(task: Task, code: str, reason: str, context: Context) -> None:
    """A task stopped from outside is no failure of the deployment; the scheduler replaces it."""
    now = context.clock.now()
    stopping.stop(task, now, code, reason, context, drain=False)
    state_of(context).at(now, task.service, task.service.reconcile)
