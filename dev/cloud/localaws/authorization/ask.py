"""One thing that a call asks IAM for, and the ARN of what it asks it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..context import Context


@dataclass(frozen=True)
class Ask:
    """`resource` is `*` for an action that knows no resources. `refused_as` is the code of a service
    that does not call its refusal an access that was denied; `tried` means that the call goes on
    if the caller may not."""

    action: str
    resource: str = "*"
    keys: Mapping[str, str] = field(default_factory=dict)
    refused_as: str = ""
    tried: bool = False


def arn(context: Context, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{context.region}:{context.account}:{resource}"
