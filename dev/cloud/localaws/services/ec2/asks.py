"""EC2: which resources a call is about (Service Authorization Reference, "Actions, resources, and condition keys for
Amazon EC2"). Networks, security groups and their rules."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context

# The type of a resource, by the beginning of its id.
_TYPES = {
    "sg": "security-group",
    "sgr": "security-group-rule",
    "vpc": "vpc",
    "subnet": "subnet",
    "igw": "internet-gateway",
    "eigw": "egress-only-internet-gateway",
    "rtb": "route-table",
    "nat": "natgateway",
    "eipalloc": "elastic-ip",
}
# What each call that creates part of a network makes, and by which parameters it names what it needs.
_CREATES = {
    "CreateVpc": ("vpc", ()),
    "CreateSubnet": ("subnet", ("VpcId",)),
    "CreateInternetGateway": ("internet-gateway", ()),
    "CreateEgressOnlyInternetGateway": ("egress-only-internet-gateway", ("VpcId",)),
    "CreateRouteTable": ("route-table", ("VpcId",)),
    "AllocateAddress": ("elastic-ip", ()),
    "CreateNatGateway": ("natgateway", ("SubnetId", "AllocationId")),
}
# The parameters by which other calls name what they are about.
_CHANGES = {
    "DeleteVpc": ("VpcId",),
    "ModifyVpcAttribute": ("VpcId",),
    "AssociateVpcCidrBlock": ("VpcId",),
    "DeleteSubnet": ("SubnetId",),
    "AssociateSubnetCidrBlock": ("SubnetId",),
    "DeleteInternetGateway": ("InternetGatewayId",),
    "AttachInternetGateway": ("InternetGatewayId", "VpcId"),
    "DetachInternetGateway": ("InternetGatewayId", "VpcId"),
    "DeleteEgressOnlyInternetGateway": ("EgressOnlyInternetGatewayId",),
    "DeleteRouteTable": ("RouteTableId",),
    "CreateRoute": ("RouteTableId",),
    "ReplaceRoute": ("RouteTableId",),
    "DeleteRoute": ("RouteTableId",),
    "AssociateRouteTable": ("RouteTableId", "SubnetId"),
    "ReleaseAddress": ("AllocationId",),
    "DeleteNatGateway": ("NatGatewayId",),
}
# What calls are about that name an association only.
_ASSOCIATIONS = {
    "DisassociateVpcCidrBlock": ("vpc/*",),
    "DisassociateSubnetCidrBlock": ("subnet/*",),
    "ReplaceRouteTableAssociation": ("route-table/*", "subnet/*"),
}


@asks("ec2")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ec2:{operation}"
    if operation.startswith("Describe"):
        return [Ask(action)]
    if operation in ("CreateTags", "DeleteTags"):
        resources = [_resource(context, it) for it in params["Resources"]]
        return None if None in resources else [Ask(action, str(it)) for it in resources]
    network = _of_network(operation, params, context)
    if network is not None:
        return network
    group = arn(context, "ec2", f"security-group/{params.get('GroupId', '*')}")
    rules = arn(context, "ec2", "security-group-rule/*")
    tagged = bool(params.get("TagSpecifications"))
    if operation == "CreateSecurityGroup":
        found = [Ask(action, group)]
        if "VpcId" in params:
            found.append(Ask(action, arn(context, "ec2", f"vpc/{params['VpcId']}")))
        return found + ([_tags(operation, group)] if tagged else [])
    if operation in ("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"):
        # EC2 user guide, "Grant permission to tag on create": the rule is a resource of its own.
        return [Ask(action, group)] + (
            [Ask(action, rules), _tags(operation, rules)] if tagged else []
        )
    if operation == "ModifySecurityGroupRules":
        ids = [it["SecurityGroupRuleId"] for it in params["SecurityGroupRules"]]
        of_rules = [arn(context, "ec2", f"security-group-rule/{it}") for it in ids]
        return [Ask(action, group), *(Ask(action, it) for it in of_rules)]
    if operation in (
        "DeleteSecurityGroup",
        "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
    ):
        return [Ask(action, group)]
    return None


def _of_network(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ec2:{operation}"
    if operation in _CREATES:
        kind, named = _CREATES[operation]
        made = arn(context, "ec2", f"{kind}/*")
        needed = [Ask(action, str(_resource(context, params[it]))) for it in named]
        tags = [_tags(operation, made)] if params.get("TagSpecifications") else []
        return [Ask(action, made), *needed, *tags]
    if operation in _CHANGES:
        return [Ask(action, str(_resource(context, params[it]))) for it in _CHANGES[operation]]
    if operation in _ASSOCIATIONS:
        return [Ask(action, arn(context, "ec2", it)) for it in _ASSOCIATIONS[operation]]
    return None


def _tags(operation: str, resource: str) -> Ask:
    """Tags that come with a create (EC2 user guide, "Grant permission to tag on create")."""
    return Ask("ec2:CreateTags", resource, {"ec2:CreateAction": operation})


def _resource(context: Context, identifier: str) -> str | None:
    kind = _TYPES.get(identifier.split("-", maxsplit=1)[0])
    return arn(context, "ec2", f"{kind}/{identifier}") if kind else None
