"""The tags by which images stay that a service runs or could go back to."""

from __future__ import annotations

from typing import Any

import pytest
from account import ACCOUNT, REGION
from life import Life
from values import UNKNOWN

KEEP = "fargate-keep-"


def repository(life: Life) -> str:
    return life.resources()["web-repository"]["outputs"]["name"]


def kept(life: Life) -> set[str]:
    """Digests of the images with a tag of ours, which is made of the digest."""
    found = set()
    for digest, tags in life.cloud.images(repository(life)).items():
        ours = {tag for tag in tags if tag.startswith(KEEP)}
        assert ours <= {KEEP + digest.removeprefix("sha256:")}, (digest, tags)
        found |= {digest} if ours else set()
    return found


def named(life: Life) -> set[str]:
    """Digests that the active task definitions name."""
    ecs = life.cloud.client("ecs")
    arns = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    found = [ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"] for arn in arns]
    return {it["containerDefinitions"][0]["image"].partition("@")[2] for it in found} - {""}


@pytest.mark.parametrize("mutability", ["MUTABLE", "IMMUTABLE"])
def test_what_a_task_definition_names_bears_our_tag_and_what_none_does_loses_it(life: Life, mutability: str) -> None:
    inputs: dict[str, Any] = {
        "useDefaultVpc": True,
        "preset": "dev",
        "repository": {"imageTagMutability": mutability, "keepUntaggedImages": 3, "keepImages": 3},
    }

    def deploy(tag: str) -> None:
        life.service("web", None, **inputs, imageTag=tag)
        life.up()

    deploy("v0")
    pushed = []
    for n in range(24):
        tag = "v0" if mutability == "MUTABLE" else f"v{n}"
        pushed.append(life.cloud.push(repository(life), tag, f"image {n}"))
        deploy(tag)
        assert named(life) | {pushed[-1]} <= kept(life) <= set(pushed)
        assert len(kept(life)) <= 20
    # No image is removed by a change: the policy lets them go, and only those.
    assert set(life.cloud.images(repository(life))) == set(pushed)
    life.no_change()
    life.cloud.wait_days(30)
    left = set(life.cloud.images(repository(life)))
    assert kept(life) | named(life) <= left
    assert left < set(pushed)
    life.no_change()
    life.destroy()
    assert life.cloud.objects() == []


def test_a_tag_of_ours_that_somebody_took_off_comes_back(life: Life) -> None:
    life.service("web", None, useDefaultVpc=True, preset="dev")
    life.up()
    digest = life.cloud.push(repository(life), "latest", "one")
    life.up()
    assert kept(life) == {digest}
    tag = {"imageTag": KEEP + digest.removeprefix("sha256:")}
    life.cloud.client("ecr").batch_delete_image(repositoryName=repository(life), imageIds=[tag])
    assert [str(step) for step in life.plan()] == ["update web-image"]
    life.up()
    assert kept(life) == {digest}
    life.no_change()


def test_an_image_named_whole_is_kept_like_a_tag(life: Life) -> None:
    """A pipeline may push into the repository and name what it pushed."""
    inputs: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev", "repository": {"enabled": True}}
    life.service("web", None, **inputs, image="public.ecr.aws/nginx/nginx:1.27")
    life.up()
    url = life.outputs()["repositoryUrl"]
    one = life.cloud.push(repository(life), "build-1", "one")
    for image in (
        f"{url}:build-1",
        f"{url}@{one}",
        url.replace(".dkr.ecr.", ".dkr-ecr.").replace("amazonaws.com", "on.aws") + ":build-1",
    ):
        life.service("web", None, **inputs, image=image)
        life.up()
        assert kept(life) == {one} == named(life)
        life.no_change()
    two = life.cloud.push(repository(life), "build-1", "two")
    assert "update web-image" in [str(step) for step in life.plan()]
    life.up()
    assert kept(life) == {one, two}


def runs(life: Life) -> str:
    """The image that the newest revision names."""
    arn = life.resources()["web-task-definition"]["outputs"]["arn"]
    found = life.cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return str(found["containerDefinitions"][0]["image"])


def test_a_tag_in_another_ecr_repository_is_resolved_and_a_moved_one_is_a_change(life: Life) -> None:
    cloud = life.cloud
    cloud.client("ecr").create_repository(repositoryName="team/base")
    name = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/base"
    one = cloud.push("team/base", "1", "one")
    inputs: dict[str, Any] = {"image": f"{name}:1", "useDefaultVpc": True, "preset": "dev"}
    life.service("web", None, **inputs)
    life.up()
    assert runs(life) == f"{name}@{one}" and life.outputs()["imageDigest"] == one
    cloud.forget_calls()
    life.no_change()
    assert cloud.counts() == {"ecr:DescribeImages": 1}

    two = cloud.push("team/base", "1", "two")
    steps = ["update web-given-image", "update web-service", "update web-task-definition"]
    assert sorted(map(str, life.up_as_planned().changes())) == steps
    assert runs(life) == f"{name}@{two}"
    # Its digest is as good as its tag.
    life.service("web", None, **inputs | {"image": f"{name}@{two}"})
    planned = {str(step) for step in life.plan() if step.name != "web"}
    assert planned == {"delete web-given-image", "update web-completion", "update web-name"}
    # As it is named, on demand.
    life.service("web", None, **inputs, resolveImage=False)
    life.up()
    assert runs(life) == f"{name}:1"
    life.no_change()
    life.destroy()


def test_an_image_that_may_not_be_looked_at_is_deployed_by_its_tag_with_a_warning(life: Life) -> None:
    inputs: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev"}
    # Of another account, which has let nobody in.
    others = "210987654321.dkr.ecr.us-east-1.amazonaws.com/base:1"
    life.service("web", None, **inputs, image=others)
    life.preview().says(
        f"{others} is deployed by its tag, because its digest is not known",
        "no resource-based policy allows",
        'Silence this with `silence: ["imageByTag"]`.',
    )
    life.cloud.client("ecr").create_repository(repositoryName="base")
    life.cloud.push("base", "1", "one")
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/base:1"
    life.cloud.fault("ecr", "DescribeImages", "denied", every=True)
    inputs |= {"image": image}
    told = f"{image} is deployed by its tag, because its digest is not known"
    life.service("web", None, **inputs)
    life.up().says(told)
    assert runs(life) == image
    life.no_change()
    life.service("web", None, **inputs, silence=["imageByTag", "oneTask", "plainHttp"])
    assert told not in life.preview().text
    assert {step.name for step in life.plan()} == {"web"}


def test_an_image_that_could_be_looked_at_before_stays_as_it_is(life: Life) -> None:
    cloud = life.cloud
    cloud.client("ecr").create_repository(repositoryName="base")
    name = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/base"
    digest = cloud.push("base", "1", "one")
    life.service("web", None, image=f"{name}:1", useDefaultVpc=True, preset="dev")
    life.up()
    cloud.fault("ecr", "DescribeImages", "denied", every=True)
    life.no_change()
    life.up()
    assert runs(life) == f"{name}@{digest}"


def test_an_image_that_comes_from_a_resource_is_taken_as_it_is_unless_the_program_says_otherwise(life: Life) -> None:
    """What is there may not depend on what a preview does not know."""
    life.service("web", None, image=UNKNOWN, useDefaultVpc=True, preset="dev")
    assert "create web-given-image" not in [str(step) for step in life.plan()]
    life.service("web", None, image=UNKNOWN, useDefaultVpc=True, preset="dev", resolveImage=True)
    assert "create web-given-image" in [str(step) for step in life.plan()]
