"""EC2: network interfaces of others' services, and what of the account's networks there is.

Sources: EC2 API reference ("Error codes", CreateSecurityGroup), Terraform's
ec2/vpc_security_group*.go, aws.md 8.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from moto.ec2.models import ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.moto_api._internal import mock_random

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on, settles
from localaws.state import Table

# (region, interface id) -> AWS time of its release
_released: Table[tuple[str, str], float] = Table()


class ManagedInterface(NetworkInterface):
    """An interface that a service made and attached: its requester is that service.

    moto attaches interfaces to instances only, and shows the account itself as the requester.
    """

    owner = ""
    # Whether it has a public address too.
    public = False

    @property
    def attachment(self) -> Any:
        return None

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name in ("requester-id", "attachment.instance-owner-id"):
            return self.owner
        if filter_name == "requester-managed":
            return "true"
        return super().get_filter_value(filter_name, method_name)


# moto shows Tokyo as new accounts see it. Older ones have a fourth zone, in which Fargate is not (ECS developer guide,
# "Supported Regions for Amazon ECS on AWS Fargate").
RegionsAndZonesBackend.zones["ap-northeast-1"].append(
    Zone(region_name="ap-northeast-1", name="ap-northeast-1b", zone_id="apne1-az3")
)


def backend(context: Context) -> Any:
    return ec2_backends[context.account][context.region]


def claim_interface(
    context: Context,
    subnet_id: str,
    security_groups: list[str],
    description: str,
    owner: str,
    public: bool = False,
) -> tuple[str, str]:
    """A network interface in use by `owner` (`amazon-elb`, `amazon-ecs`): its id and private IP."""
    ec2 = backend(context)
    subnet = subnet_of(context, subnet_id)
    for group in security_groups:
        group_of(context, group)
    try:
        address = subnet.get_available_subnet_ip(None)
    except StopIteration:
        raise AwsError(
            "InsufficientFreeAddressesInSubnet",
            f"There are not enough free addresses in subnet {subnet_id}.",
        ) from None
    interface = ec2.create_network_interface(
        subnet, address, group_ids=security_groups or None, description=description
    )
    interface.__class__ = ManagedInterface
    interface.owner = owner
    interface.public = public
    interface.requester_id = owner
    interface.requester_managed = True
    interface.status = "in-use"
    interface.attachment_id = f"ela-attach-{mock_random.get_random_hex(17)}"
    return interface.id, address


def release_interface(context: Context, eni_id: str) -> None:
    """The owner is done with it; it stays for `eni_linger`, as the interfaces of AWS services do."""
    if eni_id in backend(context).enis:
        _released.setdefault((context.region, eni_id), context.clock.now())


def drop_interface(context: Context, eni_id: str) -> None:
    """It is gone at once."""
    interface = backend(context).enis.pop(eni_id, None)
    if interface is not None:
        interface.subnet.del_subnet_ip(interface.private_ip_address)


def public_addresses(context: Context, vpc_id: str) -> list[str]:
    """The interfaces in a VPC that have a public address."""
    return [
        it.id
        for it in backend(context).enis.values()
        if it.subnet.vpc_id == vpc_id and isinstance(it, ManagedInterface) and it.public
    ]


def set_interface_groups(context: Context, eni_id: str, security_groups: list[str]) -> None:
    interface = backend(context).enis.get(eni_id)
    if interface is not None:
        interface._group_set = [group_of(context, group) for group in security_groups]


def subnet_of(context: Context, subnet_id: str) -> Any:
    for by_zone in backend(context).subnets.values():
        if subnet_id in by_zone:
            return by_zone[subnet_id]
    raise AwsError("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")


def group_of(context: Context, group_id: str) -> Any:
    group = backend(context).get_security_group_from_id(group_id)
    if group is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    return group


@settles("ec2")
def settle(context: Context) -> None:
    """Interfaces whose time is over vanish."""
    for (region, eni_id), since in list(_released.items()):
        if region == context.region and context.clock.elapsed(since, "eni_linger"):
            del _released[(region, eni_id)]
            drop_interface(context, eni_id)


@on("ec2", "DescribeSubnets")
def describe_subnets(call: Call) -> Params:
    """The state of an IPv6 block is a word; moto's answer has the whole structure as text."""
    result = call.moto()
    for item in result.get("Subnets", []):
        blocks = subnet_of(call.context, item["SubnetId"]).ipv6_cidr_block_associations
        for shown in item.get("Ipv6CidrBlockAssociationSet", []):
            state = blocks[shown["AssociationId"]]["ipv6CidrBlockState"]
            shown["Ipv6CidrBlockState"] = dict(state)
    return result


@on("ec2", "DescribeNetworkInterfaces")
def describe_network_interfaces(call: Call) -> Params:
    """The attachment of a managed interface names its owner and no instance."""
    result = call.moto()
    for item in result.get("NetworkInterfaces", []):
        interface = backend(call.context).enis.get(item["NetworkInterfaceId"])
        if isinstance(interface, ManagedInterface):
            item["Attachment"] = {
                "AttachmentId": interface.attachment_id,
                "DeleteOnTermination": False,
                "DeviceIndex": 1,
                "InstanceOwnerId": interface.owner,
                "Status": "attached",
            }
            if interface.public:
                # Of the addresses for documentation (RFC 5737).
                number = crc32(interface.id.encode()) % 254 + 1
                item["Association"] = {
                    "PublicIp": f"203.0.113.{number}",
                    "IpOwnerId": interface.owner,
                }
    return result


@on("ec2", "DeleteNetworkInterface")
def delete_network_interface(call: Call) -> Params:
    eni_id = call.params["NetworkInterfaceId"]
    if isinstance(backend(call.context).enis.get(eni_id), ManagedInterface):
        raise AwsError(
            "InvalidParameterValue", f"Network interface '{eni_id}' is currently in use."
        )
    return call.moto()


@lists
def objects(context: Context) -> list[Params]:
    """Beside what a fresh account has: default VPC, its subnets and routes, default groups."""
    settle(context)
    ec2 = backend(context)
    found: list[Params] = []

    def add(kind: str, item: Any, name: str = "") -> None:
        tags = {tag["key"]: tag["value"] for tag in item.get_tags()}
        found.append(
            {
                "kind": f"ec2:{kind}",
                "id": item.id,
                "name": name or tags.get("Name", ""),
                "tags": tags,
            }
        )

    for vpc in ec2.vpcs.values():
        if str(vpc.is_default).lower() != "true":
            add("vpc", vpc)
    for groups in ec2.groups.values():
        for group in groups.values():
            if group.name != "default":
                add("security-group", group, group.name)
    for by_zone in ec2.subnets.values():
        for subnet in by_zone.values():
            if str(subnet.default_for_az).lower() != "true":
                add("subnet", subnet)
    for interface in ec2.enis.values():
        add("network-interface", interface, interface.description)
    for endpoint in ec2.vpc_end_points.values():
        if endpoint.state != "deleted":
            add("vpc-endpoint", endpoint)
    for gateway in ec2.internet_gateways.values():
        add("internet-gateway", gateway)
    for gateway in ec2.egress_only_internet_gateways.values():
        add("egress-only-internet-gateway", gateway)
    for table in ec2.route_tables.values():
        if table.main_association_id is None:
            add("route-table", table)
    for address in ec2.addresses:
        tags = {tag["key"]: tag["value"] for tag in address.get_tags()}
        allocation, name = address.allocation_id, tags.get("Name", "")
        found.append({"kind": "ec2:elastic-ip", "id": allocation, "name": name, "tags": tags})
    for gateway in ec2.nat_gateways.values():
        if gateway.state not in ("deleted", "failed"):
            add("nat-gateway", gateway)
    return found
