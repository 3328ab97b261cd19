"""IAM: roles that need time, and the limits that moto lacks.

Sources: IAM API reference and "IAM and STS quotas", Terraform's iam/role.go, aws.md 10.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from moto.iam.models import IAMBackend, iam_backends

from localaws.context import AwsError, Context
from localaws.documents import listed, trusted
from localaws.rules import Call, Params, lists, on
from localaws.state import Table

# role ARN -> AWS time of its creation
created: Table[str, float] = Table()

TRUST_POLICY_SIZE = 2048
INLINE_POLICIES_SIZE = 10240
POLICIES_PER_ROLE = 10

_read_policies = IAMBackend._init_aws_policies
_managed: list[Any] = []


def _managed_policies(self: Any) -> list[Any]:
    """AWS's managed policies, read once: moto parses two megabytes per partition and reset."""
    if self.region_name != "aws":
        return []
    if not _managed:
        _managed.extend(_read_policies(self))
    return [copy.copy(policy) for policy in _managed]


IAMBackend._init_aws_policies = _managed_policies


def backend(account: str) -> Any:
    return iam_backends[account]["aws"]


def role_is_assumable(context: Context, role_arn: str, by: str = "ecs-tasks.amazonaws.com") -> bool:
    """False if it is missing, not yet propagated, or does not trust that service."""
    for role in backend(context.account).roles.values():
        if role.arn == role_arn:
            since = created.get(role_arn)
            if since is not None and not context.clock.elapsed(since, "role_propagation"):
                return False
            return by in trusted(role.assume_role_policy_document, "Service")
    return False


@on("iam", "CreateRole")
def create_role(call: Call) -> Params:
    name = call.params["RoleName"]
    for role in backend(call.context.account).roles.values():
        if role.name.lower() == name.lower():  # unique without case
            raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.", 409)
    _check_trust(call.context, call.params["AssumeRolePolicyDocument"])
    _check_boundary(call)
    result = call.moto()
    created[result["Role"]["Arn"]] = call.context.clock.now()
    return result


@on("iam", "UpdateAssumeRolePolicy")
def update_assume_role_policy(call: Call) -> Params:
    _check_trust(call.context, call.params["PolicyDocument"])
    return call.moto()


@on("iam", "PutRolePermissionsBoundary")
def put_role_permissions_boundary(call: Call) -> Params:
    _check_boundary(call)
    return call.moto()


@on("iam", "DeleteRole")
def delete_role(call: Call) -> Params:
    role = _role(call)
    if role.path.startswith("/aws-service-role/"):
        raise AwsError(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{role.name}'",
        )
    if role.managed_policies:
        raise AwsError(
            "DeleteConflict", "Cannot delete entity, must detach all policies first.", 409
        )
    if role.policies:
        raise AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
    for profile in backend(call.context.account).instance_profiles.values():
        if role in profile.roles:
            raise AwsError(
                "DeleteConflict",
                "Cannot delete entity, must remove roles from instance profile first.",
                409,
            )
    return call.moto()


@on("iam", "PutRolePolicy")
def put_role_policy(call: Call) -> Params:
    """An upsert; the inline policies of a role share one limit, counted without white space."""
    role = _role(call)
    document = call.params["PolicyDocument"]
    _check_identity_policy(document)
    others = {
        name: text for name, text in role.policies.items() if name != call.params["PolicyName"]
    }
    size = sum(len("".join(str(text).split())) for text in [*others.values(), document])
    if size > INLINE_POLICIES_SIZE:
        raise AwsError(
            "LimitExceeded",
            f"Maximum policy size of {INLINE_POLICIES_SIZE} bytes exceeded for role {role.name}",
            409,
        )
    return call.moto()


TAGS_PER_ROLE = 50


@on("iam", "TagRole", "UntagRole")
def tags(call: Call) -> Params:
    """Keys are the same for IAM if they differ in case only, and the last one written stands (user guide, "Tags for IAM
    resources")."""
    role = _role(call)
    keys = call.params.get("TagKeys") or [tag["Key"] for tag in call.params["Tags"]]
    named = {key.lower() for key in keys}
    kept = [tag for tag in role.tags if tag["Key"].lower() not in named]
    if call.operation == "TagRole" and len(kept) + len(keys) > TAGS_PER_ROLE:
        raise AwsError(
            "LimitExceeded", f"Cannot exceed quota for TagsPerRole: {TAGS_PER_ROLE}", 409
        )
    role.tags = kept
    return call.moto()


@on("iam", "AttachRolePolicy")
def attach_role_policy(call: Call) -> Params:
    role = _role(call)
    arn = call.params["PolicyArn"]
    if arn not in backend(call.context.account).managed_policies:
        raise AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
    if arn not in role.managed_policies and len(role.managed_policies) >= POLICIES_PER_ROLE:
        raise AwsError(
            "LimitExceeded", f"Cannot exceed quota for PoliciesPerRole: {POLICIES_PER_ROLE}", 409
        )
    return call.moto()


def _role(call: Call) -> Any:
    name = call.params["RoleName"]
    for role in backend(call.context.account).roles.values():
        if role.name == name:
            return role
    raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)


def _check_boundary(call: Call) -> None:
    arn = call.params.get("PermissionsBoundary")
    if arn and arn not in backend(call.context.account).managed_policies:
        raise AwsError(
            "NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404
        )


def _parsed(document: str) -> dict[str, Any]:
    try:
        policy = json.loads(document)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json")
    if not all(isinstance(item, dict) for item in listed(policy.get("Statement")) or [None]):
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
    return policy


def _check_identity_policy(document: str) -> None:
    """IAM's messages for the parts that a statement must and must not have."""
    for statement in listed(_parsed(document).get("Statement")):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise AwsError(
                "MalformedPolicyDocument", "Policy document should not specify a principal."
            )
        if not re.fullmatch("[0-9A-Za-z]*", statement.get("Sid", "")):
            raise AwsError(
                "MalformedPolicyDocument",
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
                "[0-9A-Za-z]*",
            )
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
        if not statement.get("Action") and not statement.get("NotAction"):
            raise AwsError("MalformedPolicyDocument", "Policy statement must contain actions.")
        if not statement.get("Resource") and not statement.get("NotResource"):
            raise AwsError("MalformedPolicyDocument", "Policy statement must contain resources.")


def _check_trust(context: Context, document: str) -> None:
    policy = _parsed(document)
    if len("".join(document.split())) > TRUST_POLICY_SIZE:
        raise AwsError(
            "LimitExceeded", f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_SIZE}", 409
        )
    for statement in listed(policy.get("Statement")):
        if "Resource" in statement:
            raise AwsError("MalformedPolicyDocument", "Has prohibited field Resource")
        if not statement.get("Principal"):
            raise AwsError("MalformedPolicyDocument", "Missing required field Principal")
        if not statement.get("Action"):
            raise AwsError("MalformedPolicyDocument", "Missing required field Action")
        principal = statement["Principal"]
        if isinstance(principal, dict):
            for arn in listed(principal.get("AWS")):
                _check_principal(context, arn)


def _check_principal(context: Context, arn: str) -> None:
    """Roles and users of this account must exist; of others nothing is known here."""
    prefix = f"arn:aws:iam::{context.account}:"
    if not arn.startswith(prefix) or arn == f"{prefix}root":
        return
    iam = backend(context.account)
    known = {item.arn for item in [*iam.roles.values(), *iam.users.values()]}
    if arn not in known:
        raise AwsError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"')


@lists
def objects(context: Context) -> list[Params]:
    iam = backend(context.account)
    found = []
    for role in iam.roles.values():
        if not role.path.startswith("/aws-service-role/"):
            tags = {tag["Key"]: tag["Value"] for tag in role.tags or []}
            found.append({"kind": "iam:role", "id": role.arn, "name": role.name, "tags": tags})
    for policy in iam.managed_policies.values():
        if not policy.arn.startswith("arn:aws:iam::aws:"):
            tags = {tag["Key"]: tag["Value"] for tag in policy.get_tags()}
            found.append(
                {"kind": "iam:policy", "id": policy.arn, "name": policy.name, "tags": tags}
            )
    return found
