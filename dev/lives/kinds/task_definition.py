"""A revision of a task definition, with its one container."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from rows import Facts, Kind, Row
from samples import CHECK, OTHER_CHECK, secret_arn
from spelling import text
from state import Entry

from kinds._ecs import TAGS


def look(cloud: Cloud, it: Entry) -> Facts:
    arn = it.outputs["arn"]
    answer = cloud.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    found = answer["taskDefinition"]
    (container,) = found["containerDefinitions"]
    check = container.get("healthCheck", {})
    return {
        "cpu": found["cpu"],
        "memory": found["memory"],
        "ephemeralStorage": found.get("ephemeralStorage", {}).get("sizeInGiB"),
        "architecture": found["runtimePlatform"]["cpuArchitecture"],
        "executionRoleArn": found["executionRoleArn"],
        "taskRoleArn": found["taskRoleArn"],
        "image": container["image"],
        "containerName": container["name"],
        "containerPort": container["portMappings"][0]["containerPort"],
        "furtherPorts": [it["containerPort"] for it in container["portMappings"][1:]],
        "environment": by_key(container["environment"], "name", "value"),
        "secrets": by_key(container.get("secrets", []), "name", "valueFrom"),
        "dockerLabels": container.get("dockerLabels"),
        "command": container.get("command", []),
        "entryPoint": container.get("entryPoint", []),
        "user": container.get("user"),
        "workingDirectory": container.get("workingDirectory"),
        "readonlyRootFilesystem": container.get("readonlyRootFilesystem", False),
        "initProcessEnabled": container.get("linuxParameters", {}).get("initProcessEnabled", False),
        "stopTimeout": container.get("stopTimeout"),
        "healthCheck": check.get("command"),
        "healthCheck.command": check.get("command"),
        "healthCheck.interval": check.get("interval"),
        "healthCheck.timeout": check.get("timeout"),
        "healthCheck.retries": check.get("retries"),
        "healthCheck.startPeriod": check.get("startPeriod"),
        "logGroupName": container["logConfiguration"]["options"]["awslogs-group"],
        "tags": program_tags(by_key(answer["tags"], "key", "value")),
    }


def in_check(first: Any, second: Any) -> Row:
    """A member of the container's health check, which is one object."""
    return Row(first, second, needs={"healthCheck": CHECK})


KIND = Kind(
    "fargate:ecs:TaskDefinition",
    {
        "cpu": Row(256, 512, as_aws_spells=text, changes_with={"memory": 1024}),
        "memory": Row(512, 1024, as_aws_spells=text),
        "ephemeralStorage": Row(21, 200),
        "architecture": Row("X86_64", "ARM64"),
        "executionRoleArn": Row("$one.executionRoleArn", "$two.executionRoleArn"),
        "taskRoleArn": Row("$one.taskRoleArn", "$two.taskRoleArn"),
        "image": Row("nginx:1.27", "nginx:1.28"),
        # Another tool deploys the images: dev/stories/test_pipeline.py.
        "keepsImageIn": Row("$one.clusterArn", "$two.clusterArn", needs={"image": "nginx:1.27"}),
        "containerName": Row("app", "server_1-a"),
        "containerPort": Row(80, 8080),
        "furtherPorts": Row([9090], [9090, 9091], absent=[]),
        "environment": Row({"A": "1"}, {"A": "2", "B": ""}),
        "secrets": Row(
            {"KEY": secret_arn("one-AbCdEf")}, {"KEY": secret_arn("two-AbCdEf"), "C": secret_arn("c-AbCdEf")}
        ),
        "dockerLabels": Row({"version": "1"}, {"version": "2", "more": ""}),
        "command": Row(["serve"], ["serve", "--fast"], absent=[]),
        "entryPoint": Row(["/bin/run"], ["/bin/sh", "-c"], absent=[]),
        "user": Row("1000", "1000:1000"),
        "workingDirectory": Row("/one", "/two"),
        "readonlyRootFilesystem": Row(False, True),
        "initProcessEnabled": Row(True, False),
        "stopTimeout": Row(30, 60),
        "healthCheck": Row(CHECK, OTHER_CHECK, as_aws_spells=lambda check: check["command"]),
        "healthCheck.command": in_check(["CMD-SHELL", "true"], ["CMD", "true"]),
        "healthCheck.interval": in_check(10, 20),
        "healthCheck.timeout": in_check(5, 6),
        "healthCheck.retries": in_check(3, 2),
        "healthCheck.startPeriod": in_check(0, 15),
        "logGroupName": Row("$one.logGroupName", "$two.logGroupName"),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ecs").deregister_task_definition(taskDefinition=it.outputs["arn"]),
    tag=TAGS,
    # Each registers a revision of its own, which nobody changes; the family is nobody's.
    unowned=True,
    upserted=True,
)
