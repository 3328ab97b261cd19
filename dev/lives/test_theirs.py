"""What others put on objects of ours is theirs."""

from __future__ import annotations

from typing import Any

from life import Life
from samples import AUDIT, READ_ONLY
from walk import Walk

VIEW = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
MISSING = "arn:aws:iam::aws:policy/Zzz"


def test_policies_that_others_attach_to_a_role_are_left_alone(life: Life) -> None:
    iam = life.cloud.client("iam")
    walk = Walk.begin(life, "fargate:iam:Role")

    def attached() -> list[str]:
        found = iam.list_attached_role_policies(RoleName=walk.entry().id)["AttachedPolicies"]
        return sorted(it["PolicyArn"] for it in found)

    iam.attach_role_policy(RoleName=walk.entry().id, PolicyArn=VIEW)
    walk.settled()
    walk.up(walk.inputs | {"managedPolicyArns": [READ_ONLY], "description": "Another"})
    assert attached() == sorted([READ_ONLY, VIEW])
    # A run attaches one of ours, fails at the next one, and is taken back.
    declared = walk.inputs | {"managedPolicyArns": [READ_ONLY]}
    walk.declare(declared | {"managedPolicyArns": [READ_ONLY, AUDIT, MISSING]})
    life.up(fails=True).says(MISSING)
    assert attached() == sorted([READ_ONLY, AUDIT, VIEW])
    walk.declare(declared)
    life.refresh()
    life.up()
    assert attached() == sorted([READ_ONLY, VIEW])
    walk.settled()
    # A mark that somebody took away comes back.
    iam.untag_role(RoleName=walk.entry().id, TagKeys=["fargate:policies"])
    life.refresh()
    life.up()
    assert attached() == sorted([READ_ONLY, VIEW])
    walk.settled()
    life.destroy().says(f"detached {VIEW}")
    assert walk.standing() == walk.before


def test_rules_that_others_put_into_a_group_are_left_alone(life: Life) -> None:
    ec2 = life.cloud.client("ec2")
    walk = Walk.begin(life, "fargate:ec2:SecurityGroup")

    def rules() -> list[Any]:
        found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [walk.entry().id]}])
        return [(it["IsEgress"], it["IpProtocol"]) for it in found["SecurityGroupRules"]]

    theirs = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    ec2.authorize_security_group_ingress(GroupId=walk.entry().id, IpPermissions=theirs)
    walk.settled()
    walk.up(walk.inputs | {"tags": {"team": "two"}})
    assert rules() == [(False, "tcp")]
    life.destroy()
    assert walk.standing() == walk.before
