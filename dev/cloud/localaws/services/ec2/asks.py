"""EC2: networks are looked at, security groups and their rules are changed."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context

# The type of a resource, by the beginning of its id.
_TYPES = {"sg": "security-group", "sgr": "security-group-rule"}


@asks("ec2")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ec2:{operation}"
    if operation.startswith("Describe"):
        return [Ask(action)]
    if operation in ("CreateTags", "DeleteTags"):
        resources = [_resource(context, it) for it in params["Resources"]]
        return None if None in resources else [Ask(action, str(it)) for it in resources]
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


def _tags(operation: str, resource: str) -> Ask:
    """Tags that come with a create (EC2 user guide, "Grant permission to tag on create")."""
    return Ask("ec2:CreateTags", resource, {"ec2:CreateAction": operation})


def _resource(context: Context, identifier: str) -> str | None:
    kind = _TYPES.get(identifier.split("-", maxsplit=1)[0])
    return arn(context, "ec2", f"{kind}/{identifier}") if kind else None
