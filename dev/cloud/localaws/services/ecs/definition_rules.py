"""What RegisterTaskDefinition refuses: always `ClientException`.

Messages with a source name it; the others are worded from memory and only their code is certain.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from localaws.context import AwsError

from .fargate import check_size, cpu_units, memory_mib
from .model import Json
from .names import check_name

FARGATE_LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
PRIVATE_REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.")
PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}\Z")
HEALTH_RANGES = {
    "interval": (5, 300),
    "timeout": (2, 60),
    "retries": (1, 10),
    "startPeriod": (0, 300),
}


def refuse(message: str) -> NoReturn:
    raise AwsError("ClientException", message)


# "Task definition size limit: 64 KB" (ECS developer guide, service quotas).
LARGEST = 64 * 1024


def check_definition(params: Json) -> None:
    size = len(json.dumps(params, separators=(",", ":")))
    if size > LARGEST:
        refuse(f"Actual length: '{size}'. Max allowed length is '{LARGEST}' bytes.")
    check_name(params["family"], "Family", "ClientException")
    containers = params["containerDefinitions"]
    if not containers:
        refuse("Container list cannot be empty.")
    if len(containers) > 10:
        refuse("Too many containers in the task definition.")
    fargate = "FARGATE" in (params.get("requiresCompatibilities") or [])
    if fargate:
        check_fargate_task(params)
    names = [c.get("name") for c in containers]
    for container in containers:
        check_container(container, params, fargate)
        check_dependencies(container, containers)
    if len(set(names)) != len(names):
        refuse("Container names must be unique within a task definition.")
    if not any(c.get("essential", True) for c in containers):
        refuse("Task definition must have at least one essential container.")


def check_fargate_task(params: Json) -> None:
    """Task level cpu and memory, awsvpc, and no host features (aws.md 3)."""
    for member in ("cpu", "memory"):
        if not params.get(member):
            refuse(f"Fargate requires that '{member}' be defined at the task level.")
    if params.get("networkMode") != "awsvpc":
        refuse("Fargate only supports network mode 'awsvpc'.")
    check_size(cpu_units(params["cpu"]), memory_mib(params["memory"]))
    if params.get("pidMode") not in (None, "task"):
        refuse("Fargate only supports pid mode 'task'.")
    if params.get("ipcMode"):
        refuse("Fargate does not support 'ipcMode'.")
    if params.get("placementConstraints"):
        refuse("Fargate does not support placement constraints.")
    storage = params.get("ephemeralStorage")
    # 20 GiB is the default and not accepted as a value: "21 to 200" (botocore: EphemeralStorage).
    if storage and not 21 <= storage["sizeInGiB"] <= 200:
        refuse("Ephemeral storage size must be between 21 GiB and 200 GiB.")


def check_container(container: Json, params: Json, fargate: bool) -> None:
    name = container.get("name") or ""
    if not name:
        refuse("Container.name should not be null or empty.")
    check_name(name, "Container.name", "ClientException")
    if not container.get("image"):
        refuse("Container.image should not be null or empty.")
    if (
        not fargate
        and not params.get("memory")
        and not (container.get("memory") or container.get("memoryReservation"))
    ):
        refuse(
            f"Invalid setting for container '{name}'. "
            "At least one of 'memory' or 'memoryReservation' must be specified."
        )
    check_ports(container, params.get("networkMode"))
    check_health(container)
    check_sizes(container, params)
    check_secrets(container)
    check_roles(container, params, fargate)
    check_logs(container, fargate)
    if fargate:
        if container.get("privileged"):
            refuse(f"Fargate does not support privileged containers: '{name}'.")
        if (container.get("stopTimeout") or 0) > 120:
            refuse(
                f"Invalid 'stopTimeout' setting for container '{name}'. The maximum is 120 seconds."
            )


def check_ports(container: Json, network_mode: str | None) -> None:
    """`containerPort` text: aws/aws-cdk#8762. Host ports under awsvpc: known message, from
    memory."""
    name = container["name"]
    seen: set[tuple[int, str]] = set()
    for mapping in container.get("portMappings") or []:
        if "containerPortRange" in mapping:
            continue
        port = mapping.get("containerPort")
        if port is None or not 1 <= port <= 65535:
            refuse(f"Invalid 'containerPort' setting for container '{name}'.")
        if network_mode == "awsvpc" and mapping.get("hostPort") not in (None, 0, port):
            refuse(
                "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
            )
        key = (port, mapping.get("protocol", "tcp"))
        if key in seen:
            refuse(
                f"Invalid 'containerPort' setting for container '{name}'. Duplicate port mapping."
            )
        seen.add(key)
        port_name = mapping.get("name")
        if port_name is not None and not PORT_NAME.match(port_name):
            refuse(f"Invalid 'name' in the port mappings of container '{name}'.")


def check_health(container: Json) -> None:
    """Ranges: botocore, HealthCheck (aws.md 3)."""
    health = container.get("healthCheck")
    if not health:
        return
    if not health.get("command"):
        refuse("Health check command cannot be empty.")
    for member, (low, high) in HEALTH_RANGES.items():
        value = health.get(member)
        if value is not None and not low <= value <= high:
            refuse(f"Health check {member} must be between {low} and {high}.")


def check_sizes(container: Json, params: Json) -> None:
    """Containers must fit into the task (aws.md 3)."""
    name = container["name"]
    memory, reserved = container.get("memory"), container.get("memoryReservation")
    if memory and reserved and reserved > memory:
        refuse(
            f"Invalid setting for container '{name}'. 'memoryReservation' must not exceed 'memory'."
        )
    if params.get("memory") and (memory or reserved or 0) > memory_mib(params["memory"]):
        refuse(
            f"Invalid setting for container '{name}'. The container's memory exceeds the task's memory."
        )
    if params.get("cpu"):
        total = sum(c.get("cpu") or 0 for c in params["containerDefinitions"])
        if total > cpu_units(params["cpu"]):
            refuse("The sum of the containers' cpu exceeds the task's cpu.")


def check_secrets(container: Json) -> None:
    """ECS names no version of a parameter (aws/containers-roadmap#859, with its words)."""
    for secret in container.get("secrets") or []:
        named = secret["valueFrom"]
        if ":secretsmanager:" in named:
            continue
        name = named.partition(":parameter")[2] if named.startswith("arn:") else named
        if ":" in name:
            refuse(
                f"The Systems Manager parameter name specified for secret {secret['name']} is invalid. The parameter name "
                "can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-/"
            )


def check_roles(container: Json, params: Json, fargate: bool) -> None:
    """Messages: virtual-kubelet#193 (log driver), terraform-provider-aws#3051 (ECR), ecs-deploy#87
    (secrets)."""
    if params.get("executionRoleArn"):
        return
    if container.get("secrets"):
        refuse(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
        )
    if not fargate:
        return
    if PRIVATE_REGISTRY.match(container["image"]):
        refuse("Fargate requires task definition to have execution role ARN to support ECR images.")
    driver = (container.get("logConfiguration") or {}).get("logDriver")
    if driver == "awslogs":
        refuse(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        )


def check_logs(container: Json, fargate: bool) -> None:
    """awslogs on Fargate needs group, region and stream prefix (botocore: LogConfiguration)."""
    logs = container.get("logConfiguration")
    if not logs:
        return
    if fargate and logs["logDriver"] not in FARGATE_LOG_DRIVERS:
        refuse(f"Fargate does not support log driver {logs['logDriver']}.")
    if logs["logDriver"] == "awslogs":
        needed = ["awslogs-group", "awslogs-region"] + (
            ["awslogs-stream-prefix"] if fargate else []
        )
        missing = [option for option in needed if not (logs.get("options") or {}).get(option)]
        if missing:
            refuse(f"Log driver awslogs requires options: {', '.join(missing)}")


def check_dependencies(container: Json, containers: list[Json]) -> None:
    """COMPLETE and SUCCESS not on essential containers, HEALTHY needs a check (botocore:
    ContainerDependency)."""
    by_name = {c.get("name"): c for c in containers}
    for dependency in container.get("dependsOn") or []:
        target = by_name.get(dependency["containerName"])
        condition = dependency["condition"]
        if target is None or target is container:
            refuse(f"Container '{container['name']}' depends on a container that does not exist.")
        if condition in ("COMPLETE", "SUCCESS") and target.get("essential", True):
            refuse(
                "A container dependency of COMPLETE or SUCCESS cannot be set on an essential container."
            )
        if condition == "HEALTHY" and not target.get("healthCheck"):
            refuse(
                "A container dependency of HEALTHY needs a health check on the dependent container."
            )
