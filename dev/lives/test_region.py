"""The region as an input that changes: all moves there, and nothing is left here."""

from __future__ import annotations

import pytest
from ground import Ground
from life import Life
from rows import first_inputs
from walk import NAME, Walk
from world import IMAGE, REGION, Cloud

ELSEWHERE = "eu-central-1"
# Where nobody makes anything: an account has once what is here nevertheless, so it is in no region.
UNUSED = "sa-east-1"


def regional(cloud: Cloud, region: str) -> list[str]:
    return counted(cloud, cloud.objects(region))


def counted(cloud: Cloud, objects: list[str]) -> list[str]:
    """Without what is in no region, and without the interfaces of balancers and tasks, which come and go with them."""
    everywhere = cloud.objects(UNUSED)
    return [it for it in objects if it not in everywhere and not it.startswith("ec2:network-interface")]


# The region replaces every kind in the same way, and the whole service below moves all of them: here is one that is in a
# region, one that is in none, and one that is nowhere but in the state.
@pytest.mark.parametrize("token", ["fargate:ecs:Service", "fargate:iam:Role", "fargate:ec2:Network"])
def test_a_child_moves_to_another_region(life: Life, cloud: Cloud, token: str) -> None:
    walk = Walk.begin(life, token)
    ground = Ground(cloud.seen_from(ELSEWHERE), walk.kind)
    there = regional(cloud, ELSEWHERE)
    walk.declare(ground.filled(first_inputs(walk.rows)) | {"region": ELSEWHERE})
    done = life.up_as_planned().changes()
    assert sorted(map(str, done)) == [f"{op} {NAME}" for op in ("create-replacement", "delete-replaced", "replace")]
    assert regional(cloud, REGION) == counted(cloud, walk.before)
    assert len(regional(cloud, ELSEWHERE)) == len(there) + (
        not walk.kind.everywhere and not walk.kind.only_in_the_state
    )
    walk.settled()
    life.destroy()
    assert regional(cloud, ELSEWHERE) == there


def test_a_service_moves_to_another_region_and_back(life: Life, cloud: Cloud) -> None:
    life.config = {"region": REGION}
    life.service("web", None, name="shop", image=IMAGE, useDefaultVpc=True)
    life.up()
    here = sorted(it.split()[0] for it in regional(cloud, REGION))
    for region, other in ((ELSEWHERE, REGION), (REGION, ELSEWHERE)):
        life.config = {"region": region}
        life.up_as_planned()
        assert regional(cloud, other) == []
        assert sorted(it.split()[0] for it in regional(cloud, region)) == here
        assert life.refresh().steps == []
        life.no_change()
    life.destroy()
    assert cloud.objects() == []


def test_the_default_subnets_without_fargate_are_left_out(life: Life, cloud: Cloud) -> None:
    tokyo = "ap-northeast-1"
    subnets = cloud.seen_from(tokyo).client("ec2").describe_subnets()["Subnets"]
    zones = {it["SubnetId"]: it["AvailabilityZoneId"] for it in subnets}
    assert "apne1-az3" in zones.values()
    life.config = {"region": tokyo}
    life.service("web", None, image=IMAGE, useDefaultVpc=True, preset="dev")
    life.up()
    network = life.resources()["web-network"]["outputs"]
    for name in ("taskSubnetIds", "balancerSubnetIds"):
        assert {zones[it] for it in network[name]} == {"apne1-az1", "apne1-az2", "apne1-az4"}


def test_subnets_without_fargate_are_warned_of(life: Life, cloud: Cloud) -> None:
    tokyo = "ap-northeast-1"
    subnets = cloud.seen_from(tokyo).client("ec2").describe_subnets()["Subnets"]
    life.config = {"region": tokyo}
    given = [it["SubnetId"] for it in subnets if it["AvailabilityZoneId"] in ("apne1-az3", "apne1-az1")]
    life.service("web", None, image=IMAGE, publicSubnetIds=given, preset="dev")
    life.preview().says("Fargate runs no tasks in the zones of these subnets", "apne1-az3")


@pytest.mark.parametrize("source", ["aws:region", "AWS_REGION"])
def test_a_mistyped_region_is_told_at_once(life: Life, cloud: Cloud, source: str) -> None:
    if source == "aws:region":
        life.stack_config = {source: "eu-centrall-1"}
    else:
        life.env[source] = "eu-centrall-1"
    life.service("web", None, image=IMAGE, useDefaultVpc=True, preset="dev")
    ran = life.preview(fails=True)
    ran.says('"eu-centrall-1" is not an AWS region. Did you mean `eu-central-1`?')
    assert ran.seconds < 5 and cloud.calls() == []
