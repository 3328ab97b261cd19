"""A route table with its routes to everywhere."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Row, Theirs
from state import Entry

from kinds._ec2 import TAGS, by_id, gateway, nat, unnamed

EVERYWHERE = "0.0.0.0/0"


def look(cloud: Cloud, it: Entry) -> Facts:
    found = by_id(cloud, "describe_route_tables", "RouteTables", "RouteTableIds", it.id)
    routes = {
        route["DestinationCidrBlock"]: route.get("NatGatewayId") or route.get("GatewayId")
        for route in found["Routes"]
        if route.get("DestinationCidrBlock") == EVERYWHERE
    }
    return {"vpcId": found["VpcId"], "routes": routes, "tags": unnamed(found["Tags"])}


def replace(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    target = value[EVERYWHERE]
    named = "NatGatewayId" if target.startswith("nat-") else "GatewayId"
    cloud.client("ec2").replace_route(RouteTableId=it.id, DestinationCidrBlock=EVERYWHERE, **{named: target})


KIND = Kind(
    "fargate:ec2:RouteTable",
    {
        "vpcId": Row("$bare1", "$bare2", changes_with={"routes": {EVERYWHERE: "$gateway2"}}),
        "routes": Row({EVERYWHERE: "$gateway1"}, {EVERYWHERE: "$nat1"}, change=replace),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").delete_route_table(RouteTableId=it.id),
    tag=TAGS,
    nameless=True,
    ground={
        "gateway1": Theirs(gateway, "igw-0123456789abcdef0"),
        "gateway2": Theirs(gateway, "igw-0123456789abcdef1"),
        "nat1": Theirs(nat, "nat-0123456789abcdef0"),
    },
)
