"""STS: the caller. Any credentials are taken; only roles that trust the account are assumed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from ..context import AwsError
from . import Call, Params, iam, on


@on("sts", "GetCallerIdentity")
def get_caller_identity(call: Call) -> Params:
    """moto calls everybody `arn:aws:sts::…:user/moto`, which is not an ARN that AWS has."""
    result = call.moto()
    if result["Arn"].endswith(":user/moto"):
        context = call.context
        return {
            "UserId": "AIDALOCALDEVELOPER000",
            "Account": context.account,
            "Arn": context.principal,
        }
    return result


@on("sts", "AssumeRole")
def assume_role(call: Call) -> Params:
    """moto assumes any role, even one that is not there."""
    arn, context = call.params["RoleArn"], call.context
    roles = iam.backend(context.account).roles.values()
    role = next((item for item in roles if item.arn == arn), None)
    trusted = _trusted_callers(role.assume_role_policy_document) if role is not None else set()
    account = f"arn:aws:iam::{context.account}:root"
    if not trusted & {"*", account, context.account, context.principal}:
        raise AwsError(
            "AccessDenied",
            f"User: {context.principal} is not authorized to perform: sts:AssumeRole on resource: "
            f"{arn}",
            403,
        )
    return call.moto()


def _trusted_callers(document: Any) -> set[str]:
    policy = json.loads(unquote(document)) if isinstance(document, str) else document
    found: set[str] = set()
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        named = principal.get("AWS", []) if isinstance(principal, dict) else principal or []
        if statement.get("Effect") == "Allow":
            found.update([named] if isinstance(named, str) else named)
    return found
