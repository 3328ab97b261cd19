"""How each service says no.

The code is in the service's record; the sentence is IAM's ("Troubleshoot access denied error messages", IAM user guide).
"""

from __future__ import annotations

from localaws import services
from localaws.ask import Ask
from localaws.context import AwsError

from .policies import Decision


def refusal(service: str, caller: str, ask: Ask, decision: Decision) -> AwsError:
    denied = services.words(service).denied
    if ask.refused_as:
        denied = denied._replace(code=ask.refused_as, status=400)
    why = (
        "with an explicit deny in an identity-based policy"
        if decision.denied
        else f"because no identity-based policy allows the {ask.action} action"
    )
    on = f" on resource: {ask.resource}" if ask.resource != "*" else ""
    sentence = f"User: {caller} is not authorized to perform: {ask.action}{on} {why}"
    return denied.error(denied.message + sentence)
