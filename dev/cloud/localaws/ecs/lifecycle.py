"""The life of one task: interface, pull, run, health, stop."""

from __future__ import annotations

import uuid
from functools import partial

from localaws.context import AwsError, Context

from . import container_logs, events, failures, images, names, neighbours, serving, targets
from .model import Json, Rollout, Service, Task
from .store import State, state_of
from .times import seconds

# The interface comes first, then the pull; shares of the time from launch to RUNNING.
PROVISIONED, PULLED = 0.3, 0.9


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
            problem = error.message
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


def _start_seconds(task: Task, context: Context) -> float:
    start = seconds(context, "task_start")
    for container in task.definition.containers:
        behaviour = _image(task, container, context).behaviour
        if behaviour["run"] == "slow":
            start += seconds(context, "image_slow", float(behaviour.get("seconds", 0)))
    return start


def _image(task: Task, container: Json, context: Context) -> images.Image:
    return images.look_up(container["image"], context, task.revision.digests.get(container["name"]))


def _pull(task: Task, start: float, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
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
    problem = container_logs.logging_problem(task, context)
    for container in task.definition.containers:
        image = _image(task, container, context)
        if problem is None and (not image.found or image.behaviour["run"] == "missing"):
            problem = images.pull_error(container["image"])
            task.container_reasons[container["name"]] = problem
        if image.digest:
            task.digests[container["name"]] = image.digest
    if problem is not None:
        fail(task, when, "TaskFailedToStart", problem, context)
        return
    state_of(context).at(when + start * (1 - PULLED), task.service, partial(_run, task))


def _run(task: Task, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.move("RUNNING")
    task.started_at = when
    state = state_of(context)
    for container in task.definition.containers:
        behaviour = _image(task, container, context).behaviour
        container_logs.write_lines(task, container, behaviour.get("logs") or [], when, context)
        if behaviour["run"] == "exit":
            after = seconds(context, "container_exit_after", float(behaviour.get("after", 0)))
            state.at(
                when + after,
                task.service,
                partial(_exit, task, container, int(behaviour.get("code", 1))),
            )
    targets.register(task, when, context)
    watch_health(task, when, context)


def _exit(task: Task, container: Json, code: int, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.exit_codes[container["name"]] = code
    if not container.get("essential", True):
        task.version += 1
        return
    if task.healthy:
        stop(
            task,
            when,
            "EssentialContainerExited",
            "Essential container in task exited",
            context,
            drain=False,
        )
    else:
        fail(task, when, "EssentialContainerExited", "Essential container in task exited", context)


def watch_health(task: Task, when: float, context: Context) -> None:
    """Balancer checks, container checks, or neither: then 40 s after RUNNING count as healthy
    (botocore: DeploymentConfiguration.minimumHealthyPercent)."""
    state = state_of(context)
    checked = [c for c in task.definition.containers if c.get("healthCheck")]
    for group, port, name in targets.groups(task):
        if group not in task.targets:
            continue
        container = task.definition.container(name)
        behaviour = _image(task, container, context).behaviour if container else {"run": "well"}
        bad = behaviour if behaviour["run"] == "unhealthy" else None
        delay = seconds(context, "target_unhealthy" if bad else "target_healthy")
        state.at(when + delay, task.service, partial(_judge_target, task, group, port, bad))
    if checked:
        bad_container = any(
            _image(task, c, context).behaviour["run"] == "unhealthy" for c in checked
        )
        action = _container_unhealthy if bad_container else _container_healthy
        state.at(when + seconds(context, "container_healthy"), task.service, partial(action, task))
    elif not targets.groups(task):
        state.at(
            when + seconds(context, "task_counts_healthy"), task.service, partial(_judge, task)
        )


def _judge_target(
    task: Task, group: str, port: int, bad: Json | None, context: Context, when: float
) -> None:
    state = state_of(context)
    if group not in task.targets:
        return
    if not targets.balancer_is_active(group, context):
        delay = seconds(context, "balancer_look")
        state.again(when, delay, task.service, partial(_judge_target, task, group, port, bad))
        return
    if bad is None and not serving.reached(task, group, port, context):
        bad = {"reason": "Target.Timeout", "description": "Request timed out"}
    if bad is None:
        targets.set_health(task, group, port, {"state": "healthy"}, context)
        _judge(task, context, when)
        return
    reason = bad.get("reason", "Target.FailedHealthChecks")
    description = bad.get("description", "Health checks failed")
    verdict = {"state": "unhealthy", "reason": reason, "description": description}
    targets.set_health(task, group, port, verdict, context)
    grace = seconds(
        context,
        "health_check_grace",
        float(task.service.settings.get("healthCheckGracePeriodSeconds", 0)),
    )
    ends = (task.started_at or when) + grace
    state.at(
        max(when, ends), task.service, partial(_kill_unhealthy, task, group, port, description)
    )


def _kill_unhealthy(
    task: Task, group: str, port: int, description: str, context: Context, when: float
) -> None:
    if task.desired_status != "RUNNING":
        return
    events.target_unhealthy(task, when, port, group, description)
    events.stopped_running(task.service, when, [task])
    reason = f"Task failed ELB health checks in (target-group {group})"
    fail(task, when, "ServiceSchedulerInitiated", reason, context)


def _container_healthy(task: Task, context: Context, when: float) -> None:
    if task.desired_status == "RUNNING":
        task.container_health = "HEALTHY"
        _judge(task, context, when)


def _container_unhealthy(task: Task, context: Context, when: float) -> None:
    if task.desired_status != "RUNNING":
        return
    task.container_health = "UNHEALTHY"
    events.container_unhealthy(task, when)
    events.stopped_running(task.service, when, [task])
    fail(task, when, "ServiceSchedulerInitiated", "Task failed container health checks", context)


def _judge(task: Task, context: Context, when: float) -> None:
    """Healthy once every check that the task has says so."""
    if task.desired_status != "RUNNING" or task.healthy:
        return
    registered = all(task.targets.get(g) == "healthy" for g, _, _ in targets.groups(task))
    checked = any(c.get("healthCheck") for c in task.definition.containers)
    if registered and (not checked or task.container_health == "HEALTHY"):
        task.healthy = True
        task.version += 1
        failures.forget(task, when, context)


def fail(task: Task, when: float, code: str, reason: str, context: Context) -> None:
    stop(task, when, code, reason, context, drain=False)
    failures.count(task, when, context)


def stop(task: Task, when: float, code: str, reason: str, context: Context, *, drain: bool) -> None:
    """`drain`: scale-in and replacement let the balancer finish first; crashes and StopTask do
    not."""
    if task.desired_status == "STOPPED":
        return
    ran = task.last_status == "RUNNING"
    task.desired_status = "STOPPED"
    task.healthy = False
    task.stop_code, task.stopped_reason = code, reason
    task.stopping_at = when
    task.service.steady = False
    delay = seconds(context, "task_stop")
    if targets.deregister(task, when, context) and drain:
        events.draining(task.service, when)
        task.move("DEACTIVATING")
        delay += targets.drain_seconds(task, context)
    else:
        task.move("DEPROVISIONING")
    for container in task.definition.containers if ran else []:
        task.exit_codes.setdefault(container["name"], 0)
    state_of(context).at(when + delay, task.service, partial(_stopped, task))


def _stopped(task: Task, context: Context, when: float) -> None:
    task.move("STOPPED")
    task.execution_stopped_at = task.stopped_at = when
    if task.eni:
        neighbours.release_interface(context, task.eni)
    task.service.reconcile(context, when)


def _stopped_at_once(task: Task, reason: str, when: float) -> None:
    task.desired_status = "STOPPED"
    task.stop_code, task.stopped_reason = "TaskFailedToStart", reason
    task.stopping_at = task.execution_stopped_at = task.stopped_at = when
    task.move("STOPPED")
