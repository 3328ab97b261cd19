"""The role that a service makes itself at its first use."""

from __future__ import annotations

from ...context import Context
from ...rules import linked_roles
from ..ask import Ask


def linked_role(context: Context, service: str) -> list[Ask]:
    """IAM is asked only if the role is missing (IAM user guide, "Service-linked role permissions")."""
    if linked_roles.is_there(context, service):
        return []
    name = linked_roles.LINKED_ROLES[service]
    role = f"arn:aws:iam::{context.account}:role/aws-service-role/{service}/{name}"
    return [Ask("iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": service})]
