"""EC2: internet gateways and egress-only internet gateways.

moto detaches a gateway that is needed, and filters by few things. Sources: EC2 API reference ("Error codes",
DetachInternetGateway), VPC user guide (quotas), Terraform's ec2/vpc_internet_gateway.go; the texts are from public
transcripts of these refusals.
"""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from .networks import backend, public_addresses
from .vpcs import VPCS_PER_REGION, vpc_of


def gateway_of(context: Context, gateway_id: str) -> Any:
    gateway = backend(context).internet_gateways.get(gateway_id)
    if gateway is None:
        raise AwsError(
            "InvalidInternetGatewayID.NotFound",
            f"The internetGateway ID '{gateway_id}' does not exist",
        )
    return gateway


@on("ec2", "CreateInternetGateway")
def create_internet_gateway(call: Call) -> Params:
    """As many as VPCs, and the default VPC's, which moto leaves out, counts."""
    if len(backend(call.context).internet_gateways) >= VPCS_PER_REGION - 1:
        raise AwsError(
            "InternetGatewayLimitExceeded",
            "The maximum number of internet gateways has been reached.",
        )
    return call.moto()


@on("ec2", "AttachInternetGateway")
def attach_internet_gateway(call: Call) -> Params:
    context = call.context
    gateway = gateway_of(context, call.params["InternetGatewayId"])
    vpc = vpc_of(context, call.params["VpcId"])
    if gateway.vpc is not None:
        raise AwsError(
            "Resource.AlreadyAssociated",
            f"resource {gateway.id} is already attached to network {gateway.vpc.id}",
        )
    if any(it.vpc is vpc for it in backend(context).internet_gateways.values()):
        raise AwsError(
            "InvalidParameterValue",
            f"Network {vpc.id} already has an internet gateway attached",
        )
    return call.moto()


@on("ec2", "DetachInternetGateway")
def detach_internet_gateway(call: Call) -> Params:
    """Refused while anything in the VPC has a public address."""
    context = call.context
    gateway = gateway_of(context, call.params["InternetGatewayId"])
    vpc = vpc_of(context, call.params["VpcId"])
    if gateway.vpc is not vpc:
        raise AwsError(
            "Gateway.NotAttached", f"resource {gateway.id} is not attached to network {vpc.id}"
        )
    if public_addresses(context, vpc.id):
        raise AwsError(
            "DependencyViolation",
            f"Network {vpc.id} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway.",
        )
    return call.moto()


@on("ec2", "DeleteInternetGateway")
def delete_internet_gateway(call: Call) -> Params:
    gateway = gateway_of(call.context, call.params["InternetGatewayId"])
    if gateway.vpc is not None:
        raise AwsError(
            "DependencyViolation",
            f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted.",
        )
    return call.moto()


@on("ec2", "CreateEgressOnlyInternetGateway")
def create_egress_only_internet_gateway(call: Call) -> Params:
    context = call.context
    vpc = vpc_of(context, call.params["VpcId"])
    gateways = backend(context).egress_only_internet_gateways.values()
    if any(it.vpc_id == vpc.id for it in gateways):
        raise AwsError(
            "InvalidParameterValue",
            f"Network {vpc.id} already has an egress-only internet gateway attached",
        )
    if len(gateways) >= VPCS_PER_REGION:
        raise AwsError(
            "EgressOnlyInternetGatewayLimitExceeded",
            "The maximum number of egress-only internet gateways has been reached.",
        )
    return call.moto()


@on("ec2", "DeleteEgressOnlyInternetGateway")
def delete_egress_only_internet_gateway(call: Call) -> Params:
    """Routes to it become black holes."""
    gateway_id = call.params["EgressOnlyInternetGatewayId"]
    if gateway_id not in backend(call.context).egress_only_internet_gateways:
        raise AwsError(
            "InvalidGatewayID.NotFound",
            f"The egress only internet gateway ID '{gateway_id}' does not exist",
        )
    return call.moto()
