"""What AWS cannot change in place is replaced, and the running service never stands without a task that its balancer reaches.
Other changes are in the lives."""

from typing import Any

from places import network
from world import IMAGE, Cloud, Stack


def least_serving(cloud: Cloud) -> int:
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    return int(service["least"])


def moves(stack: Stack, cloud: Cloud, before: dict[str, Any], after: dict[str, Any], *replaced: str) -> None:
    stack.service(image=IMAGE, **before)
    stack.up()
    assert cloud.control("POST", "ecs/serving")
    assert least_serving(cloud) == 2
    stack.service(image=IMAGE, **after)
    assert {it.name for it in stack.plan() if it.op == "replace"} == {f"web-{part}" for part in replaced}
    stack.up()
    assert least_serving(cloud) >= 1
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()


def test_another_vpc(stack: Stack, cloud: Cloud) -> None:
    replaced = ("alb", "target-group", "http", "alb-sg", "service-sg", "alb-in-80-0.0.0.0-0", "alb-out", "service-in", "service-out")  # fmt: skip
    moves(stack, cloud, network(cloud), network(cloud), *replaced)
