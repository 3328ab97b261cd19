"""Task definitions: what is refused, and what AWS adds to what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from test_ecs_world import ACCOUNT, REGION, World, a_world

from localaws.services.ecs import operations as ecs


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def refusal(world: World, params: dict[str, Any]) -> str:
    error = world.refused("RegisterTaskDefinition", **params)
    assert error.code == "ClientException"
    return error.message


def with_container(world: World, **more: Any) -> dict[str, Any]:
    params = world.definition_params()
    params["containerDefinitions"][0] |= more
    return params


@pytest.mark.parametrize(
    ("cpu", "memory", "exists"),
    [
        ("256", "512", True),
        ("256", "3072", False),
        ("512", "512", False),
        ("1 vCPU", "2 GB", True),
        ("4096", "30720", True),
        ("8192", "17408", False),
        ("16384", "122880", True),
        ("300", "512", False),
    ],
)
def test_sizes(world: World, cpu: str, memory: str, exists: bool) -> None:
    params = world.definition_params(cpu=cpu, memory=memory)
    if exists:
        body = world.call("RegisterTaskDefinition", **params)["taskDefinition"]
        assert body["cpu"].isdigit()
    else:
        assert refusal(world, params) == "No Fargate configuration exists for given values."


@pytest.mark.parametrize(("size", "exists"), [(20, False), (21, True), (200, True), (201, False)])
def test_ephemeral_storage(world: World, size: int, exists: bool) -> None:
    params = world.definition_params(ephemeralStorage={"sizeInGiB": size})
    if exists:
        world.call("RegisterTaskDefinition", **params)
        body = world.call("DescribeTaskDefinition", taskDefinition="web")["taskDefinition"]
        assert body["ephemeralStorage"] == {"sizeInGiB": size}
    else:
        assert "between 21 GiB and 200 GiB" in refusal(world, params)


def test_refusals(world: World) -> None:
    assert "Invalid 'cpu' setting for task." in refusal(world, world.definition_params(cpu="big"))
    assert "awsvpc" in refusal(world, world.definition_params(networkMode="bridge"))
    assert "invalid characters" in refusal(world, world.definition_params(family="a b"))
    no_role = world.definition_params()
    del no_role["executionRoleArn"]
    text = (
        "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    )
    assert refusal(world, no_role) == text
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1"
    private = world.definition_params(image)
    del private["executionRoleArn"]
    text = "Fargate requires task definition to have execution role ARN to support ECR images."
    assert refusal(world, private) == text
    ports = [{"containerPort": 80, "hostPort": 8080}]
    text = (
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
    )
    assert refusal(world, with_container(world, portMappings=ports)) == text
    check = {"command": ["CMD", "true"], "interval": 1}
    assert "interval" in refusal(world, with_container(world, healthCheck=check))
    assert "essential" in refusal(world, with_container(world, essential=False))
    assert "privileged" in refusal(world, with_container(world, privileged=True))
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "r"}}
    assert "awslogs-stream-prefix" in refusal(world, with_container(world, logConfiguration=logs))
    assert "image" in refusal(world, with_container(world, image=""))
    large = [{"name": "LARGE", "value": "x" * 65536}]
    assert "65536" in refusal(world, with_container(world, environment=large))


def test_what_aws_adds(world: World) -> None:
    params = with_container(world, healthCheck={"command": ["CMD", "true"]})
    answer = world.call("RegisterTaskDefinition", **params)
    body = answer["taskDefinition"]
    assert "tags" not in answer
    assert body["status"] == "ACTIVE"
    assert body["revision"] == 1
    assert "FARGATE" in body["compatibilities"]
    container = body["containerDefinitions"][0]
    assert container["cpu"] == 0
    assert container["essential"] is True
    for member in ("environment", "mountPoints", "volumesFrom", "systemControls"):
        assert container[member] == []
    assert container["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]
    assert container["healthCheck"] == {
        "command": ["CMD", "true"],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
    }
    # The caller's request is left alone.
    assert "cpu" not in params["containerDefinitions"][0]


def living(world: World) -> list[str]:
    return [it["id"] for it in ecs.objects(world.context) if it["kind"] == "ecs:task-definition"]


def test_a_deleted_revision_is_there_as_long_as_it_is_in_use(world: World) -> None:
    arn = world.define()
    world.create(arn)
    world.call("DeregisterTaskDefinition", taskDefinition=arn)
    world.call("DeleteTaskDefinitions", taskDefinitions=[arn])
    assert living(world) == [arn]
    world.call("DeleteService", cluster="main", service="web", force=True)
    for _ in range(5):
        world.call("DescribeServices", cluster="main", services=["web"])
    assert living(world) == []


def test_revisions_and_their_end(world: World) -> None:
    first, second = world.define(), world.define()
    assert second.endswith(":2")
    newest = world.call("DescribeTaskDefinition", taskDefinition="web")["taskDefinition"]
    assert newest["taskDefinitionArn"] == second
    answer = world.call("DeleteTaskDefinitions", taskDefinitions=[first])
    assert len(answer["failures"]) == 1
    assert (
        world.call("DeregisterTaskDefinition", taskDefinition=first)["taskDefinition"]["status"]
        == "INACTIVE"
    )
    assert world.refused("DeregisterTaskDefinition", taskDefinition=first).code == "ClientException"
    assert world.call("ListTaskDefinitions", familyPrefix="web")["taskDefinitionArns"] == [second]
    # An INACTIVE one is still there for everybody to read.
    assert living(world) == [first, second]
    described = world.call("DescribeTaskDefinition", taskDefinition=first)["taskDefinition"]
    assert described["status"] == "INACTIVE"
    answer = world.call("DeleteTaskDefinitions", taskDefinitions=[first])
    assert answer["taskDefinitions"][0]["status"] == "DELETE_IN_PROGRESS"
    assert living(world) == [second]
    error = world.refused("DescribeTaskDefinition", taskDefinition=first)
    assert (error.code, error.message) == ("ClientException", "Unable to describe task definition.")
    assert world.define().endswith(":3")
    assert world.call("ListTaskDefinitionFamilies")["families"] == ["web"]


def test_a_family_is_its_newest_active_revision(world: World) -> None:
    first, second = world.define(), world.define()
    world.call("DeregisterTaskDefinition", taskDefinition=second)
    found = world.call("DescribeTaskDefinition", taskDefinition="web")["taskDefinition"]
    assert found["taskDefinitionArn"] == first
