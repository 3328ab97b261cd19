"""Names that somebody else has: refused with whose they are, nothing changed, and free again when they go."""

from __future__ import annotations

from typing import Any

import pytest
from drifts import DISOWNS
from foreign import MAKES, Place, remove
from life import Life
from looks import look
from state import Entry, State
from walk import NAME, Walk
from world import IMAGE, Cloud

# A group has no two rules that say the same, so one goes from child to child of a service (test_clients.py).
RULE = "fargate:ec2:SecurityGroupRule"


@pytest.mark.parametrize("token", DISOWNS)
def test_a_name_that_is_taken_is_refused_with_whose_it_is(life: Life, token: str) -> None:
    walk = Walk.begin(life, token)
    there = look(life.cloud, walk.entry())
    others = Life(life.cloud)

    def refused(name: str, *says: str) -> None:
        others.program = []
        others.child(token, name, **walk.inputs).up(fails=True).says("the name is taken", *says, "Nothing was changed")
        others.state = State()
        assert look(life.cloud, walk.entry()) == there

    if token != RULE:
        refused("other-child", "it belongs to `life-child` of the service `life`")
    DISOWNS[token](life.cloud, walk.entry())
    there = look(life.cloud, walk.entry())
    refused(NAME, "no FargateWebService created it")


def shop(cloud: Cloud) -> Life:
    """A service that names itself, with one of each kind of child."""
    return Life(cloud).service("web", None, name="shop", useDefaultVpc=True, repository={"forceDelete": True})


def living(cloud: Cloud) -> list[dict[str, Any]]:
    """What is there, with its tags, but for the interfaces of balancers and tasks."""
    found = cloud.control("GET", "objects")["objects"]
    return sorted((it for it in found if it["kind"] != "ec2:network-interface"), key=lambda it: it["id"])


def ids(cloud: Cloud) -> list[str]:
    return [str(it["id"]) for it in living(cloud)]


def named_by(life: Life) -> tuple[Place, dict[str, Entry]]:
    """Where a service stands, and an object of each kind with the name that it has."""
    ec2 = life.cloud.client("ec2")
    entries = {it.type: it for it in life.state.customs()}
    group = entries["fargate:ec2:SecurityGroup"]
    (found,) = ec2.describe_security_groups(GroupIds=[group.id])["SecurityGroups"]
    group.outputs["name"] = found["GroupName"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [found["VpcId"]]}])["Subnets"]
    return Place(life.cloud, found["VpcId"], [it["SubnetId"] for it in subnets[:2]]), entries


@pytest.mark.parametrize("token", MAKES)
def test_a_service_leaves_what_others_named_alone_and_comes_when_they_are_gone(cloud: Cloud, token: str) -> None:
    before = shop(cloud)
    before.up()
    at, entries = named_by(before)
    before.destroy()
    assert living(cloud) == []

    theirs = MAKES[token](at, entries[token])
    alone = living(cloud)
    assert len(alone) == 1
    life = shop(cloud)
    refused = life.up(fails=True)
    refused.says("the name is taken", "no FargateWebService created it. Nothing was changed")
    life.destroy()
    assert living(cloud) == alone

    life.up(fails=True)
    remove(at, entries[token], theirs)
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
