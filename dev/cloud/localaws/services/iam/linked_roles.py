"""Service-linked roles: missing in a fresh account, made on demand, never to be made twice.

Sources: IAM API reference (CreateServiceLinkedRole), botocore's text of ECS CreateCluster, aws.md 5.8.
"""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask
from localaws.context import ACCOUNT, AwsError, Context
from localaws.rules import Call, Params, on

from .identities import backend, created

LINKED_ROLES = {
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    ),
}


def is_there(context: Context, service: str) -> bool:
    """Whether it was made, be it only now."""
    return _linked_role(context.account, service) is not None


def is_assumable(context: Context, service: str) -> bool:
    """What the ECS model asks before it makes or updates a service: a fresh one cannot be assumed at once, like any
    role."""
    role = _linked_role(context.account, service)
    if role is None:
        return False
    since = created.get(role.arn)
    return since is None or context.clock.elapsed(since, "role_propagation")


def linked_role_asks(context: Context, service: str) -> list[Ask]:
    """IAM is asked only if the role is missing (IAM user guide, "Service-linked role permissions")."""
    if is_there(context, service):
        return []
    name = LINKED_ROLES[service]
    role = f"arn:aws:iam::{context.account}:role/aws-service-role/{service}/{name}"
    return [Ask("iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": service})]


def ensure_service_linked_role(context: Context, service: str) -> None:
    """What ECS, ELB and Auto Scaling do on the first call of an account (aws.md 5.8)."""
    if _linked_role(context.account, service) is None:
        _make_linked_role(context, service)


def service_linked_roles() -> str:
    return "present" if _linked_role(ACCOUNT, "ecs.amazonaws.com") else "absent"


def set_service_linked_roles(context: Context, wanted: str) -> None:
    """Control: an account in which all three are there for long, or none of them."""
    if wanted not in ("present", "absent"):
        raise ValueError("service_linked_roles must be 'present' or 'absent'")
    roles = backend(context.account).roles
    for service in LINKED_ROLES:
        role = _linked_role(context.account, service)
        if wanted == "absent" and role is not None:
            roles.pop(role.id)
        if wanted == "present":
            if role is None:
                _make_linked_role(context, service)
            role = _linked_role(context.account, service)
            created.pop(role.arn, None)


def _linked_role(account: str, service: str) -> Any:
    for role in backend(account).roles.values():
        if role.path == f"/aws-service-role/{service}/":
            return role
    return None


def _make_linked_role(context: Context, service: str) -> None:
    call = Call("iam", "CreateServiceLinkedRole", {"AWSServiceName": service}, context)
    create_service_linked_role(call)


@on("iam", "CreateServiceLinkedRole")
def create_service_linked_role(call: Call) -> Params:
    service = call.params["AWSServiceName"]
    name = LINKED_ROLES.get(service)
    if _linked_role(call.context.account, service) is not None:
        raise AwsError(
            "InvalidInput",
            f"Service role name {name or service} has been taken in this account, "
            "please try a different suffix.",
        )
    result = call.moto()
    role = backend(call.context.account).get_role(result["Role"]["RoleName"])
    if name:
        role.name = name
        result["Role"]["RoleName"] = name
        result["Role"]["Arn"] = role.arn
    result["Role"]["Path"] = role.path
    created[role.arn] = call.context.clock.now()
    return result
