"""A network of the service's own through the real engine: what it deletes last, and what keeps it."""

from __future__ import annotations

from typing import Any

from world import IMAGE, Cloud, Stack

OWN: dict[str, Any] = {"image": IMAGE, "preset": "dev", "network": {"nat": "single", "ipv6": True}}


def test_a_network_comes_and_goes_in_the_order_that_aws_demands(stack: Stack, cloud: Cloud) -> None:
    """At a hundredth of AWS's times: interfaces linger, and a NAT gateway comes and goes slowly."""
    cloud.control("POST", "clock", {"speed": 0.01})
    stack.service(**OWN)
    stack.up()
    outputs = stack.outputs()
    assert outputs["url"].startswith("http://")
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_another_block_moves_the_service_while_it_serves(stack: Stack, cloud: Cloud) -> None:
    cloud.control("POST", "clock", {"speed": 0.01})
    stack.service(**OWN)
    stack.up()
    assert cloud.control("POST", "ecs/serving")
    stack.service(**OWN | {"network": {"nat": "single", "ipv6": True, "cidr": "10.1.0.0/16"}})
    stack.up()
    (serving,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert serving["least"] >= 1
    assert len(cloud.client("ec2").describe_vpcs()["Vpcs"]) == 2
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []
