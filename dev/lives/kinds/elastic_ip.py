"""An elastic IP address for a NAT gateway."""

from __future__ import annotations

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

from kinds._ec2 import TAGS, by_id, unnamed


def look(cloud: Cloud, it: Entry) -> Facts:
    found = by_id(cloud, "describe_addresses", "Addresses", "AllocationIds", it.id)
    tags = unnamed(found["Tags"])
    return {"tags": {key: value for key, value in tags.items() if key != "fargate:vpc"}}


KIND = Kind(
    "fargate:ec2:ElasticIp",
    {"vpcId": Row("$bare1", "$bare2")},
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").release_address(AllocationId=it.id),
    tag=TAGS,
    nameless=True,
)
