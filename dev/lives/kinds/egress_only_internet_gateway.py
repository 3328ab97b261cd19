"""An egress-only internet gateway. A VPC has one, so its name is the VPC's."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Place, Row
from state import Entry

from kinds._ec2 import TAGS, by_id, unnamed


def found(cloud: Cloud, id: str) -> Any:
    return by_id(
        cloud,
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayIds",
        id,
    )


def look(cloud: Cloud, it: Entry) -> Facts:
    gateway = found(cloud, it.id)
    return {"vpcId": gateway["Attachments"][0]["VpcId"], "tags": unnamed(gateway["Tags"])}


def foreign(at: Place, name: str) -> str:
    made = at.client("ec2").create_egress_only_internet_gateway(VpcId=name)
    return str(made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])


def delete(cloud: Cloud, it: Entry) -> None:
    gateways = cloud.client("ec2").describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"]
    vpc = it.outputs["vpcId"]
    for gateway in (its for its in gateways if its["Attachments"][0]["VpcId"] == vpc):
        cloud.client("ec2").delete_egress_only_internet_gateway(
            EgressOnlyInternetGatewayId=gateway["EgressOnlyInternetGatewayId"]
        )


KIND = Kind(
    "fargate:ec2:EgressOnlyInternetGateway",
    {"vpcId": Row("$bare1", "$bare2")},
    look=look,
    delete=delete,
    tag=TAGS,
    name=lambda _cloud, it: str(it.outputs["vpcId"]),
    foreign=foreign,
    moves={"vpcId": "$bare2"},
)
