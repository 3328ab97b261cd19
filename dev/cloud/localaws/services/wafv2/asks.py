"""AWS WAF: an association asks about the web ACL and about the load balancer (Service Authorization Reference, AWS WAF V2;
developer guide, "Actions that require permissions for resources": the load balancer's own action too; aws-more.md 3.2:
GetWebACL of the web ACL)."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, asks
from localaws.context import Context

_OF_BALANCER = "elasticloadbalancing:SetWebAcl"


@asks("wafv2")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"wafv2:{operation}"
    if operation == "AssociateWebACL":
        acl, resource = params["WebACLArn"], params["ResourceArn"]
        return [
            Ask(action, acl),
            Ask("wafv2:GetWebACL", acl),
            Ask(action, resource),
            Ask(_OF_BALANCER, resource),
        ]
    if operation == "DisassociateWebACL":
        resource = params["ResourceArn"]
        return [Ask(action, resource), Ask(_OF_BALANCER, resource)]
    if operation == "GetWebACLForResource":
        return [Ask(action, params["ResourceArn"])]
    return None
