"""The region of a living service is changed."""

from __future__ import annotations

from world import ACCOUNT, COMPONENT, IMAGE, REGION, Cloud, Stack

ELSEWHERE = "eu-central-1"
# An account has these once, so they are in no region.
GLOBAL = ("iam:", "cloudwatch:dashboard")


def regional(cloud: Cloud, region: str) -> list[str]:
    return [it for it in cloud.objects(region) if not it.startswith(GLOBAL)]


def test_a_service_moves_to_another_region_and_leaves_nothing_behind(stack: Stack, cloud: Cloud) -> None:
    stack.service(name="shop", image=IMAGE, useDefaultVpc=True)
    stack.config("fargate:region", REGION)
    stack.up()
    kinds = sorted(it.split()[0] for it in cloud.objects())
    stack.config("fargate:region", ELSEWHERE)
    planned = {(it.op, it.name) for it in stack.plan() if it.type.startswith("fargate:") and it.type != COMPONENT}
    children = {name for name, it in stack.resources().items() if it.get("parent", "").endswith("::web")}
    assert planned >= {("replace", name) for name in children}
    stack.up()
    assert regional(cloud, REGION) == []
    assert sorted(it.split()[0] for it in cloud.objects()) == kinds
    assert f":{ELSEWHERE}:{ACCOUNT}:" in stack.resources()["web-service"]["id"]
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_another_region_of_the_environment_is_told(stack: Stack) -> None:
    stack.service(name="shop", image=IMAGE, useDefaultVpc=True, preset="dev")
    stack.up()
    stack.env["AWS_REGION"] = ELSEWHERE
    stack.preview().says("The service is in eu-west-1, and the region is now eu-central-1", "AWS_REGION")
