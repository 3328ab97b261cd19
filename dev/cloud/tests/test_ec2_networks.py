"""VPCs, subnets, gateways and routes: what AWS refuses, and how long it takes."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import REGION, Cloud

EVERYWHERE = "0.0.0.0/0"


class Network:
    """A VPC with a public subnet and a gateway."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.ec2 = cloud.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.subnet = self.add("10.0.0.0/24")
        self.table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]

    def add(self, block: str, zone: str = "a", **more: Any) -> str:
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}", **more
        )
        return str(made["Subnet"]["SubnetId"])

    def refused(self, operation: str, **params: Any) -> tuple[str, str]:
        return self.cloud.refused("ec2", operation, **params)

    def address(self) -> str:
        return str(self.ec2.allocate_address(Domain="vpc")["AllocationId"])

    def nat(self, address: str) -> str:
        made = self.ec2.create_nat_gateway(SubnetId=self.subnet, AllocationId=address)
        return str(made["NatGateway"]["NatGatewayId"])

    def nat_state(self, nat: str) -> dict[str, Any]:
        (found,) = self.ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
        return dict(found)


@pytest.fixture
def network(cloud: Cloud) -> Network:
    return Network(cloud)


def test_blocks_that_are_too_large_too_small_or_taken(network: Network) -> None:
    refused = network.refused
    assert refused("create_vpc", CidrBlock="10.0.0.0/15")[0] == "InvalidVpc.Range"
    assert refused("create_vpc", CidrBlock="10.0.0.0/29")[0] == "InvalidVpc.Range"
    assert refused("create_vpc", CidrBlock="ten")[0] == "InvalidParameterValue"
    place = {"VpcId": network.vpc, "AvailabilityZone": f"{REGION}a"}
    code, message = refused("create_subnet", CidrBlock="10.0.0.128/25", **place)
    assert (code, message) == (
        "InvalidSubnet.Conflict",
        "The CIDR '10.0.0.128/25' conflicts with another subnet",
    )
    for block in ("10.1.0.0/24", "10.0.1.0/29"):
        assert refused("create_subnet", CidrBlock=block, **place)[0] == "InvalidSubnet.Range"
    elsewhere = place | {"AvailabilityZone": "eu-west-1a"}
    assert (
        refused("create_subnet", CidrBlock="10.0.1.0/24", **elsewhere)[0] == "InvalidParameterValue"
    )


def test_an_account_has_five_vpcs_and_five_addresses(network: Network) -> None:
    for n in range(1, 4):
        network.ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")
    code, message = network.refused("create_vpc", CidrBlock="10.9.0.0/16")
    assert (code, message) == (
        "VpcLimitExceeded",
        "The maximum number of VPCs has been reached.",
    )
    for _ in range(5):
        network.address()
    code, message = network.refused("allocate_address", Domain="vpc")
    assert code == "AddressLimitExceeded"
    for _ in range(3):
        network.ec2.create_internet_gateway()
    assert network.refused("create_internet_gateway")[0] == "InternetGatewayLimitExceeded"


def test_nothing_goes_before_what_depends_on_it(network: Network) -> None:
    ec2, refused = network.ec2, network.refused
    code, message = refused("delete_vpc", VpcId=network.vpc)
    assert code == "DependencyViolation"
    assert message == f"The vpc '{network.vpc}' has dependencies and cannot be deleted."
    gateway = {"InternetGatewayId": network.gateway}
    assert refused("delete_internet_gateway", **gateway)[0] == "DependencyViolation"
    ec2.associate_route_table(RouteTableId=network.table, SubnetId=network.subnet)
    assert refused("delete_route_table", RouteTableId=network.table)[0] == "DependencyViolation"
    ec2.create_network_interface(SubnetId=network.subnet)
    assert refused("delete_subnet", SubnetId=network.subnet)[0] == "DependencyViolation"
    for interface in ec2.describe_network_interfaces()["NetworkInterfaces"]:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    ec2.delete_subnet(SubnetId=network.subnet)
    # The association went with the subnet.
    ec2.delete_route_table(RouteTableId=network.table)
    assert refused("delete_vpc", VpcId=network.vpc)[0] == "DependencyViolation"
    ec2.detach_internet_gateway(**gateway, VpcId=network.vpc)
    code, _ = refused("detach_internet_gateway", **gateway, VpcId=network.vpc)
    assert code == "Gateway.NotAttached"
    ec2.delete_internet_gateway(**gateway)
    ec2.delete_vpc(VpcId=network.vpc)
    assert refused("delete_vpc", VpcId=network.vpc)[0] == "InvalidVpcID.NotFound"


def test_routes_and_tables_are_not_had_twice(network: Network) -> None:
    ec2, refused = network.ec2, network.refused
    route = {"RouteTableId": network.table, "DestinationCidrBlock": EVERYWHERE}
    ec2.create_route(**route, GatewayId=network.gateway)
    code, message = refused("create_route", **route, GatewayId=network.gateway)
    assert code == "RouteAlreadyExists"
    assert message == f"The route identified by {EVERYWHERE} already exists."
    ec2.associate_route_table(RouteTableId=network.table, SubnetId=network.subnet)
    other = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    code, _ = refused("associate_route_table", RouteTableId=other, SubnetId=network.subnet)
    assert code == "Resource.AlreadyAssociated"
    second = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attach = {"InternetGatewayId": second, "VpcId": network.vpc}
    assert refused("attach_internet_gateway", **attach)[0] == "InvalidParameterValue"
    again = {"InternetGatewayId": network.gateway, "VpcId": network.vpc}
    assert refused("attach_internet_gateway", **again)[0] == "Resource.AlreadyAssociated"
    # A gateway of nowhere is no target.
    elsewhere = {"RouteTableId": other, "DestinationCidrBlock": EVERYWHERE, "GatewayId": second}
    assert refused("create_route", **elsewhere)[0] == "InvalidParameterValue"
    gone = {"RouteTableId": other, "DestinationCidrBlock": EVERYWHERE, "NatGatewayId": "nat-1"}
    assert refused("create_route", **gone)[0] == "InvalidNatGatewayID.NotFound"


def test_tables_are_found_by_the_subnets_that_have_them(network: Network) -> None:
    ec2, first = network.ec2, network.subnet
    second, third = network.add("10.0.1.0/24"), network.add("10.0.2.0/24")
    other = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    for subnet, table in ((first, network.table), (second, network.table), (third, other)):
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)

    def found(*subnets: str) -> set[str]:
        by_subnet = [{"Name": "association.subnet-id", "Values": list(subnets)}]
        tables = ec2.describe_route_tables(Filters=by_subnet)["RouteTables"]
        return {str(it["RouteTableId"]) for it in tables}

    assert found(first) == {network.table}
    assert found(second, third) == {network.table, other}


def test_a_nat_gateway_takes_its_time(network: Network, cloud: Cloud) -> None:
    cloud.control("POST", "/clock", {"speed": 1})
    ec2, refused = network.ec2, network.refused
    address = network.address()
    nat = network.nat(address)
    assert network.nat_state(nat)["State"] == "pending"
    code, _ = refused("create_nat_gateway", SubnetId=network.subnet, AllocationId=address)
    assert code == "Resource.AlreadyAssociated"
    cloud.control("POST", "/clock", {"advance": 100})
    assert network.nat_state(nat)["State"] == "available"
    assert network.nat_state(nat)["NatGatewayAddresses"][0]["AllocationId"] == address
    detach = {"InternetGatewayId": network.gateway, "VpcId": network.vpc}
    code, message = refused("detach_internet_gateway", **detach)
    assert code == "DependencyViolation" and "mapped public address" in message
    assert refused("delete_subnet", SubnetId=network.subnet)[0] == "DependencyViolation"
    assert refused("release_address", AllocationId=address)[0] == "InvalidIPAddress.InUse"
    ec2.delete_nat_gateway(NatGatewayId=nat)
    assert network.nat_state(nat)["State"] == "deleting"
    assert refused("release_address", AllocationId=address)[0] == "InvalidIPAddress.InUse"
    cloud.control("POST", "/clock", {"advance": 60})
    assert network.nat_state(nat)["State"] == "deleted"
    ec2.release_address(AllocationId=address)
    ec2.delete_subnet(SubnetId=network.subnet)
    ec2.detach_internet_gateway(**detach)


def test_a_nat_gateway_without_an_internet_gateway_fails(network: Network) -> None:
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    address = network.address()
    failed = network.nat_state(network.nat(address))
    assert (failed["State"], failed["FailureCode"]) == ("failed", "Gateway.NotAttached")
    # What failed holds nothing.
    network.ec2.release_address(AllocationId=address)
    network.ec2.delete_subnet(SubnetId=network.subnet)


def test_the_same_request_for_a_nat_gateway_makes_one(network: Network) -> None:
    request = {"SubnetId": network.subnet, "AllocationId": network.address(), "ClientToken": "one"}
    made = [network.ec2.create_nat_gateway(**request)["NatGateway"] for _ in range(2)]
    assert made[0]["NatGatewayId"] == made[1]["NatGatewayId"]


def test_nat_gateways_are_found_by_their_tags(network: Network) -> None:
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "team", "Value": "one"}]}]
    made = network.ec2.create_nat_gateway(
        SubnetId=network.subnet, AllocationId=network.address(), TagSpecifications=tags
    )
    network.nat(network.address())
    by_tag = [{"Name": "tag:team", "Values": ["one"]}]
    (found,) = network.ec2.describe_nat_gateways(Filters=by_tag)["NatGateways"]
    assert found["NatGatewayId"] == made["NatGateway"]["NatGatewayId"]


def test_ipv6_blocks_are_of_the_vpc_and_go_in_order(network: Network) -> None:
    ec2, refused = network.ec2, network.refused
    associate = {"SubnetId": network.subnet, "Ipv6CidrBlock": "2400:6500:1:2::/64"}
    assert refused("associate_subnet_cidr_block", **associate)[0] == "InvalidSubnet.Range"
    made = ec2.associate_vpc_cidr_block(VpcId=network.vpc, AmazonProvidedIpv6CidrBlock=True)
    association = made["Ipv6CidrBlockAssociation"]["AssociationId"]
    (vpc,) = ec2.describe_vpcs(VpcIds=[network.vpc])["Vpcs"]
    whole = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    block = whole.replace("00::/56", "07::/64")
    subnet = network.add("10.0.7.0/24", Ipv6CidrBlock=block)
    taken = {"SubnetId": network.subnet, "Ipv6CidrBlock": block}
    assert refused("associate_subnet_cidr_block", **taken)[0] == "InvalidSubnet.Conflict"
    code, _ = refused("disassociate_vpc_cidr_block", AssociationId=association)
    assert code == "InvalidCidrBlock.InUse"
    ec2.delete_subnet(SubnetId=subnet)
    ec2.disassociate_vpc_cidr_block(AssociationId=association)
    code, _ = refused("create_egress_only_internet_gateway", VpcId="vpc-1")
    assert code == "InvalidVpcID.NotFound"
    ec2.create_egress_only_internet_gateway(VpcId=network.vpc)
    code, _ = refused("create_egress_only_internet_gateway", VpcId=network.vpc)
    assert code == "InvalidParameterValue"
