"""The life of a service: made, looked at, changed, removed."""

import pytest
from world import COMPONENT, IMAGE, Cloud, Stack, Step

PRESETS = {
    "no preset": {},
    "dev": {"preset": "dev"},
    "staging": {"preset": "staging"},
}


@pytest.mark.parametrize("inputs", PRESETS.values(), ids=PRESETS.keys())
def test_a_service_is_made_stays_as_it_is_and_leaves_nothing(
    stack: Stack, cloud: Cloud, inputs: dict[str, str]
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, **inputs)
    stack.up()
    assert stack.outputs()["url"].startswith("http://")
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def names(steps: list[Step]) -> list[str]:
    return sorted(str(step) for step in steps if step.type != COMPONENT)


def test_an_image_bump_changes_two_children_and_replaces_none(stack: Stack) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    stack.up()
    stack.service(image="public.ecr.aws/nginx/nginx:1.28", useDefaultVpc=True)
    assert names(stack.plan()) == ["update web-service", "update web-task-definition"]
    before = stack.outputs()["taskDefinition"]
    stack.up()
    assert stack.outputs()["taskDefinition"] != before
    stack.no_change()


def test_an_empty_repository_waits_for_its_first_image(stack: Stack, cloud: Cloud) -> None:
    stack.service(useDefaultVpc=True, preset="dev")
    first = stack.up()
    first.says("docker push", "docker build", "get-login-password")
    repository = next(it.split()[1] for it in cloud.objects() if it.startswith("ecr:repository"))
    service = cloud.client("ecs")
    name = stack.resources()["web-service"]["outputs"]["name"]
    described = service.describe_services(cluster=name, services=[name])["services"][0]
    assert described["desiredCount"] == 0
    stack.no_change()

    cloud.push(repository, "latest", "one")
    assert "update web-image" in names(stack.plan())
    stack.up()
    described = service.describe_services(cluster=name, services=[name])["services"][0]
    assert described["desiredCount"] == described["runningCount"] == 1
    stack.no_change()

    cloud.push(repository, "latest", "two")
    assert names(stack.plan()) == ["update web-image", "update web-service", "update web-task-definition"]
    stack.up()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_preview_only_looks(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    cloud.forget_calls()
    stack.plan()
    assert set(cloud.counts()) == {"ec2:DescribeSubnets"}
    stack.up()
    cloud.forget_calls()
    stack.no_change()
    stack.up()
    assert cloud.counts() == {}


# What a first run asks, each to wait until something is there, or once for all children.
ASKED = {
    "ec2:DescribeSubnets", "sts:GetCallerIdentity",
    "ec2:DescribeSecurityGroups", "ecs:DescribeClusters",
    "ecs:ListServiceDeployments", "ecs:DescribeServiceDeployments", "elbv2:DescribeLoadBalancers",
    "elbv2:DescribeTargetHealth",
}  # fmt: skip


def test_under_a_name_that_was_just_drawn_nothing_is_looked_for(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    cloud.forget_calls()
    stack.up()
    looks = {it for it in cloud.counts() if it.split(":")[1].startswith(("Describe", "Get", "List"))}
    assert looks == ASKED
    # A chosen name may be taken.
    stack.service(image=IMAGE, useDefaultVpc=True, name="orders")
    cloud.forget_calls()
    stack.up()
    assert {"cloudwatch:GetDashboard", "logs:DescribeLogGroups", "elbv2:DescribeTargetGroups"} <= set(cloud.counts())


def test_outputs_of_a_first_preview_are_unknown_and_not_missing(stack: Stack) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, name="orders")
    stack.preview().says("url", "[unknown]")
