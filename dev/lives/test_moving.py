"""What AWS cannot change in place is replaced, and the running service never stands without a task that its balancer reaches."""

from __future__ import annotations

from typing import Any

from life import Life
from places import certificate, network
from world import IMAGE, Cloud


def least_serving(cloud: Cloud) -> int:
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    return int(service["least"])


def moves(life: Life, cloud: Cloud, before: dict[str, Any], after: dict[str, Any], *replaced: str) -> None:
    life.service("web", None, image=IMAGE, **before)
    life.up()
    assert cloud.control("POST", "ecs/serving")
    assert least_serving(cloud) == 2
    life.service("web", None, image=IMAGE, **after)
    assert {it.name for it in life.plan() if it.op == "replace"} == {f"web-{part}" for part in replaced}
    life.up()
    assert least_serving(cloud) >= 1
    life.no_change()
    life.refresh()
    life.no_change()
    life.destroy()


def test_another_port_of_the_container(life: Life, cloud: Cloud) -> None:
    here = {"useDefaultVpc": True}
    moves(life, cloud, here, here | {"containerPort": 8080}, "alb-out", "service-in")


def test_another_port_for_health_checks(life: Life, cloud: Cloud) -> None:
    here = {"useDefaultVpc": True}
    moves(life, cloud, here, here | {"healthCheck": {"port": "9000"}})


def test_an_internal_balancer_in_place_of_a_public_one(life: Life, cloud: Cloud) -> None:
    here = network(cloud)
    moves(life, cloud, here, here | {"internal": True}, "alb", "target-group", "http")


def test_https_and_back(life: Life, cloud: Cloud) -> None:
    here = {"useDefaultVpc": True}
    secure = here | {"certificateArn": certificate(cloud)}
    moves(life, cloud, here, secure)
    moves(life, cloud, secure, here)
