"""Elastic Load Balancing."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context
from localaws.services.iam.linked_roles import linked_role_asks

from .authenticating import pools_in

_ELB = "elasticloadbalancing"
_KINDS = {"application": "app", "network": "net", "gateway": "gwy"}
_FIRST = "elasticloadbalancing.amazonaws.com"

# What the service looks at as the caller, in every account: ELB user guide, "API permissions". The guide does not
# list GetSecurityGroupsForVpc, but the service has asked for it since October 2024, with these words and without a
# resource: kubernetes-sigs/aws-load-balancer-controller#3917, automat-it/terraform-aws-eks-auxiliary#54. (In some
# accounts the service-linked role steps in; a policy must do without that.)
_GROUPS = "GetSecurityGroupsForVpc"
_LOOKS = {
    "CreateLoadBalancer": (
        "DescribeAccountAttributes",
        "DescribeAddresses",
        "DescribeInternetGateways",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
    ),
    "CreateTargetGroup": ("DescribeInternetGateways", "DescribeVpcs"),
    "SetIpAddressType": ("DescribeSubnets",),
    "SetSecurityGroups": (_GROUPS,),
    "SetSubnets": ("DescribeSubnets",),
}

# The parameter that names what is changed.
_NAMED_BY = {
    "AddListenerCertificates": "ListenerArn",
    "CreateListener": "LoadBalancerArn",
    "CreateRule": "ListenerArn",
    "DeleteListener": "ListenerArn",
    "DeleteLoadBalancer": "LoadBalancerArn",
    "DeleteRule": "RuleArn",
    "DeleteTargetGroup": "TargetGroupArn",
    "ModifyCapacityReservation": "LoadBalancerArn",
    "ModifyListener": "ListenerArn",
    "ModifyListenerAttributes": "ListenerArn",
    "ModifyLoadBalancerAttributes": "LoadBalancerArn",
    "ModifyRule": "RuleArn",
    "ModifyTargetGroup": "TargetGroupArn",
    "ModifyTargetGroupAttributes": "TargetGroupArn",
    "RemoveListenerCertificates": "ListenerArn",
    "SetIpAddressType": "LoadBalancerArn",
    "SetSecurityGroups": "LoadBalancerArn",
    "SetSubnets": "LoadBalancerArn",
}


@asks("elbv2")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"{_ELB}:{operation}"
    if operation.startswith("Describe"):
        return [Ask(action)]
    if operation in ("AddTags", "RemoveTags"):
        return [Ask(action, it) for it in params["ResourceArns"]]
    if operation == "SetRulePriorities":
        # Service Authorization Reference, ELB V2: the rules are what is allowed, not their listener.
        return [Ask(action, it["RuleArn"]) for it in params["RulePriorities"]]
    # User guide, "Prepare to use Amazon Cognito".
    pools = [Ask("cognito-idp:DescribeUserPoolClient", it) for it in pools_in(params)]
    looks = [Ask(f"ec2:{look}") for look in _LOOKS.get(operation, ())]
    if operation == "CreateLoadBalancer":
        kind = _KINDS[params.get("Type", "application")]
        balancer = arn(context, _ELB, f"loadbalancer/{kind}/{params['Name']}/*")
        if params.get("SecurityGroups"):
            looks.append(Ask(f"ec2:{_GROUPS}"))
        role = linked_role_asks(context, _FIRST)
        return [Ask(action, balancer), *_tags(operation, params, balancer), *looks, *role]
    if operation == "CreateTargetGroup":
        # ELB user guide, service-linked role: made with the first balancer or target group.
        group = arn(context, _ELB, f"targetgroup/{params['Name']}/*")
        role = linked_role_asks(context, _FIRST)
        return [Ask(action, group), *_tags(operation, params, group), *looks, *role]
    if operation not in _NAMED_BY:
        return None
    named = params[_NAMED_BY[operation]]
    made = {"CreateListener": ":listener/", "CreateRule": ":listener-rule/"}.get(operation)
    if made is None:
        return [Ask(action, named), *looks, *pools]
    below = named.replace(":loadbalancer/", made).replace(":listener/", made) + "/*"
    return [Ask(action, named), *_tags(operation, params, below), *pools]


def _tags(operation: str, params: dict[str, Any], resource: str) -> list[Ask]:
    """ELB user guide, "API permissions to tag resources during creation"."""
    if not params.get("Tags"):
        return []
    return [Ask(f"{_ELB}:AddTags", resource, {f"{_ELB}:CreateAction": operation})]
