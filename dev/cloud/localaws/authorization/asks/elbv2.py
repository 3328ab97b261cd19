"""Elastic Load Balancing."""

from __future__ import annotations

from typing import Any

from ...context import Context
from ..ask import Ask, arn
from .linked_role import linked_role

_ELB = "elasticloadbalancing"
_KINDS = {"application": "app", "network": "net", "gateway": "gwy"}
_FIRST = "elasticloadbalancing.amazonaws.com"

# The parameter that names what is changed.
_NAMED_BY = {
    "CreateListener": "LoadBalancerArn",
    "CreateRule": "ListenerArn",
    "DeleteListener": "ListenerArn",
    "DeleteLoadBalancer": "LoadBalancerArn",
    "DeleteRule": "RuleArn",
    "DeleteTargetGroup": "TargetGroupArn",
    "ModifyListener": "ListenerArn",
    "ModifyListenerAttributes": "ListenerArn",
    "ModifyLoadBalancerAttributes": "LoadBalancerArn",
    "ModifyRule": "RuleArn",
    "ModifyTargetGroup": "TargetGroupArn",
    "ModifyTargetGroupAttributes": "TargetGroupArn",
    "SetIpAddressType": "LoadBalancerArn",
    "SetSecurityGroups": "LoadBalancerArn",
    "SetSubnets": "LoadBalancerArn",
}


def asks(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"{_ELB}:{operation}"
    if operation.startswith("Describe"):
        return [Ask(action)]
    if operation in ("AddTags", "RemoveTags"):
        return [Ask(action, it) for it in params["ResourceArns"]]
    if operation == "CreateLoadBalancer":
        kind = _KINDS[params.get("Type", "application")]
        balancer = arn(context, _ELB, f"loadbalancer/{kind}/{params['Name']}/*")
        return [Ask(action, balancer), *_tags(operation, params, balancer), *_first(context)]
    if operation == "CreateTargetGroup":
        # ELB user guide, service-linked role: made with the first balancer or target group.
        group = arn(context, _ELB, f"targetgroup/{params['Name']}/*")
        return [Ask(action, group), *_tags(operation, params, group), *_first(context)]
    if operation not in _NAMED_BY:
        return None
    named = params[_NAMED_BY[operation]]
    made = {"CreateListener": ":listener/", "CreateRule": ":listener-rule/"}.get(operation)
    if made is None:
        return [Ask(action, named)]
    below = named.replace(":loadbalancer/", made).replace(":listener/", made) + "/*"
    return [Ask(action, named), *_tags(operation, params, below)]


def _tags(operation: str, params: dict[str, Any], resource: str) -> list[Ask]:
    """ELB user guide, "API permissions to tag resources during creation"."""
    if not params.get("Tags"):
        return []
    return [Ask(f"{_ELB}:AddTags", resource, {f"{_ELB}:CreateAction": operation})]


def _first(context: Context) -> list[Ask]:
    """In an account that never used it, the service looks around as the caller before it makes its
    role (kubernetes/cloud-provider-aws#59, kubernetes-sigs/aws-load-balancer-controller#748)."""
    role = linked_role(context, _FIRST)
    looks = [Ask("ec2:DescribeAccountAttributes"), Ask("ec2:DescribeInternetGateways")]
    return looks + role if role else []
