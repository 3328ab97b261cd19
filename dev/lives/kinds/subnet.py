"""A subnet with its IPv6 block and its route table. Its name is its place: VPC, block and zone."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Kind, Place, Row, Theirs
from state import Entry
from world import REGION

from kinds._ec2 import TAGS, by_id, ipv6_block, table, unnamed


def found(cloud: Cloud, id: str) -> Any:
    return by_id(cloud, "describe_subnets", "Subnets", "SubnetIds", id)


def blocks(subnet: Any) -> list[Any]:
    all_blocks = subnet.get("Ipv6CidrBlockAssociationSet", [])
    return [it for it in all_blocks if it["Ipv6CidrBlockState"]["State"] == "associated"]


def associations(cloud: Cloud, id: str) -> list[Any]:
    by_subnet = [{"Name": "association.subnet-id", "Values": [id]}]
    tables = cloud.client("ec2").describe_route_tables(Filters=by_subnet)["RouteTables"]
    return [it for its in tables for it in its["Associations"] if it.get("SubnetId") == id]


def look(cloud: Cloud, it: Entry) -> Facts:
    subnet = found(cloud, it.id)
    v6, (table,) = blocks(subnet), associations(cloud, it.id)
    return {
        "vpcId": subnet["VpcId"],
        "cidrBlock": subnet["CidrBlock"],
        "availabilityZone": subnet["AvailabilityZone"],
        "ipv6CidrBlock": v6[0]["Ipv6CidrBlock"] if v6 else None,
        "routeTableId": table["RouteTableId"],
        "tags": unnamed(subnet["Tags"]),
    }


def route(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    (now,) = associations(cloud, it.id)
    cloud.client("ec2").replace_route_table_association(
        AssociationId=now["RouteTableAssociationId"], RouteTableId=value
    )


def readdress(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    ec2 = cloud.client("ec2")
    for block in blocks(found(cloud, it.id)):
        ec2.disassociate_subnet_cidr_block(AssociationId=block["AssociationId"])
    ec2.associate_subnet_cidr_block(SubnetId=it.id, Ipv6CidrBlock=value)


def name(cloud: Cloud, it: Entry) -> str:
    subnet = found(cloud, it.id)
    return f"{subnet['VpcId']} {subnet['CidrBlock']} {subnet['AvailabilityZone']}"


def foreign(at: Place, name: str) -> str:
    vpc, block, zone = name.split()
    made = at.client("ec2").create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)
    return str(made["Subnet"]["SubnetId"])


ELSEWHERE = {"cidrBlock": "10.51.1.0/24", "routeTableId": "$table3"}
KIND = Kind(
    "fargate:ec2:Subnet",
    {
        "vpcId": Row("$bare1", "$bare2", changes_with=ELSEWHERE),
        "cidrBlock": Row("10.50.1.0/24", "10.50.2.0/24"),
        # AWS lets no two subnets have the same block.
        "availabilityZone": Row(f"{REGION}a", f"{REGION}b", changes_with={"cidrBlock": "10.50.3.0/24"}),
        "ipv6CidrBlock": Row("$block1", "$block2", needs={"cidrBlock": "10.50.1.0/24"}, change=readdress),
        "routeTableId": Row("$table1", "$table2", change=route),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ec2").delete_subnet(SubnetId=it.id),
    tag=TAGS,
    name=name,
    foreign=foreign,
    moves={"cidrBlock": "10.50.4.0/24"},
    ground={
        **{f"table{n}": Theirs(table, f"rtb-0123456789abcdef{n}") for n in range(1, 4)},
        **{f"block{n}": Theirs(ipv6_block, f"2001:db8:0:{n}::/64") for n in range(1, 3)},
    },
)
