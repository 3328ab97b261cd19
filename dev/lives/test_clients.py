"""Who may connect, when the blocks come from resources that a first preview does not know yet."""

from __future__ import annotations

from life import Life
from state import ROOT_URN, urn_of
from values import UNKNOWN, Output
from world import IMAGE, Cloud

# Any resources do.
SOURCE = "fargate:cloudwatch:LogGroup"
VPC, OFFICE = "vpc", "office"


def of(name: str, block: object) -> Output:
    """An output of the resource of this name."""
    return Output(block, False, frozenset({urn_of(SOURCE, name, ROOT_URN)}))


def declare(life: Life, *blocks: object) -> None:
    life.service("web", None, image=IMAGE, useDefaultVpc=True, preset="dev", allowedCidrBlocks=list(blocks))
    for name in (VPC, OFFICE):
        life.child(SOURCE, name, baseName=name)
    # The sources come first.
    life.program = life.program[1:] + life.program[:1]


def clients(cloud: Cloud) -> dict[str, str]:
    """The ids of the rules that let clients in, by their blocks."""
    rules = cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    return {it["CidrIpv4"]: it["SecurityGroupRuleId"] for it in rules if it.get("Description") == "Clients"}


def test_the_blocks_of_resources_are_the_same_rules_known_or_not(life: Life, cloud: Cloud) -> None:
    declare(life, "192.0.2.0/24", of(VPC, UNKNOWN))
    foretold = {step.name for step in life.preview().steps if step.op == "create"}
    declare(life, "192.0.2.0/24", of(VPC, "10.0.0.0/16"))
    assert {step.name for step in life.up().steps if step.op == "create"} == foretold
    first = clients(cloud)
    assert set(first) == {"192.0.2.0/24", "10.0.0.0/16"}
    life.no_change()
    # Another place in the list, and blocks of the program beside it, move no rule.
    declare(life, of(VPC, "10.0.0.0/16"), "198.51.100.0/24", "192.0.2.0/24")
    steps = sorted(str(it) for it in life.up_as_planned().changes())
    assert steps == ["create web-alb-in-80-198.51.100.0-24", "update web", "update web-completion", "update web-name"]
    assert clients(cloud).items() >= first.items()
    life.destroy()
    assert cloud.objects() == []


def test_blocks_that_change_places_shut_nobody_out(life: Life, cloud: Cloud) -> None:
    declare(life, of(VPC, "10.0.0.0/16"), of(OFFICE, "172.16.0.0/16"))
    life.up()
    before = clients(cloud)
    cloud.forget_calls()
    declare(life, of(OFFICE, "172.16.0.0/16"), of(VPC, "10.0.0.0/16"))
    life.up()
    # Each rule takes over the one that stands in AWS already.
    assert clients(cloud) == before
    assert "ec2:RevokeSecurityGroupIngress" not in [f"{it['service']}:{it['operation']}" for it in cloud.calls()]
    life.no_change()
    # What stood in a resource may stand in the program, and the other way round.
    declare(life, "172.16.0.0/16", of(VPC, "10.0.0.0/16"))
    life.up()
    assert clients(cloud) == before
    life.no_change()
    assert life.refresh().steps == []
    life.destroy()
    assert cloud.objects() == []
