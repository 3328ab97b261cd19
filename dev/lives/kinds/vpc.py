"""A VPC of the service's own."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

from kinds._ec2 import TAGS, by_id, unnamed


def look(cloud: Cloud, it: Entry) -> Facts:
    found = by_id(cloud, "describe_vpcs", "Vpcs", "VpcIds", it.id)
    named = cloud.client("ec2").describe_vpc_attribute(VpcId=it.id, Attribute="enableDnsHostnames")
    return {
        "cidrBlock": found["CidrBlock"],
        "enableDnsHostnames": named["EnableDnsHostnames"]["Value"],
        "tags": unnamed(found["Tags"]),
    }


def name_hosts(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    cloud.client("ec2").modify_vpc_attribute(VpcId=it.id, EnableDnsHostnames={"Value": value})


KIND = Kind(
    "fargate:ec2:Vpc",
    {
        "cidrBlock": Row("10.60.0.0/16", "10.61.0.0/16"),
        "enableDnsHostnames": Row(True, False, change=name_hosts),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").delete_vpc(VpcId=it.id),
    tag=TAGS,
    nameless=True,
)
