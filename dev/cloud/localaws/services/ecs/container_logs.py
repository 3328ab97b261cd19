"""Container log lines, written where awslogs would write them: `<prefix>/<container>/<task id>`."""

from __future__ import annotations

from typing import Any

from moto.logs.models import logs_backends

from localaws.context import Context

from .model import Json, Task

# AWS refuses to start the task when the group is missing (aws.md 5.6). Wording after
# terraform-aws-modules/terraform-aws-ecs#145 and #313 with the error of a missing group.
NO_GROUP = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
    "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. "
    ": exit status 1"
)


def _backend(context: Context, options: Json) -> Any:
    return logs_backends[context.account][options.get("awslogs-region", context.region)]


def awslogs_options(container: Json) -> Json | None:
    logs = container.get("logConfiguration") or {}
    return logs.get("options") or {} if logs.get("logDriver") == "awslogs" else None


def logging_problem(task: Task, context: Context) -> str | None:
    """Creates groups where awslogs-create-group asks for it."""
    for container in task.definition.containers:
        options = awslogs_options(container)
        if options is None:
            continue
        backend, group = _backend(context, options), options["awslogs-group"]
        if group in backend.groups:
            continue
        if options.get("awslogs-create-group") != "true":
            return NO_GROUP
        backend.create_log_group(group, {})
    return None


def write_lines(
    task: Task, container: Json, lines: list[str], when: float, context: Context
) -> None:
    options = awslogs_options(container)
    if options is None:
        return
    group = _backend(context, options).groups.get(options["awslogs-group"])
    # A group that was deleted meanwhile swallows the lines, as awslogs does.
    if group is None:
        return
    stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{task.id}"
    if stream not in group.streams:
        group.create_log_stream(stream)
    if lines:
        at = int(when * 1000)
        group.streams[stream].put_log_events([{"timestamp": at, "message": line} for line in lines])
