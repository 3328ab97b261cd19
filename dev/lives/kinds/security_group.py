"""A security group; its rules are kinds of their own."""

from __future__ import annotations

from account import Cloud
from rows import IN_THE_NAME, Facts, Kind, Place, Row
from state import Entry

from kinds._ec2 import TAGS, unnamed


def look(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("ec2").describe_security_groups(GroupIds=[it.id])["SecurityGroups"]
    return {
        "description": found["Description"],
        "vpcId": found["VpcId"],
        "tags": unnamed(found["Tags"]),
    }


def name(cloud: Cloud, it: Entry) -> str:
    return str(cloud.client("ec2").describe_security_groups(GroupIds=[it.id])["SecurityGroups"][0]["GroupName"])


def foreign(at: Place, name: str) -> str:
    made = at.client("ec2").create_security_group(GroupName=name, Description="Theirs", VpcId=at.vpc)
    return str(made["GroupId"])


KIND = Kind(
    "fargate:ec2:SecurityGroup",
    {
        "purpose": Row("service", "alb", as_aws_spells=IN_THE_NAME),
        "description": Row("One", "Another"),
        "vpcId": Row("$vpc1", "$vpc2"),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").delete_security_group(GroupId=it.id),
    tag=TAGS,
    name=name,
    foreign=foreign,
)
