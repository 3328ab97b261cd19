"""Images: found in ECR or not, and what they were told to do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from test_ecs_world import ACCOUNT, REGION, World, a_world, client

from localaws.services.ecr import images as ecr_images
from localaws.services.ecs import images

HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        client("ecr").create_repository(repositoryName="shop")
        yield made


def push(tag: str, content: str = "") -> str:
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    layers = [{"digest": f"sha256:{content or tag}"}]
    manifest = {"schemaVersion": 2, "mediaType": kind, "layers": layers, "config": {"size": 1}}
    answer = client("ecr").put_image(
        repositoryName="shop", imageManifest=json.dumps(manifest), imageTag=tag
    )
    return str(answer["image"]["imageId"]["imageDigest"])


def status(world: World, image: str) -> str:
    world.create(world.define(image))
    found = world.deployments()[0]["status"]
    world.call("DeleteService", cluster="main", service="web", force=True)
    world.service()
    return str(found)


def test_an_image_that_was_never_pushed(world: World) -> None:
    assert status(world, f"{HOST}/shop:v1") == "ROLLBACK_FAILED"
    push("v1")
    assert status(world, f"{HOST}/shop:v1") == "SUCCESSFUL"
    assert status(world, f"{HOST}/other:v1") == "ROLLBACK_FAILED"


@pytest.mark.parametrize("told", ["shop:v1", f"{HOST}/shop:v1", "shop", "digest"])
def test_behaviours_follow_tags_to_digests(world: World, told: str) -> None:
    digest = push("v1")
    world.behave(f"shop@{digest}" if told == "digest" else told, run="exit", code=1)
    assert status(world, f"{HOST}/shop@{digest}") == "ROLLBACK_FAILED"
    assert status(world, f"{HOST}/shop:v1") == "ROLLBACK_FAILED"


def test_a_moved_tag_waits_for_the_next_deployment(world: World) -> None:
    first = push("v1")
    world.create(world.define(f"{HOST}/shop:v1"))
    world.service()
    push("v1", "new")
    world.update(desiredCount=3)
    assert {c["imageDigest"] for t in world.tasks() for c in t["containers"]} == {first}
    world.update(forceNewDeployment=True)
    world.service()
    second = {c["imageDigest"] for t in world.tasks() for c in t["containers"]}
    assert len(second) == 1
    assert second != {first}
    revision = world.service()["currentServiceRevisions"][0]["arn"]
    shown = world.call("DescribeServiceRevisions", serviceRevisionArns=[revision])[
        "serviceRevisions"
    ][0]
    assert {i["imageDigest"] for i in shown["containerImages"]} == second


def test_an_image_that_is_gone_cannot_be_pulled_again(world: World) -> None:
    digest = push("v1")
    world.create(world.define(f"{HOST}/shop@{digest}"))
    assert world.service()["runningCount"] == 2
    client("ecr").batch_delete_image(repositoryName="shop", imageIds=[{"imageDigest": digest}])
    assert world.service()["runningCount"] == 2
    world.update(desiredCount=3)
    assert world.service()["runningCount"] == 2
    reasons = {c.get("reason") for t in world.tasks("STOPPED") for c in t["containers"]}
    assert any(reason and f"{HOST}/shop@{digest}: not found" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("platforms", "architecture", "found"),
    [
        (["linux/arm64"], None, "ROLLBACK_FAILED"),
        (["linux/arm64"], "X86_64", "ROLLBACK_FAILED"),
        (["linux/arm64"], "ARM64", "SUCCESSFUL"),
        (["linux/amd64", "linux/arm64"], "X86_64", "SUCCESSFUL"),
        ([], "ARM64", "SUCCESSFUL"),
    ],
)
def test_an_image_must_be_built_for_the_processor(
    world: World, platforms: list[str], architecture: str | None, found: str
) -> None:
    ecr_images.push_image(world.context, "shop", "v1", "one", platforms)
    more = {"runtimePlatform": {"cpuArchitecture": architecture}} if architecture else {}
    world.create(world.define(f"{HOST}/shop:v1", **more))
    assert world.deployments()[0]["status"] == found
    reasons = [t["stoppedReason"] for t in world.tasks("STOPPED")]
    told = "does not contain descriptor matching platform"
    assert all(told in reason for reason in reasons) and bool(reasons) == (found != "SUCCESSFUL")


@pytest.mark.parametrize(
    "host",
    [
        "{}.dkr.ecr.{}.amazonaws.com",
        "{}.dkr.ecr.{}.amazonaws.com.cn",
        "{}.dkr.ecr.{}.amazonaws.eu",
        "{}.dkr.ecr-fips.{}.amazonaws.com",
        "{}.dkr-ecr.{}.on.aws",
        "{}.dkr-ecr-fips.{}.on.aws",
        "{}.dkr-ecr.{}.on.amazonwebservices.com.cn",
        "{}.dkr.ecr.{}.c2s.ic.gov",
    ],
)
def test_a_registry_has_many_names(world: World, host: str) -> None:
    name = host.format(ACCOUNT, REGION)
    assert not images.look_up(f"{name}/shop:v1", world.context).found
    push("v1")
    assert images.look_up(f"{name}/shop:v1", world.context).found
