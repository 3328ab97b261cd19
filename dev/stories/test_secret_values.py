"""A secret value of the configuration on its way to the tasks, through the real engine. More is in the lives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from world import SMALL, Cloud, Stack

FIRST, SECOND = "hush-hush-1", "hush-hush-2"
CONFIG = {"dbPassword": {"type": "string", "secret": True}}


def program(stack: Stack, value: Any, **more: Any) -> None:
    inputs = SMALL | {"secretValues": {"DB_PASSWORD": value}} | more
    web = {"type": "fargate:FargateWebService", "properties": inputs}
    stack.write(config=CONFIG, resources={"web": web}, outputs={"taskDefinition": "${web.taskDefinitionArn}"})


def injected(stack: Stack, cloud: Cloud) -> str:
    """What the tasks have, as ECS fetches it."""
    arn = stack.outputs()["taskDefinition"]
    definition = cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (secret,) = definition["containerDefinitions"][0]["secrets"]
    *parts, key, _, version = secret["valueFrom"].split(":")
    found = cloud.client("secretsmanager").get_secret_value(SecretId=":".join(parts), VersionId=version)
    return str(json.loads(found["SecretString"])[key])


def changes(stack: Stack) -> list[str]:
    return sorted(str(it) for it in stack.plan() if it.name != "web")


def written(stack: Stack) -> str:
    """All that the backend and the programs keep in files."""
    files = (it for it in stack.folder.parent.rglob("*") if it.is_file())
    return "\n".join(it.read_text(errors="replace") for it in files)


def test_a_rotated_value_reaches_the_tasks_and_is_seen_nowhere(stack: Stack, cloud: Cloud) -> None:
    program(stack, "${dbPassword}")
    stack.config("dbPassword", FIRST, secret=True)
    runs = [stack.preview(), stack.up("--debug")]
    assert injected(stack, cloud) == FIRST
    stack.no_change()
    stack.config("dbPassword", SECOND, secret=True)
    assert changes(stack) == ["update web-secret", "update web-service", "update web-task-definition"]
    runs += [stack.preview(), stack.up("--debug")]
    assert injected(stack, cloud) == SECOND
    stack.no_change()
    runs.append(stack.refresh())
    stack.no_change()
    for it in runs:
        it.says_not(FIRST, SECOND)
    told = written(stack) + json.dumps(stack.export()) + json.dumps(cloud.calls())
    assert FIRST not in told and SECOND not in told


@pytest.mark.parametrize("store", ["secretsManager", "parameterStore"])
def test_a_value_that_the_program_does_not_hide_is_secret_in_the_state(stack: Stack, store: str) -> None:
    """The program itself has it in clear, and so has its file."""
    stack.service(**SMALL, secretValues={"DB_PASSWORD": FIRST}, secretStore=store)
    stack.up().says_not(FIRST)
    stack.no_change()
    assert FIRST not in json.dumps(stack.export())
