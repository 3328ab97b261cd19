"""A task as DescribeTasks answers it."""

from __future__ import annotations

from .model import Json, Task
from .service_view import platform


def task_view(task: Task, tags: bool) -> Json:
    body = task.definition.body
    view: Json = {
        "taskArn": task.arn,
        "clusterArn": task.service.cluster.arn,
        "taskDefinitionArn": task.definition.arn,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "group": f"service:{task.service.name}",
        "startedBy": task.revision.deployment_id,
        "launchType": "FARGATE",
        "cpu": body.get("cpu", "0"),
        "memory": body.get("memory", "0"),
        "createdAt": task.created_at,
        "version": task.version,
        "healthStatus": task.container_health,
        "enableExecuteCommand": bool(task.service.settings.get("enableExecuteCommand")),
        "overrides": {
            "containerOverrides": [{"name": c["name"]} for c in task.definition.containers]
        },
        "containers": [_container(task, c) for c in task.definition.containers],
        "attachments": _attachments(task),
        "attributes": [],
        "ephemeralStorage": {
            "sizeInGiB": (body.get("ephemeralStorage") or {}).get("sizeInGiB", 20)
        },
        "tags": list(task.tags) if tags else [],
    }
    times = {
        "capacityProviderName": task.provider,
        "pullStartedAt": task.pull_started_at,
        "pullStoppedAt": task.pull_stopped_at,
        "startedAt": task.started_at,
        "stoppingAt": task.stopping_at,
        "executionStoppedAt": task.execution_stopped_at,
        "stoppedAt": task.stopped_at,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
    }
    return view | {m: v for m, v in times.items() if v is not None} | platform(task.revision.config)


def _container(task: Task, container: Json) -> Json:
    name = container["name"]
    view: Json = {
        "containerArn": task.arn.replace(":task/", ":container/") + f"/{name}",
        "taskArn": task.arn,
        "name": name,
        "image": container["image"],
        "lastStatus": _status(task, name),
        "cpu": str(container.get("cpu", 0)),
        "healthStatus": task.container_health if container.get("healthCheck") else "UNKNOWN",
        "networkBindings": [],
        "networkInterfaces": (
            [{"attachmentId": task.attachment_id, "privateIpv4Address": task.ip}] if task.ip else []
        ),
    }
    for member, source in (("imageDigest", task.digests), ("reason", task.container_reasons)):
        if name in source:
            view[member] = source[name]
    if task.started_at is not None:
        view["runtimeId"] = f"{task.id}-{sum(name.encode()):010d}"
    # While the task stops the container may be running still.
    if name in task.exit_codes and _status(task, name) == "STOPPED":
        view["exitCode"] = task.exit_codes[name]
    return view


def _status(task: Task, name: str) -> str:
    if task.last_status in ("PROVISIONING", "PENDING"):
        return "PENDING"
    if task.last_status == "RUNNING":
        return "STOPPED" if name in task.exit_codes else "RUNNING"
    return "RUNNING" if task.last_status == "DEACTIVATING" else "STOPPED"


def _attachments(task: Task) -> list[Json]:
    if not task.eni:
        return []
    status = {
        "PROVISIONING": "ATTACHING",
        "PENDING": "ATTACHED",
        "RUNNING": "ATTACHED",
        "DEACTIVATING": "ATTACHED",
    }
    details = [
        ("subnetId", task.subnet),
        ("networkInterfaceId", task.eni),
        ("privateIPv4Address", task.ip),
    ]
    return [
        {
            "id": task.attachment_id,
            "type": "ElasticNetworkInterface",
            "status": status.get(task.last_status, "DELETED"),
            "details": [{"name": n, "value": v} for n, v in details],
        }
    ]
