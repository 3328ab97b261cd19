"""How each service says no.

Sources: the codes are those of botocore's error shapes and of the common errors of the API
references; the sentence is IAM's ("Troubleshoot access denied error messages", IAM user guide).
"""

from __future__ import annotations

from ..context import AwsError
from .ask import Ask
from .policies import Decision

# service -> (code, status); all others: AccessDeniedException, 400
_CODES = {
    "cloudwatch": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "elbv2": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
}


def refusal(service: str, caller: str, ask: Ask, decision: Decision) -> AwsError:
    code, status = _CODES.get(service, ("AccessDeniedException", 400))
    if ask.refused_as:
        code, status = ask.refused_as, 400
    why = (
        "with an explicit deny in an identity-based policy"
        if decision.denied
        else f"because no identity-based policy allows the {ask.action} action"
    )
    on = f" on resource: {ask.resource}" if ask.resource != "*" else ""
    message = f"User: {caller} is not authorized to perform: {ask.action}{on} {why}"
    if service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return AwsError(code, message, status)
