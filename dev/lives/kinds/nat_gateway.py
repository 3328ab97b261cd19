"""A NAT gateway, which is shown for an hour after it is gone."""

from __future__ import annotations

from account import Cloud
from rows import Facts, Kind, Row, Theirs
from state import Entry

from kinds._ec2 import TAGS, address, by_id, public_subnet, unnamed


def look(cloud: Cloud, it: Entry) -> Facts:
    found = by_id(cloud, "describe_nat_gateways", "NatGateways", "NatGatewayIds", it.id)
    return {
        "subnetId": found["SubnetId"],
        "allocationId": found["NatGatewayAddresses"][0]["AllocationId"],
        "tags": unnamed(found["Tags"]),
    }


KIND = Kind(
    "fargate:ec2:NatGateway",
    {
        # An address cannot belong to the old gateway and to the new one.
        "subnetId": Row("$public1", "$public2", changes_with={"allocationId": "$address2"}),
        "allocationId": Row("$address1", "$address2"),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").delete_nat_gateway(NatGatewayId=it.id),
    tag=TAGS,
    nameless=True,
    moves={"allocationId": "$address2"},
    ground={
        **{f"public{n}": Theirs(public_subnet, f"subnet-0123456789abcdef{n}") for n in range(1, 3)},
        **{f"address{n}": Theirs(address, f"eipalloc-0123456789abcdef{n}") for n in range(1, 3)},
    },
)
