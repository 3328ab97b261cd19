"""IAM: roles and their policies."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, asks
from localaws.context import Context

from . import identities, linked_roles

_ON_A_ROLE = (
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListRolePolicies",
    "ListRoleTags",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
)


@asks("iam")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"iam:{operation}"
    if operation == "CreateServiceLinkedRole":
        service = params["AWSServiceName"]
        name = linked_roles.LINKED_ROLES.get(service, "AWSServiceRoleFor*")
        role = f"arn:aws:iam::{context.account}:role/aws-service-role/{service}/{name}"
        return [Ask(action, role, {"iam:AWSServiceName": service})]
    if operation not in _ON_A_ROLE:
        return None
    role, boundary = _role(context, params)
    keys = {}
    if "PolicyArn" in params:
        keys["iam:PolicyARN"] = params["PolicyArn"]
    if boundary := params.get("PermissionsBoundary") or boundary:
        keys["iam:PermissionsBoundary"] = boundary
    found = [Ask(action, role, keys)]
    if operation == "CreateRole" and params.get("Tags"):
        # IAM user guide, "Tag IAM roles": tagging while creating needs iam:TagRole too.
        found.append(Ask("iam:TagRole", role))
    return found


def _role(context: Context, params: dict[str, Any]) -> tuple[str, str | None]:
    """The role's ARN, with its path, and its boundary."""
    name = params["RoleName"]
    for role in identities.backend(context.account).roles.values():
        if role.name == name:
            return role.arn, role.permissions_boundary_arn
    return f"arn:aws:iam::{context.account}:role{params.get('Path', '/')}{name}", None
