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


def test_what_others_left_in_it_is_named_until_it_is_gone(stack: Stack, cloud: Cloud) -> None:
    """A machine of somebody else's stands in a subnet, and its security group in the VPC."""
    stack.service(**OWN, options={"customTimeouts": {"delete": "5s"}})
    stack.up()
    resources = stack.resources()
    vpc, subnet = resources["web-vpc"]["id"], resources["web-private-subnet-1"]["id"]
    ec2 = cloud.client("ec2")
    interface = ec2.create_network_interface(SubnetId=subnet, Description="their machine")["NetworkInterface"]
    group = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc)["GroupId"]
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says(
        subnet, interface["NetworkInterfaceId"], "their machine"
    )
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says(vpc, group)
    ec2.delete_security_group(GroupId=group)
    stack.destroy()
    assert cloud.objects() == []
