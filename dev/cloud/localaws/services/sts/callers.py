"""STS: the caller. Any credentials are taken; only roles that trust the account are assumed."""

from __future__ import annotations

from localaws.context import AwsError
from localaws.documents import trusted
from localaws.rules import Call, Params, on
from localaws.services.iam import identities


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
    roles = identities.backend(context.account).roles.values()
    role = next((item for item in roles if item.arn == arn), None)
    callers = trusted(role.assume_role_policy_document, "AWS") if role is not None else set()
    account = f"arn:aws:iam::{context.account}:root"
    if not callers & {"*", account, context.account, context.principal}:
        raise AwsError(
            "AccessDenied",
            f"User: {context.principal} is not authorized to perform: sts:AssumeRole on resource: "
            f"{arn}",
            403,
        )
    return call.moto()
