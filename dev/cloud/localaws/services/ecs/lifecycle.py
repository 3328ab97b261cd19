"""The life of one task: interface, pull, run, exit. Its health and its end have files of their own."""

from __future__ import annotations

import uuid
from functools import partial

from localaws.context import AwsError, Context

from . import (
    container_logs,
    events,
    failures,
    health,
    images,
    insights,
    names,
    neighbours,
    placing,
    pulling,
    secrets,
    stopping,
    targets,
)
from .model import Json, Rollout, Service, Task
from .store import State, state_of
from .times import seconds

# The interface comes first, then the pull; shares of the time from launch to RUNNING.
PROVISIONED, PULLED = 0.3, 0.9
# The kernel's SIGKILL (128 + 9), and what the container says of it (transcripts of describe-tasks).
KILLED = 137
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


def launch(
    service: Service, rollout: Rollout, provider: str | None, when: float, context: Context
) -> Task | None:
    """None if the task did not come into being: its failure is counted and told by an event."""
    state = state_of(context)
    task = _new_task(state, service, rollout, provider, when)
    problem = role_problem(task, context)
    if problem is None:
        try:
            _attach(task, context)
        except AwsError as error:
            without_address = error.code == "InsufficientFreeAddressesInSubnet"
            problem = placing.no_address(task) if without_address else error.message
    service.tasks.append(task)
    if problem is not None:
        events.launch_failed(service, when, problem.rstrip("."))
        _stopped_at_once(task, problem, when)
        failures.count(task, when, context)
        return None
    start = _start_seconds(task, context)
    state.at(when + start * PROVISIONED, task.service, partial(_pull, task, start))
    return task


def _new_task(
    state: State, service: Service, rollout: Rollout, provider: str | None, when: float
) -> Task:
    config = rollout.revision.config
    definition = state.find_definition(config["taskDefinition"])
    assert definition is not None, "a task definition stays while a service uses it"
    number = names.task_id()
    propagate = service.settings.get("propagateTags", "NONE")
    tags = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(propagate, [])
    task = Task(
        id=number,
        arn=state.arn(f"task/{service.cluster.name}/{number}"),
        service=service,
        revision=rollout.revision,
        definition=definition,
        created_at=when,
        provider=provider,
        tags=list(tags),
        attachment_id=str(uuid.uuid4()),
    )
    if service.settings.get("enableECSManagedTags"):
        task.tags += [
            {"key": "aws:ecs:clusterName", "value": service.cluster.name},
            {"key": "aws:ecs:serviceName", "value": service.name},
        ]
    return task


def role_problem(task: Task, context: Context) -> str | None:
    """A role too fresh, missing, or with a wrong trust: text as in public transcripts of the event
    "(service x) failed to launch a task with (error ECS was unable to assume the role ...)"."""
    body = task.definition.body
    for arn in (body.get("executionRoleArn"), body.get("taskRoleArn")):
        if arn and not neighbours.role_is_assumable(context, arn):
            return (
                f"ECS was unable to assume the role '{arn}' that was provided for this task. Please verify that "
                "the role being passed has the proper trust relationship and permissions and that your IAM user "
                "has permissions to pass this role."
            )
    return None


def _attach(task: Task, context: Context) -> None:
    """Tasks are spread over the subnets; the description is the attachment's ARN, as on AWS."""
    network = (task.revision.config.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not network:
        return
    used = [t.subnet for t in task.service.tasks if t.eni]
    task.subnet = min(network["subnets"], key=used.count)
    attachment = state_of(context).arn(f"attachment/{task.attachment_id}")
    groups = network.get("securityGroups") or []
    task.eni, task.ip = neighbours.claim_interface(
        context, task.subnet, groups, attachment, "amazon-ecs"
    )


def _stopped_at_once(task: Task, reason: str, when: float) -> None:
    task.desired_status = "STOPPED"
    task.stop_code, task.stopped_reason = "TaskFailedToStart", reason
    task.stopping_at = task.execution_stopped_at = task.stopped_at = when
    task.move("STOPPED")


def _start_seconds(task: Task, context: Context) -> float:
    start = seconds(context, "task_start")
    for container in task.definition.containers:
        behaviour = images.of_container(task, container, context).behaviour
        slow = float(behaviour.get("starts", 0)) + float(behaviour.get("seconds", 0))
        start += seconds(context, "image_slow", slow)
    return start


def _pull(task: Task, start: float, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    unplaced = placing.problem(task, context)
    if unplaced is not None:
        events.not_placed(task.service, when, unplaced)
        stopping.fail(task, when, "TaskFailedToStart", unplaced, context)
        return
    task.move("PENDING")
    task.pull_started_at = when
    state_of(context).at(
        when + start * (PULLED - PROVISIONED), task.service, partial(_pulled, task, start)
    )


def _pulled(task: Task, start: float, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.pull_stopped_at = when
    problem = secrets.problem(task, context) or container_logs.logging_problem(task, context)
    for container in task.definition.containers:
        image = images.of_container(task, container, context)
        if problem is None and (problem := pulling.problem(task, container, image, context)):
            task.container_reasons[container["name"]] = problem
        if image.digest:
            task.digests[container["name"]] = image.digest
    if problem is not None:
        if problem.startswith("ResourceInitializationError"):
            # Transcripts of services whose secrets or registry could not be reached.
            events.not_placed(task.service, when, problem)
        stopping.fail(task, when, "TaskFailedToStart", problem, context)
        return
    state_of(context).at(when + start * (1 - PULLED), task.service, partial(_run, task))


def _run(task: Task, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.move("RUNNING")
    task.started_at = when
    state = state_of(context)
    for container in task.definition.containers:
        behaviour = images.of_container(task, container, context).behaviour
        container_logs.write_lines(task, container, behaviour.get("logs") or [], when, context)
        if behaviour["run"] in ("exit", "oom"):
            after = seconds(context, "container_exit_after", float(behaviour.get("after", 0)))
            killed = behaviour["run"] == "oom"
            code = KILLED if killed else int(behaviour.get("code", 1))
            state.at(when + after, task.service, partial(_exit, task, container, code, killed))
    insights.record(task, context)
    targets.register(task, when, context)
    health.watch(task, when, context)


def _exit(
    task: Task, container: Json, code: int, killed: bool, context: Context, when: float
) -> None:
    if task.desired_status != "RUNNING":
        return
    task.exit_codes[container["name"]] = code
    if killed:
        task.container_reasons[container["name"]] = OUT_OF_MEMORY
    if not container.get("essential", True):
        task.version += 1
        return
    if task.healthy:
        stopping.stop(
            task,
            when,
            "EssentialContainerExited",
            "Essential container in task exited",
            context,
            drain=False,
        )
    else:
        stopping.fail(
            task, when, "EssentialContainerExited", "Essential container in task exited", context
        )
