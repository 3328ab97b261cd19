"""An internet gateway, attached to a VPC."""

from __future__ import annotations

from account import Cloud
from rows import Facts, Kind, Row
from state import Entry

from kinds._ec2 import TAGS, by_id, unnamed


def found(cloud: Cloud, it: Entry) -> Facts:
    return dict(by_id(cloud, "describe_internet_gateways", "InternetGateways", "InternetGatewayIds", it.id))


def look(cloud: Cloud, it: Entry) -> Facts:
    gateway = found(cloud, it)
    vpcs = [attached["VpcId"] for attached in gateway["Attachments"]]
    return {"vpcId": vpcs[0] if vpcs else "", "tags": unnamed(gateway["Tags"])}


def delete(cloud: Cloud, it: Entry) -> None:
    ec2 = cloud.client("ec2")
    for attached in found(cloud, it)["Attachments"]:
        ec2.detach_internet_gateway(InternetGatewayId=it.id, VpcId=attached["VpcId"])
    ec2.delete_internet_gateway(InternetGatewayId=it.id)


KIND = Kind(
    "fargate:ec2:InternetGateway",
    {"vpcId": Row("$bare1", "$bare2", not_alone="it is detached first: `test_network.py`")},
    look=look,
    delete=delete,
    tag=TAGS,
    nameless=True,
    moves={"vpcId": "$bare2"},
)
