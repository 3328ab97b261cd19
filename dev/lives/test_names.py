"""Names that somebody else has: refused with whose they are, nothing changed, and free again when they go."""

from __future__ import annotations

from typing import Any

import pytest
from kinds import KINDS
from life import Life
from rows import Place
from state import Entry
from world import IMAGE, Cloud


def shop(cloud: Cloud) -> Life:
    """A service that names itself, with one of each kind of child."""
    return Life(cloud).service("web", None, name="shop", useDefaultVpc=True, repository={"forceDelete": True})


def living(cloud: Cloud) -> list[dict[str, Any]]:
    """What is there, with its tags, but for the interfaces of balancers and tasks."""
    found = cloud.control("GET", "objects")["objects"]
    return sorted((it for it in found if it["kind"] != "ec2:network-interface"), key=lambda it: it["id"])


def ids(cloud: Cloud) -> list[str]:
    return [str(it["id"]) for it in living(cloud)]


def place(cloud: Cloud) -> Place:
    """The network that a service stands in."""
    ec2 = cloud.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    return Place(cloud, vpc["VpcId"], [it["SubnetId"] for it in subnets[:2]])


# Each kind by itself does it in test_kinds.py. Of a whole service: the first that it makes, one that others lean on, and the
# last.
@pytest.mark.parametrize(
    "token", ["fargate:cloudwatch:LogGroup", "fargate:ec2:SecurityGroup", "fargate:cloudwatch:Dashboard"]
)
def test_a_service_leaves_what_others_named_alone_and_comes_when_they_are_gone(cloud: Cloud, token: str) -> None:
    kind = KINDS[token]
    assert kind.foreign is not None and kind.delete is not None
    before = shop(cloud)
    before.up()
    ours = next(it for it in before.state.customs() if it.type == token)
    name = kind.name(cloud, ours)
    before.destroy()
    assert living(cloud) == []

    id = kind.foreign(place(cloud), name) or name
    alone = living(cloud)
    assert len(alone) == 1
    life = shop(cloud)
    refused = life.up(fails=True)
    refused.says("the name is taken", "no FargateWebService created it. Nothing was changed")
    life.destroy()
    assert living(cloud) == alone

    life.up(fails=True)
    kind.delete(cloud, Entry(ours.urn, True, id=id, outputs=ours.outputs))
    life.up()
    assert life.refresh().steps == []
    life.no_change()
    life.destroy()
    assert living(cloud) == []


def a_living_service_keeps_all(life: Life) -> None:
    assert life.refresh().steps == []
    life.no_change()
    life.destroy()
    assert living(life.cloud) == []


def test_a_name_that_is_replaced_by_itself_takes_nothing_away(life: Life, cloud: Cloud) -> None:
    """On demand: the old entry of the name goes, the service that bears it stays."""
    life.service("web", None, name="shop", image=IMAGE, useDefaultVpc=True)
    life.up()
    there = ids(cloud)
    name = next(it.urn for it in life.state.customs() if it.name == "web-name")
    # The new entry is another lineage, since the engine tells it nothing of the old one; all objects become its own.
    life.up(replace=frozenset({name}))
    assert ids(cloud) == there
    tags = [it["tags"] for it in living(cloud) if isinstance(it.get("tags"), dict)]
    (lineage,) = {it["fargate:lineage"] for it in tags if "fargate:lineage" in it}
    (told,) = {it.outputs["lineage"] for it in life.state.customs() if it.name == "web-name"}
    assert lineage == f"1/{told}"
    a_living_service_keeps_all(life)


def test_a_drawn_name_that_the_program_now_gives_takes_nothing_away(life: Life, cloud: Cloud) -> None:
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    life.up()
    there = living(cloud)
    (drawn,) = {it.id for it in life.state.customs() if it.name == "web-name"}
    life.service("web", None, name=drawn, image=IMAGE, useDefaultVpc=True)
    life.up_as_planned()
    assert living(cloud) == there
    a_living_service_keeps_all(life)
