"""EC2: elastic IP addresses and NAT gateways, which take their time.

moto's gateway is available at once and for ever holds interface and address; it is found by no tag. Sources: VPC user
guide ("NAT gateways", "Troubleshoot NAT gateways", quotas), EC2 API reference ("Error codes", CreateNatGateway,
ReleaseAddress), Terraform's ec2/vpc_nat_gateway.go and ec2_eip.go.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import add_tag_specification, random_nat_gateway_id

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on, settles
from localaws.state import Table

from .networks import backend, claim_interface, drop_interface, subnet_of

ADDRESSES_PER_REGION = 5
GATEWAYS_PER_ZONE = 5

# (region, gateway) -> AWS time at which it began to come, or to go
_since: Table[tuple[str, str], float] = Table()
# (region, client token) -> gateway
_tokens: Table[tuple[str, str], str] = Table()


class Nat(NatGateway):
    """A gateway whose interface and address are as AWS has them."""

    def __init__(self, ec2: Any, subnet: Any, tags: dict[str, str]) -> None:
        self.id = random_nat_gateway_id()
        self.ec2_backend = ec2
        self.subnet_id, self.vpc_id = subnet.id, subnet.vpc_id
        self.connectivity_type = "public"
        self.state = "pending"
        self.address_set: list[dict[str, Any]] = []
        self.failure: tuple[str, str] | None = None
        self._created_at = utcnow()
        self.add_tags(tags)

    @property
    def interface_id(self) -> str:
        return str(self.address_set[0]["networkInterfaceId"])


def address_of(context: Context, allocation_id: str) -> Any:
    for address in backend(context).addresses:
        if address.allocation_id == allocation_id:
            return address
    raise AwsError(
        "InvalidAllocationID.NotFound", f"The allocation ID '{allocation_id}' does not exist"
    )


@on("ec2", "AllocateAddress")
def allocate_address(call: Call) -> Params:
    if len(backend(call.context).addresses) >= ADDRESSES_PER_REGION:
        raise AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    return call.moto()


@on("ec2", "ReleaseAddress")
def release_address(call: Call) -> Params:
    """moto releases one in use."""
    address = address_of(call.context, call.params.get("AllocationId", ""))
    if address.association_id:
        raise AwsError("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")
    return call.moto()


@on("ec2", "CreateNatGateway")
def create_nat_gateway(call: Call) -> Params:
    params, context = call.params, call.context
    ec2 = backend(context)
    token = (context.region, params.get("ClientToken", ""))
    if token[1] and token in _tokens:
        return {"NatGateway": _told(ec2.nat_gateways[_tokens[token]]), "ClientToken": token[1]}
    subnet = subnet_of(context, params.get("SubnetId", ""))
    if params.get("ConnectivityType", "public") != "public" or not params.get("AllocationId"):
        raise AwsError("MissingParameter", "The request must include the AllocationId parameter.")
    address = address_of(context, params["AllocationId"])
    if address.association_id:
        raise AwsError(
            "Resource.AlreadyAssociated",
            f"Elastic IP address [{address.allocation_id}] is already associated",
        )
    zone = subnet.availability_zone
    theirs = [it for it in ec2.nat_gateways.values() if it.state in ("pending", "available")]
    theirs = [it for it in theirs if subnet_of(context, it.subnet_id).availability_zone == zone]
    if len(theirs) >= GATEWAYS_PER_ZONE:
        raise AwsError(
            "NatGatewayLimitExceeded",
            f"Performing this operation would exceed the limit of {GATEWAYS_PER_ZONE} NAT gateways",
        )
    made = Nat(ec2, subnet, add_tag_specification(params.get("TagSpecifications", [])))
    eni, private_ip = claim_interface(
        context, subnet.id, [], f"Interface for NAT Gateway {made.id}", "amazon-aws", public=True
    )
    ec2.associate_address(eni=ec2.enis[eni], allocation_id=address.allocation_id)
    made.address_set.append(
        {
            "allocationId": address.allocation_id,
            "associationId": address.association_id,
            "networkInterfaceId": eni,
            "privateIp": private_ip,
            "publicIp": address.public_ip,
        }
    )
    ec2.nat_gateways[made.id] = made
    _since[(context.region, made.id)] = context.clock.now()
    if token[1]:
        _tokens[token] = made.id
    return {"NatGateway": _told(made), "ClientToken": token[1]}


@settles("ec2")
def settle(context: Context) -> None:
    """A gateway comes, or fails for want of an internet gateway, and goes."""
    for gateway in backend(context).nat_gateways.values():
        since = _since.get((context.region, gateway.id), 0.0)
        if gateway.state == "pending" and context.clock.elapsed(since, "nat_gateway_creation"):
            _come(context, gateway)
        if gateway.state == "deleting" and context.clock.elapsed(since, "nat_gateway_deletion"):
            gateway.state = "deleted"
            _let_go(context, gateway)


def _come(context: Context, gateway: Any) -> None:
    gateways = backend(context).internet_gateways.values()
    is_default = gateway.vpc_id == backend(context).default_vpc.id
    if is_default or any(it.vpc and it.vpc.id == gateway.vpc_id for it in gateways):
        gateway.state = "available"
        return
    gateway.state = "failed"
    gateway.failure = (
        "Gateway.NotAttached",
        f"Network {gateway.vpc_id} has no Internet gateway attached",
    )
    _let_go(context, gateway)


def _let_go(context: Context, gateway: Any) -> None:
    """Interface and address are free again."""
    for address in backend(context).addresses:
        if address.allocation_id == gateway.address_set[0]["allocationId"]:
            backend(context).disassociate_address(address=address.public_ip)
    drop_interface(context, gateway.interface_id)


@on("ec2", "DeleteNatGateway")
def delete_nat_gateway(call: Call) -> Params:
    context = call.context
    gateway = backend(context).nat_gateways.get(call.params["NatGatewayId"])
    if gateway is None:
        raise _not_found(call.params["NatGatewayId"])
    if gateway.state in ("pending", "available"):
        gateway.state = "deleting"
        _since[(context.region, gateway.id)] = context.clock.now()
    return {"NatGatewayId": gateway.id}


def _not_found(gateway_id: str) -> AwsError:
    return AwsError("NatGatewayNotFound", f"NAT gateway {gateway_id} was not found")


@on("ec2", "DescribeNatGateways")
def describe_nat_gateways(call: Call) -> Params:
    gateways = backend(call.context).nat_gateways
    for gateway_id in call.params.get("NatGatewayIds", []):
        if gateway_id not in gateways:
            raise _not_found(gateway_id)
    wanted = call.params.get("NatGatewayIds") or list(gateways)
    found = [gateways[it] for it in wanted]
    for filter in call.params.get("Filter", []):
        found = [it for it in found if _value(it, filter["Name"]) in filter["Values"]]
    return {"NatGateways": [_told(it) for it in found]}


def _value(gateway: Any, name: str) -> Any:
    tags = {it["key"]: it["value"] for it in gateway.get_tags()}
    if name.startswith("tag:"):
        return tags.get(name.removeprefix("tag:"))
    values = {
        "nat-gateway-id": gateway.id,
        "subnet-id": gateway.subnet_id,
        "vpc-id": gateway.vpc_id,
        "state": gateway.state,
    }
    if name not in values:
        raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return values[name]


def _told(gateway: Any) -> Params:
    told: Params = {
        "NatGatewayId": gateway.id,
        "SubnetId": gateway.subnet_id,
        "VpcId": gateway.vpc_id,
        "State": gateway.state,
        "ConnectivityType": gateway.connectivity_type,
        "CreateTime": gateway._created_at,
        "NatGatewayAddresses": [
            {name[0].upper() + name[1:]: value for name, value in it.items() if value}
            for it in gateway.address_set
        ],
        "Tags": [{"Key": it["key"], "Value": it["value"]} for it in gateway.get_tags()],
    }
    if getattr(gateway, "failure", None):
        told["FailureCode"], told["FailureMessage"] = gateway.failure
    return told
