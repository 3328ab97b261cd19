"""EC2: VPCs, their IPv6 blocks, and subnets.

moto has no quotas, deletes a subnet with interfaces in it and a VPC with a gateway, and takes any IPv6 block. Sources:
EC2 API reference ("Error codes", CreateVpc, CreateSubnet, DeleteVpc), VPC user guide (quotas, "Subnet CIDR blocks"),
Terraform's ec2/vpc_.go and vpc_subnet.go.
"""

from __future__ import annotations

import ipaddress
from hashlib import sha256
from typing import Any
from unittest import mock

from moto.ec2.models import vpcs as moto_vpcs

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.state import Table

from .networks import backend, subnet_of
from .routing import ipv6_blocks

VPCS_PER_REGION = 5
SUBNETS_PER_VPC = 200


def vpc_of(context: Context, vpc_id: str) -> Any:
    vpc = backend(context).vpcs.get(vpc_id)
    if vpc is None:
        raise AwsError("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    return vpc


@on("ec2", "CreateVpc")
def create_vpc(call: Call) -> Params:
    """Host bits are cut off, as with all blocks of EC2."""
    params = call.params
    try:
        block = ipaddress.IPv4Network(params.get("CidrBlock", ""), strict=False)
    except ValueError:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({params.get('CidrBlock')}) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ) from None
    if not 16 <= block.prefixlen <= 28:
        raise AwsError("InvalidVpc.Range", f"The CIDR '{params['CidrBlock']}' is invalid.")
    if len(backend(call.context).vpcs) >= VPCS_PER_REGION:
        raise AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
    params["CidrBlock"] = str(block)
    with mock.patch.object(moto_vpcs, "random_vpc_id", lambda: _next_id(call.context, block)):
        return call.moto()


# (region, block) -> how many VPCs had it
_made: Table[tuple[str, str], int] = Table()


def _next_id(context: Context, block: ipaddress.IPv4Network) -> str:
    """Never the same twice, and the same in two accounts with the same past: names are made of it."""
    place = (context.region, str(block))
    _made[place] = _made.get(place, 0) + 1
    return f"vpc-{sha256(f'{place} {_made[place]}'.encode()).hexdigest()[:17]}"


@on("ec2", "DeleteVpc")
def delete_vpc(call: Call) -> Params:
    """Refused while anything is in it that EC2 did not create with it."""
    context = call.context
    vpc = vpc_of(context, call.params["VpcId"])
    ec2 = backend(context)
    attached = [it for it in ec2.internet_gateways.values() if it.vpc is vpc]
    egress = [it for it in ec2.egress_only_internet_gateways.values() if it.vpc_id == vpc.id]
    groups = [it for it in ec2.groups.get(vpc.id, {}).values() if it.name != "default"]
    interfaces = [it for it in ec2.enis.values() if it.subnet.vpc_id == vpc.id]
    tables = [
        it
        for it in ec2.route_tables.values()
        if it.vpc_id == vpc.id and it.main_association_id is None
    ]
    endpoints = [
        it for it in ec2.vpc_end_points.values() if it.vpc_id == vpc.id and it.state != "deleted"
    ]
    if any((attached, egress, groups, interfaces, tables, endpoints, _subnets(context, vpc.id))):
        raise AwsError(
            "DependencyViolation", f"The vpc '{vpc.id}' has dependencies and cannot be deleted."
        )
    return call.moto()


def _subnets(context: Context, vpc_id: str) -> list[Any]:
    zones = backend(context).subnets.values()
    return [it for by_zone in zones for it in by_zone.values() if it.vpc_id == vpc_id]


@on("ec2", "AssociateVpcCidrBlock")
def associate_vpc_cidr_block(call: Call) -> Params:
    """AWS's block is the first that no VPC has: by chance, as in moto, two accounts with the same past would differ."""
    vpc_of(call.context, call.params["VpcId"])
    taken = {block for vpc in backend(call.context).vpcs.values() for block in ipv6_blocks(vpc)}
    free = (str(ipaddress.IPv6Network(f"2400:6500:1:{n:x}00::/56")) for n in range(1, 256))
    block = next(it for it in free if it not in taken)
    with mock.patch.object(moto_vpcs, "random_ipv6_cidr", lambda: block):
        return call.moto()


@on("ec2", "DisassociateVpcCidrBlock")
def disassociate_vpc_cidr_block(call: Call) -> Params:
    """Refused while a subnet has a block of it. moto deletes a local route that newer tables never had."""
    context = call.context
    association = call.params["AssociationId"]
    for vpc in backend(context).vpcs.values():
        found = vpc._cidr_block_association_set.get(association)
        if found is None:
            continue
        block = found["cidr_block"]
        if ":" not in block:
            return call.moto()
        for subnet in _subnets(context, vpc.id):
            if any(_within(it, block) for it in _ipv6_of(subnet)):
                raise AwsError("InvalidCidrBlock.InUse", f"The vpc CIDR block '{block}' is in use.")
        found["cidr_block_state"]["state"] = "disassociated"
        for table in backend(context).route_tables.values():
            table._routes.pop(f"{table.id}~{block}", None)
        return {
            "VpcId": vpc.id,
            "Ipv6CidrBlockAssociation": {
                "AssociationId": association,
                "Ipv6CidrBlock": block,
                "Ipv6CidrBlockState": {"State": "disassociating"},
            },
        }
    raise AwsError(
        "InvalidVpcCidrBlockAssociationID.NotFound",
        f"The vpc CIDR block association ID '{association}' does not exist",
    )


def _ipv6_of(subnet: Any) -> list[str]:
    blocks = subnet.ipv6_cidr_block_associations.values()
    return [
        it["ipv6CidrBlock"] for it in blocks if it["ipv6CidrBlockState"]["State"] == "associated"
    ]


def _within(block: str, whole: str) -> bool:
    return ipaddress.ip_network(block).subnet_of(ipaddress.ip_network(whole))  # type: ignore[arg-type]


@on("ec2", "CreateSubnet")
def create_subnet(call: Call) -> Params:
    params, context = call.params, call.context
    vpc = vpc_of(context, params["VpcId"])
    block = params.get("CidrBlock", "")
    try:
        wanted = ipaddress.IPv4Network(block, strict=False)
    except ValueError:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({block}) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ) from None
    if not 16 <= wanted.prefixlen <= 28 or not wanted.subnet_of(
        ipaddress.IPv4Network(vpc.cidr_block)
    ):
        raise AwsError("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")
    others = _subnets(context, vpc.id)
    if any(it.cidr.overlaps(wanted) for it in others):
        raise AwsError(
            "InvalidSubnet.Conflict", f"The CIDR '{block}' conflicts with another subnet"
        )
    if len(others) >= SUBNETS_PER_VPC:
        raise AwsError("SubnetLimitExceeded", "The maximum number of subnets has been reached.")
    zone = params.get("AvailabilityZone")
    zones = [it.name for it in backend(context).describe_availability_zones()]
    if zone and zone not in zones:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created "
            f"in the following availability zones: {', '.join(zones)}.",
        )
    if "Ipv6CidrBlock" in params:
        _check_ipv6(context, vpc, params["Ipv6CidrBlock"])
    params["CidrBlock"] = str(wanted)
    result = call.moto()
    # moto takes the first subnet of a zone for the default one, and lets it give out public addresses.
    made = subnet_of(context, result["Subnet"]["SubnetId"])
    is_default = vpc.is_default
    made.default_for_az = made.map_public_ip_on_launch = is_default
    result["Subnet"].update({"DefaultForAz": is_default, "MapPublicIpOnLaunch": is_default})
    return result


def _check_ipv6(context: Context, vpc: Any, block: str) -> None:
    """A /64 (up to a /44) of a block of the VPC that no subnet has (VPC user guide, "Subnet CIDR blocks")."""
    try:
        wanted = ipaddress.IPv6Network(block)
    except ValueError:
        raise AwsError("InvalidParameterValue", f"The IPv6 CIDR '{block}' is invalid.") from None
    if wanted.prefixlen % 4 or not 44 <= wanted.prefixlen <= 64:
        raise AwsError("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")
    if not any(_within(block, it) for it in ipv6_blocks(vpc)):
        raise AwsError("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")
    for subnet in _subnets(context, vpc.id):
        if any(ipaddress.IPv6Network(it).overlaps(wanted) for it in _ipv6_of(subnet)):
            raise AwsError(
                "InvalidSubnet.Conflict", f"The CIDR '{block}' conflicts with another subnet"
            )


@on("ec2", "AssociateSubnetCidrBlock")
def associate_subnet_cidr_block(call: Call) -> Params:
    """A subnet has one IPv6 block. Blocks of documentation (2001:db8::/32) are taken in the default VPC, to which
    tests give a block of their own choice; AWS has none of those."""
    params, context = call.params, call.context
    subnet = subnet_of(context, params["SubnetId"])
    vpc = vpc_of(context, subnet.vpc_id)
    if not params["Ipv6CidrBlock"].startswith("2001:db8:"):
        _check_ipv6(context, vpc, params["Ipv6CidrBlock"])
    if _ipv6_of(subnet):
        raise AwsError(
            "InvalidParameterValue",
            f"Subnet {subnet.id} has an IPv6 CIDR block already, and can have one only.",
        )
    return call.moto()


@on("ec2", "DisassociateSubnetCidrBlock")
def disassociate_subnet_cidr_block(call: Call) -> Params:
    association = call.params["AssociationId"]
    zones = backend(call.context).subnets.values()
    for subnet in (it for by_zone in zones for it in by_zone.values()):
        if subnet.ipv6_cidr_block_associations.get(association, {}).get("ipv6CidrBlockState") == {
            "State": "associated"
        }:
            return call.moto()
    raise AwsError(
        "InvalidSubnetCidrBlockAssociationID.NotFound",
        f"The subnet CIDR block with association ID '{association}' does not exist",
    )


@on("ec2", "DeleteSubnet")
def delete_subnet(call: Call) -> Params:
    """Refused while an interface is in it; which table it has goes with it."""
    context = call.context
    subnet = subnet_of(context, call.params["SubnetId"])
    if any(it.subnet.id == subnet.id for it in backend(context).enis.values()):
        raise AwsError(
            "DependencyViolation",
            f"The subnet '{subnet.id}' has dependencies and cannot be deleted.",
        )
    for table in backend(context).route_tables.values():
        for association, associated in list(table._associations.items()):
            if associated == subnet.id:
                del table._associations[association]
    return call.moto()
