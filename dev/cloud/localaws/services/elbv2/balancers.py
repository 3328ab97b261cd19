"""Load balancers: creation, adoption, subnets, states and their network interfaces."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on, settles
from localaws.services.ec2 import networks
from localaws.services.iam import linked_roles
from localaws.state import Table

from .attributes import BALANCER, fill_in
from .lookups import backend, balancer, invalid, misconfigured
from .names import check_name

# load balancer ARN -> AWS time of its creation
_created: Table[str, float] = Table()
# load balancer ARN -> subnet -> network interface
_interfaces: Table[str, dict[str, str]] = Table()

BALANCERS_PER_REGION = 50  # the default quota; AWS raises it for who asks
# "quota" -> what AWS has raised it to
_raised: Table[str, int] = Table()


def created(arn: str) -> float | None:
    """When a load balancer was created."""
    return _created.get(arn)


def quota() -> int:
    """How many load balancers the account may have in a region."""
    return _raised.get("quota", BALANCERS_PER_REGION)


def set_quota(wanted: int) -> None:
    """Control: an account that has asked for more, or that has less."""
    _raised["quota"] = wanted


@settles("elbv2")
def settle(context: Context) -> None:
    """`provisioning` until its time is over (Terraform: usually two to three minutes)."""
    for found in backend(context).load_balancers.values():
        settle_one(context, found)


def settle_one(context: Context, found: Any) -> None:
    since = _created.get(found.arn)
    over = since is None or context.clock.elapsed(since, "balancer_provisioning")
    found.state = "active" if over else "provisioning"


@on("elbv2", "CreateLoadBalancer")
def create_load_balancer(call: Call) -> Params:
    params, context = call.params, call.context
    name = params["Name"]
    check_name("Load balancer", name)
    kind = params.setdefault("Type", "application")
    params.setdefault("Scheme", "internet-facing")
    params.setdefault("IpAddressType", "ipv4")
    subnets = _subnets(call, kind)
    addresses = params["IpAddressType"]
    _check_addresses(addresses, params["Scheme"])
    _check_ipv6(addresses, subnets)
    groups = _security_groups(context, params.get("SecurityGroups", []), subnets[0].vpc_id)
    if kind == "application" and not groups:
        groups = [networks.backend(context).get_default_security_group(subnets[0].vpc_id).id]
        params["SecurityGroups"] = groups
    for existing in backend(context).load_balancers.values():
        if existing.name == name:
            return _adopt(call, existing, subnets, groups)
    if len(backend(context).load_balancers) >= quota():
        raise AwsError(
            "TooManyLoadBalancers", "The maximum number of load balancers has been reached"
        )
    _check_internet(context, params["Scheme"], subnets[0].vpc_id)
    params["IpAddressType"] = _known_to_moto(addresses)
    result = call.moto()
    linked_roles.ensure_service_linked_role(context, "elasticloadbalancing.amazonaws.com")
    made = backend(context).load_balancers[result["LoadBalancers"][0]["LoadBalancerArn"]]
    made.ip_address_type = addresses
    # AWS: <name>-<number>.<region>.elb.amazonaws.com, `internal-` in front of an internal one
    prefix = "internal-" if made.scheme == "internal" else ""
    number = crc32(made.arn.encode())
    made.dns_name = f"{prefix}{name}-{number}.{context.region}.elb.amazonaws.com"
    if made.type == "application":
        # all of them are there from the beginning; moto says that the last is false, and it is fixed to true
        made.attrs = fill_in({**made.attrs, "load_balancing.cross_zone.enabled": "true"}, BALANCER)
    _created[made.arn] = context.clock.now()
    _attach(context, made)
    result["LoadBalancers"][0].update(
        {
            "DNSName": made.dns_name,
            "IpAddressType": addresses,
            "State": {"Code": "provisioning"},
            "SecurityGroups": groups,
        }
    )
    return result


def _adopt(call: Call, existing: Any, subnets: list[Any], groups: list[str]) -> Params:
    """The same settings: success with the existing one. Tags are not among the settings that
    botocore's text names, so a foreign balancer is handed out as if it were new (aws.md 1.3)."""
    params = call.params
    same = (
        existing.scheme == params["Scheme"]
        and existing.type == params["Type"]
        and existing.ip_address_type == params["IpAddressType"]
        and {subnet.id for subnet in existing.subnets} == {subnet.id for subnet in subnets}
        and set(existing.security_groups) == set(groups)
    )
    if not same:
        raise AwsError(
            "DuplicateLoadBalancerName",
            f"A load balancer with the same name '{existing.name}' exists, but with different settings",
        )
    return call.moto("DescribeLoadBalancers", {"LoadBalancerArns": [existing.arn]})


def _subnets(call: Call, kind: str) -> list[Any]:
    """At least two subnets, one per zone, all in one VPC, each with room (aws.md 7.1)."""
    params, context = call.params, call.context
    mappings = params.get("SubnetMappings", [])
    if params.get("Subnets") and mappings:
        raise invalid("You must specify either subnets or subnet mappings, but not both")
    ids = params.get("Subnets") or [mapping.get("SubnetId", "") for mapping in mappings]
    found = []
    for subnet_id in ids:
        try:
            found.append(networks.subnet_of(context, subnet_id))
        except AwsError:
            raise AwsError(
                "SubnetNotFound", f"The subnet ID '{subnet_id}' does not exist"
            ) from None
    if len({subnet.id for subnet in found}) < (2 if kind == "application" else 1):
        raise invalid("At least two subnets in two different Availability Zones must be specified")
    vpcs = {subnet.vpc_id for subnet in found}
    if len(vpcs) > 1:
        raise misconfigured(f"All subnets must belong to the same VPC: '{found[0].vpc_id}'")
    zones = [subnet.availability_zone for subnet in found]
    if len(set(zones)) < len(zones):
        raise misconfigured(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        )
    for subnet in found:
        if subnet.available_ip_address_count < 8:
            raise AwsError(
                "InvalidSubnet",
                f"Not enough IP space available in {subnet.id}. ELB requires at least 8 free IP "
                "addresses in each subnet.",
            )
    return found


def _check_ipv6(address_type: str, subnets: list[Any]) -> None:
    """In these words, for a new balancer and for one that changes
    (kubernetes-sigs/aws-load-balancer-controller#4852)."""
    if address_type != "ipv4" and not all(map(_has_ipv6, subnets)):
        raise invalid("You must specify subnets with an associated IPv6 CIDR block.")


def _has_ipv6(subnet: Any) -> bool:
    blocks = subnet.ipv6_cidr_block_associations.values()
    return any(block["ipv6CidrBlockState"]["State"] == "associated" for block in blocks)


def _security_groups(context: Context, ids: list[str], vpc_id: str) -> list[str]:
    if len(ids) > 5:
        raise misconfigured("A load balancer can have at most 5 security groups")
    for group_id in ids:
        group = networks.backend(context).get_security_group_from_id(group_id)
        if group is None:
            raise AwsError(
                "InvalidSecurityGroup", f"The security group '{group_id}' does not exist"
            )
        if group.vpc_id != vpc_id:
            raise misconfigured("One or more security groups are invalid")
    return ids


def _check_internet(context: Context, scheme: str, vpc_id: str) -> None:
    """A VPC without an internet gateway is refused; the subnets' routes are not looked at.

    moto's default VPC has no gateway object, though every default VPC of AWS has one.
    """
    network = networks.backend(context)
    if scheme != "internet-facing" or vpc_id == network.default_vpc.id:
        return
    if not any(
        gateway.vpc and gateway.vpc.id == vpc_id for gateway in network.internet_gateways.values()
    ):
        raise AwsError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


def _attach(context: Context, made: Any) -> None:
    """One interface per subnet, for as long as the balancer lives there."""
    kind = {"application": "app", "network": "net"}.get(made.type, "gwy")
    description = f"ELB {kind}/{made.name}/{made.arn.rsplit('/', 1)[1]}"
    present = _interfaces.setdefault(made.arn, {})
    wanted = {subnet.id for subnet in made.subnets}
    for subnet_id in list(present):
        if subnet_id not in wanted:
            networks.release_interface(context, present.pop(subnet_id))
    for subnet_id in sorted(wanted - set(present)):
        present[subnet_id], _ = networks.claim_interface(
            context,
            subnet_id,
            made.security_groups,
            description,
            "amazon-elb",
            public=made.scheme == "internet-facing",
        )


@on("elbv2", "SetSubnets")
def set_subnets(call: Call) -> Params:
    found = balancer(call.context, call.params["LoadBalancerArn"])
    subnets = _subnets(call, found.type)
    if subnets[0].vpc_id != found.vpc_id:
        raise misconfigured(f"All subnets must belong to the same VPC: '{found.vpc_id}'")
    address_type = call.params.get("IpAddressType", found.ip_address_type)
    _check_ipv6(address_type, subnets)
    result = call.moto()
    found.ip_address_type = address_type
    _attach(call.context, found)
    return result


@on("elbv2", "SetSecurityGroups")
def set_security_groups(call: Call) -> Params:
    found = balancer(call.context, call.params["LoadBalancerArn"])
    groups = _security_groups(call.context, call.params["SecurityGroups"], found.vpc_id)
    result = call.moto()
    for eni_id in _interfaces.get(found.arn, {}).values():
        networks.set_interface_groups(call.context, eni_id, groups)
    return result


@on("elbv2", "SetIpAddressType")
def set_ip_address_type(call: Call) -> Params:
    found = balancer(call.context, call.params["LoadBalancerArn"])
    addresses = call.params["IpAddressType"]
    _check_addresses(addresses, found.scheme)
    _check_ipv6(addresses, found.subnets)
    call.params["IpAddressType"] = _known_to_moto(addresses)
    call.moto()
    found.ip_address_type = addresses
    return {"IpAddressType": addresses}


WITHOUT_IPV4 = "dualstack-without-public-ipv4"


def _check_addresses(addresses: str, scheme: str) -> None:
    if addresses not in ("ipv4", "dualstack", WITHOUT_IPV4):
        raise invalid(
            f"IP address type '{addresses}' must be one of [ipv4, dualstack, {WITHOUT_IPV4}]"
        )
    if addresses == WITHOUT_IPV4 and scheme == "internal":
        raise invalid(f"Internal load balancers cannot use {WITHOUT_IPV4}")


def _known_to_moto(addresses: str) -> str:
    return "dualstack" if addresses == WITHOUT_IPV4 else addresses


@on("elbv2", "DescribeLoadBalancers")
def describe_load_balancers(call: Call) -> Params:
    """One missing name or ARN fails the whole call."""
    arns, names = call.params.get("LoadBalancerArns", []), call.params.get("Names", [])
    if arns and names:
        raise invalid("Load balancer names and ARNs cannot be specified at the same time")
    if len(arns) > 20:
        raise invalid(f"Up to '20' load balancer ARNs can be specified, but '{len(arns)}' were")
    for arn in arns:
        balancer(call.context, arn)
    present = {found.name for found in backend(call.context).load_balancers.values()}
    missing = [name for name in names if name not in present]
    if missing:
        raise AwsError("LoadBalancerNotFound", f"Load balancers '[{', '.join(missing)}]' not found")
    result = call.moto()
    for item in result["LoadBalancers"]:
        found = backend(call.context).load_balancers[item["LoadBalancerArn"]]
        since = _created.get(found.arn)
        over = since is None or call.context.clock.elapsed(since, "balancer_provisioning")
        # moto's answer makes every balancer active
        found.state = "active" if over else "provisioning"
        item["State"] = {"Code": found.state}
    return result


@on("elbv2", "DeleteLoadBalancer")
def delete_load_balancer(call: Call) -> Params:
    """Listeners go too; the interfaces stay for a while; a missing balancer is a success."""
    arn = call.params["LoadBalancerArn"]
    try:
        found = balancer(call.context, arn)
    except AwsError as error:
        if error.code == "LoadBalancerNotFound":
            return {}
        raise
    if str(found.attrs.get("deletion_protection.enabled")).lower() == "true":
        raise AwsError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    call.moto()
    _created.pop(arn, None)
    for eni_id in _interfaces.pop(arn, {}).values():
        networks.release_interface(call.context, eni_id)
    return {}
