"""EC2: route tables, and who gets out to the internet.

moto takes a route to anything, associates a subnet that has a table as if it were new, and gives a new table no local
route for IPv6. Sources: EC2 API reference ("Error codes", CreateRoute, AssociateRouteTable), VPC user guide ("Route
tables"), Terraform's ec2/vpc_route_table.go and vpc_route_table_association.go.
"""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from .networks import backend, subnet_of

ROUTES_PER_TABLE = 500  # VPC user guide, quotas


def table_of(context: Context, table_id: str) -> Any:
    table = backend(context).route_tables.get(table_id)
    if table is None:
        raise AwsError(
            "InvalidRouteTableID.NotFound", f"The routeTable ID '{table_id}' does not exist"
        )
    return table


def own_table(context: Context, subnet_id: str) -> Any:
    """The table that is associated with the subnet, and not only the VPC's main one."""
    for table in backend(context).route_tables.values():
        if subnet_id in table._associations.values():
            return table
    return None


@on("ec2", "DescribeRouteTables")
def describe_route_tables(call: Call) -> Params:
    """A route to a gateway that is gone is a black hole. A filter by subnets finds the tables that one of them has; moto
    finds only those that all of them have, or no others."""
    for table_id in call.params.get("RouteTableIds", []):
        table_of(call.context, table_id)
    filters = call.params.get("Filters", [])
    by_subnet = [it["Values"] for it in filters if it["Name"] == "association.subnet-id"]
    others = [it for it in filters if it["Name"] != "association.subnet-id"]
    result = call.moto(params=call.params | {"Filters": others})
    for subnets in by_subnet:
        result["RouteTables"] = [
            it
            for it in result.get("RouteTables", [])
            if any(its.get("SubnetId") in subnets for its in it.get("Associations", []))
        ]
    for item in result.get("RouteTables", []):
        for route in item.get("Routes", []):
            nat = route.get("NatGatewayId")
            if nat and not _nat_is_there(call.context, nat):
                route["State"] = "blackhole"
    return result


@on("ec2", "CreateRoute", "ReplaceRoute")
def put_route(call: Call) -> Params:
    params, context = call.params, call.context
    table = table_of(context, params["RouteTableId"])
    targets = [name for name in _TARGETS if params.get(name)]
    if len(targets) != 1:
        raise AwsError(
            "InvalidParameterCombination", "Exactly one target of the route must be specified."
        )
    gateway, nat = params.get("GatewayId", ""), params.get("NatGatewayId")
    if gateway.startswith("igw-"):
        found = backend(context).internet_gateways.get(gateway)
        if found is None:
            raise AwsError(
                "InvalidGatewayID.NotFound", f"The gateway ID '{gateway}' does not exist"
            )
        if found.vpc is None or found.vpc.id != table.vpc_id:
            raise AwsError(
                "InvalidParameterValue",
                f"route table {table.id} and network gateway {gateway} belong to different networks",
            )
    if nat and not _nat_is_there(context, nat):
        raise AwsError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat}' does not exist")
    egress = params.get("EgressOnlyInternetGatewayId")
    if egress:
        if "DestinationIpv6CidrBlock" not in params:
            raise AwsError(
                "InvalidParameterValue",
                "An egress-only internet gateway can be the target of IPv6 traffic only.",
            )
        if egress not in backend(context).egress_only_internet_gateways:
            raise AwsError("InvalidGatewayID.NotFound", f"The eigw ID '{egress}' does not exist")
    destination = params.get("DestinationIpv6CidrBlock") or params.get("DestinationCidrBlock")
    exists = f"{table.id}~{destination}" in table._routes
    if call.operation == "CreateRoute" and exists:
        raise AwsError(
            "RouteAlreadyExists", f"The route identified by {destination} already exists."
        )
    if call.operation == "CreateRoute" and len(table._routes) >= ROUTES_PER_TABLE:
        raise AwsError("RouteLimitExceeded", "The maximum number of routes has been reached.")
    return call.moto()


_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)


def _nat_is_there(context: Context, nat_id: str) -> bool:
    nat = backend(context).nat_gateways.get(nat_id)
    return nat is not None and nat.state in ("pending", "available")


@on("ec2", "AssociateRouteTable")
def associate_route_table(call: Call) -> Params:
    """A subnet has one table; moto answers with the association that there is, as if it were asked for."""
    params, context = call.params, call.context
    table = table_of(context, params["RouteTableId"])
    subnet_id = params.get("SubnetId")
    if subnet_id:
        subnet = subnet_of(context, subnet_id)
        if subnet.vpc_id != table.vpc_id:
            raise AwsError(
                "InvalidParameterValue",
                f"Route table {table.id} and subnet {subnet_id} belong to different networks",
            )
        if own_table(context, subnet_id) is not None:
            raise AwsError(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {table.id} conflicts with an existing association",
            )
    return call.moto()


@on("ec2", "ReplaceRouteTableAssociation")
def replace_route_table_association(call: Call) -> Params:
    table_of(call.context, call.params["RouteTableId"])
    return call.moto()


@on("ec2", "CreateRouteTable")
def create_route_table(call: Call) -> Params:
    """With the local routes of all of the VPC's blocks; moto leaves out those for IPv6."""
    context = call.context
    result = call.moto()
    table = table_of(context, result["RouteTable"]["RouteTableId"])
    for block in ipv6_blocks(backend(context).vpcs[table.vpc_id]):
        backend(context).create_route(table.id, None, destination_ipv6_cidr_block=block, local=True)
    return result


def ipv6_blocks(vpc: Any) -> list[str]:
    found = vpc.get_cidr_block_association_set(ipv6=True)
    return [it["cidr_block"] for it in found if it["cidr_block_state"]["state"] == "associated"]


@on("ec2", "DeleteRouteTable")
def delete_route_table(call: Call) -> Params:
    table = table_of(call.context, call.params["RouteTableId"])
    if table.main_association_id is not None or table._associations:
        raise AwsError(
            "DependencyViolation",
            f"The routeTable '{table.id}' has dependencies and cannot be deleted.",
        )
    return call.moto()


def reaches_internet(context: Context, subnet_id: str, has_public_address: bool) -> bool:
    """Whether what is in the subnet gets out over IPv4: through an internet gateway with a public address, or
    through a NAT gateway that is available (VPC user guide, "Connect to the internet").

    The main tables of moto's VPCs have no route out, in the default VPC neither: what has no table of its own
    is not judged.
    """
    table = own_table(context, subnet_id)
    if table is None:
        return True
    route = table._routes.get(f"{table.id}~0.0.0.0/0")
    if route is None:
        return False
    if route.nat_gateway is not None:
        return bool(route.nat_gateway.state == "available")
    if route.gateway_id and route.gateway_id.startswith("igw-"):
        attached = route.gateway.vpc is not None and route.gateway.vpc.id == table.vpc_id
        return bool(attached and has_public_address)
    return True
