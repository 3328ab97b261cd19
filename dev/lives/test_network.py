"""A network of the service's own: it comes in the order that AWS demands, lives with what others do to it, and goes."""

from __future__ import annotations

from typing import Any

import pytest
from life import Life
from places import network
from world import IMAGE, REGION, Cloud

BASE: dict[str, Any] = {"image": IMAGE, "preset": "dev"}


def service(life: Life, own: dict[str, Any], **more: Any) -> Life:
    return life.service("web", None, **BASE, network=own, **more)


def parts(life: Life, kind: str) -> dict[str, Any]:
    """The children of a kind, by what their names end with."""
    children = life.resources()
    return {name.removeprefix("web-"): it for name, it in children.items() if it["type"] == f"fargate:ec2:{kind}"}


def subnets(life: Life) -> dict[str, tuple[str, str]]:
    """Block and zone of each subnet."""
    inputs = {name: it["inputs"] for name, it in parts(life, "Subnet").items()}
    return {name: (it["cidrBlock"], it["availabilityZone"].removeprefix(REGION)) for name, it in inputs.items()}


def of_networks(cloud: Cloud) -> list[str]:
    """What is there of networks, without the interfaces, which come and go with tasks."""
    return [it for it in cloud.objects() if it.startswith("ec2:") and not it.startswith("ec2:network-interface")]


def test_it_is_made_and_goes_with_everything_in_it(life: Life, cloud: Cloud) -> None:
    """At AWS's pace: the local AWS refuses every order but the right one, and runs no task that reaches nothing."""
    cloud.control("POST", "clock", {"speed": 0.01})
    before = cloud.objects()
    service(life, {"nat": "perZone", "ipv6": True}, loadBalancer={"ipAddressType": "dualstack"}).up()
    assert subnets(life) == {
        "public-subnet-1": ("10.0.0.0/19", "a"),
        "public-subnet-2": ("10.0.32.0/19", "b"),
        "private-subnet-1": ("10.0.128.0/19", "a"),
        "private-subnet-2": ("10.0.160.0/19", "b"),
    }
    outputs = life.outputs()
    ids = {name: it["id"] for name, it in parts(life, "Subnet").items()}
    assert outputs["vpcId"] == parts(life, "Vpc")["vpc"]["id"]
    assert outputs["publicSubnetIds"] == [ids["public-subnet-1"], ids["public-subnet-2"]]
    assert outputs["privateSubnetIds"] == [ids["private-subnet-1"], ids["private-subnet-2"]]
    tasks = life.resources()["web-service"]["inputs"]
    assert sorted(tasks["subnets"]) == sorted(outputs["privateSubnetIds"])
    assert tasks["assignPublicIp"] is False
    life.no_change()
    life.refresh()
    life.no_change()
    life.destroy()
    assert cloud.objects() == before


def test_a_run_without_changes_asks_nothing(life: Life, cloud: Cloud) -> None:
    service(life, {"nat": "single"}).up()
    cloud.control("DELETE", "ledger")
    life.no_change()
    assert [call for call in cloud.calls() if call["service"] != "sts"] == []


def test_more_zones_and_other_ways_out_move_no_subnet_that_there_is(life: Life, cloud: Cloud) -> None:
    service(life, {"nat": "none"}).up()
    before = of_networks(cloud)
    two, ids = subnets(life), {name: it["id"] for name, it in parts(life, "Subnet").items()}
    assert cloud.control("POST", "ecs/serving")
    for own in ({"nat": "single"}, {"nat": "perZone", "zones": 3, "ipv6": True}, {"nat": "single", "zones": 3}):
        service(life, own)
        assert not [str(it) for it in life.plan() if "replace" in it.op]
        life.up()
        assert two.items() <= subnets(life).items()
        assert ids.items() <= {name: it["id"] for name, it in parts(life, "Subnet").items()}.items()
    service(life, {"nat": "none"}).up()
    assert of_networks(cloud) == before
    (serving,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert serving["least"] >= 1


def test_the_zones_are_those_that_fargate_has_and_stay(life: Life, cloud: Cloud) -> None:
    life.configure("region", "ap-northeast-1")
    service(life, {"zones": 3}).up()
    chosen = {name: it["inputs"]["availabilityZone"] for name, it in parts(life, "Subnet").items()}
    # Of the four that the account has, `ap-northeast-1b` is `apne1-az3`, where Fargate is not.
    assert sorted(set(chosen.values())) == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]
    service(life, {"zones": 4})
    life.preview(fails=True).says("`network.zones`: 4 zones are wanted, but in ap-northeast-1")
    service(life, {"zones": 2}).up()
    service(life, {"zones": 3}).up()
    assert {name: it["inputs"]["availabilityZone"] for name, it in parts(life, "Subnet").items()} == chosen


def moves(life: Life, cloud: Cloud, before: dict[str, Any], after: dict[str, Any]) -> None:
    life.service("web", None, **BASE, **before).up()
    vpc = life.outputs()["vpcId"]
    assert cloud.control("POST", "ecs/serving")
    life.service("web", None, **BASE, **after).up()
    (serving,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert serving["least"] >= 1
    assert life.outputs()["vpcId"] != vpc
    life.no_change()
    life.refresh()
    life.no_change()


@pytest.mark.parametrize("where", ["default", "given"])
def test_a_living_service_moves_into_a_network_of_its_own_and_back(life: Life, cloud: Cloud, where: str) -> None:
    cloud.control("POST", "clock", {"speed": 0.01})
    elsewhere: dict[str, Any] = {"useDefaultVpc": True} if where == "default" else network(cloud)
    before = cloud.objects()
    moves(life, cloud, elsewhere, {"network": {"nat": "single"}})
    life.destroy()
    assert cloud.objects() == before
    moves(life, cloud, {"network": {"nat": "single"}}, elsewhere)
    life.destroy()
    assert cloud.objects() == before


def test_another_block_is_another_network_beside_the_old_one(life: Life, cloud: Cloud) -> None:
    cloud.control("POST", "clock", {"speed": 0.01})
    before = cloud.objects()
    moves(life, cloud, {"network": {"nat": "single"}}, {"network": {"nat": "single", "cidr": "10.1.0.0/16"}})
    life.destroy()
    assert cloud.objects() == before


def test_a_gateway_that_others_detach_is_attached_again(life: Life, cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    life.child("fargate:ec2:InternetGateway", "web-igw", vpcId=vpc, lineage="one").up()
    (gateway,) = (it.id for it in life.state.entries if it.name == "web-igw")
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    life.refresh()
    life.up()
    life.no_change()
    (found,) = ec2.describe_internet_gateways()["InternetGateways"]
    assert (found["InternetGatewayId"], found["Attachments"][0]["VpcId"]) == (gateway, vpc)


def test_routes_of_others_are_left_alone(life: Life, cloud: Cloud) -> None:
    service(life, {"nat": "none"}).up()
    table = parts(life, "RouteTable")["public-routes"]["id"]
    gateway = parts(life, "InternetGateway")["internet-gateway"]["id"]
    ec2 = cloud.client("ec2")
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24", GatewayId=gateway)
    life.refresh()
    life.no_change()
    service(life, {"nat": "none", "ipv6": True}).up()
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert "192.0.2.0/24" in [route.get("DestinationCidrBlock") for route in found["Routes"]]


def test_a_nat_gateway_that_fails_says_why_and_is_made_again(life: Life, cloud: Cloud) -> None:
    failed = {"code": "NatGatewayLimitExceeded", "message": "Performing this operation would exceed the limit"}
    cloud.fault("ec2", "CreateNatGateway", "error", **failed)
    service(life, {"nat": "single"}).up(fails=True).says("ec2:CreateNatGateway", "would exceed the limit")
    life.up()
    life.no_change()


@pytest.mark.parametrize("operation", ["CreateVpc", "CreateInternetGateway", "AllocateAddress", "CreateNatGateway"])
def test_what_was_made_without_an_answer_is_not_made_twice(life: Life, cloud: Cloud, operation: str) -> None:
    before = cloud.objects()
    cloud.fault("ec2", operation, "reset_after")
    service(life, {"nat": "single"}).up()
    made = sorted(it.split()[0] for it in cloud.objects() if it not in before)
    for kind in ("vpc", "internet-gateway", "elastic-ip", "nat-gateway"):
        assert made.count(f"ec2:{kind}") == 1, made
    life.no_change()
    life.destroy()
    assert cloud.objects() == before


def test_a_quota_is_told_with_the_ways_out(life: Life, cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    for n in range(4):
        ec2.create_vpc(CidrBlock=f"10.{100 + n}.0.0/16")
    service(life, {}).up(fails=True).says("VpcLimitExceeded", "up to 5 VPCs in a region")
