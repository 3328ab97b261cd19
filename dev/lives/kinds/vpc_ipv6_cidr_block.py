"""The IPv6 block that AWS chose for a VPC. It is the service's because the VPC is."""

from __future__ import annotations

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

from kinds._ec2 import BARE_GROUND, by_id


def look(cloud: Cloud, it: Entry) -> Facts:
    vpc, association = it.id.split("/")
    blocks = by_id(cloud, "describe_vpcs", "Vpcs", "VpcIds", vpc)["Ipv6CidrBlockAssociationSet"]
    assert association in [block["AssociationId"] for block in blocks]
    return {"vpcId": vpc}


def delete(cloud: Cloud, it: Entry) -> None:
    cloud.client("ec2").disassociate_vpc_cidr_block(AssociationId=it.id.split("/")[1])


KIND = Kind(
    "fargate:ec2:VpcIpv6CidrBlock",
    {"vpcId": Row("$bare1", "$bare2")},
    look=look,
    delete=delete,
    unowned=True,
    moves={"vpcId": "$bare2"},
    # Nothing says them of what AWS does not tag.
    unread=frozenset({"baseName", "tags"}),
    ground=BARE_GROUND,
)
