"""STS: the caller. Any credentials are taken; assumed roles are moto's."""

from __future__ import annotations

from . import Call, Params, on


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
