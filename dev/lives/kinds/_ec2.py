"""What the things of EC2 share."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from others import Tags
from rows import Theirs

TAGS = Tags(
    "ec2",
    "create_tags",
    "delete_tags",
    "Resources",
    lambda it: [it.id],
    keys="Tags",
    gone=lambda keys: [{"Key": key} for key in keys],
)


def unnamed(tags: list[dict[str, str]]) -> dict[str, str]:
    """EC2 shows the tag Name as the name of a thing: it is no property of ours."""
    return {key: value for key, value in program_tags(by_key(tags)).items() if key != "Name"}


def by_id(cloud: Cloud, call: str, answer: str, ids: str, id: str) -> Any:
    """What EC2 says of the object with this id."""
    (found,) = getattr(cloud.client("ec2"), call)(**{ids: [id]})[answer]
    return found


# Parts of networks that others have, for what stands in them. Each is found again by its block.
BARE = {"bare1": "10.50.0.0/16", "bare2": "10.51.0.0/16"}


def bare(cloud: Cloud, name: str) -> str:
    """A VPC with nothing in it."""
    ec2, block = cloud.client("ec2"), BARE[name]
    found = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": [block]}])["Vpcs"]
    return str((found or [ec2.create_vpc(CidrBlock=block)["Vpc"]])[0]["VpcId"])


def gateway(cloud: Cloud, name: str) -> str:
    """The internet gateway of the bare VPC of the same number."""
    ec2, vpc = cloud.client("ec2"), bare(cloud, f"bare{name[-1]}")
    by_vpc = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    found = ec2.describe_internet_gateways(Filters=by_vpc)["InternetGateways"]
    if found:
        return str(found[0]["InternetGatewayId"])
    made = str(ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc)
    return made


def table(cloud: Cloud, name: str) -> str:
    """A route table: the third in the second bare VPC, others in the first."""
    vpc = bare(cloud, "bare2" if name == "table3" else "bare1")
    return str(cloud.client("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])


def public_subnet(cloud: Cloud, name: str) -> str:
    """A subnet in the first bare VPC, which has an internet gateway."""
    gateway(cloud, "gateway1")
    ec2, vpc = cloud.client("ec2"), bare(cloud, "bare1")
    block = f"10.50.{100 + int(name[-1])}.0/24"
    by_block = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "cidr-block", "Values": [block]}]
    found = ec2.describe_subnets(Filters=by_block)["Subnets"]
    return str((found or [ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]])[0]["SubnetId"])


def address(cloud: Cloud, _name: str) -> str:
    return str(cloud.client("ec2").allocate_address(Domain="vpc")["AllocationId"])


def nat(cloud: Cloud, _name: str) -> str:
    """A NAT gateway in the first bare VPC."""
    subnet = public_subnet(cloud, "public9")
    made = cloud.client("ec2").create_nat_gateway(SubnetId=subnet, AllocationId=address(cloud, ""))
    return str(made["NatGateway"]["NatGatewayId"])


def ipv6_block(cloud: Cloud, name: str) -> str:
    """A /64 of the first bare VPC's block."""
    ec2, vpc = cloud.client("ec2"), bare(cloud, "bare1")
    found = by_id(cloud, "describe_vpcs", "Vpcs", "VpcIds", vpc)
    if not found.get("Ipv6CidrBlockAssociationSet"):
        ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
        found = by_id(cloud, "describe_vpcs", "Vpcs", "VpcIds", vpc)
    whole = str(found["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
    return whole.replace("00::/56", f"{int(name[-1]):02x}::/64")


VPC_LIKE = "vpc-0123456789abcdef0"
BARE_GROUND = {name: Theirs(bare, VPC_LIKE) for name in BARE}
