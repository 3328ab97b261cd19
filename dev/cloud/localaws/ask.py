"""Which actions, on which resources, a call asks IAM for: those of its own name, and those that AWS checks beside it.

Each service's `asks.py` says it. Sources: the Service Authorization Reference (April 2026) for resource types and condition
keys; what is checked beside a call has its source in the service's file. An operation that no file knows is reported as not
modelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .context import Context


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


Asks = Callable[[str, dict[str, Any], Context], list[Ask] | None]
_services: dict[str, Asks] = {}


def asks(service: str) -> Callable[[Asks], Asks]:
    """Register what the calls of a service ask for; none for an operation that is not known."""

    def register(of_a_call: Asks) -> Asks:
        assert service not in _services, service
        _services[service] = of_a_call
        return of_a_call

    return register


def asked(service: str, operation: str, params: dict[str, Any], context: Context) -> list[Ask]:
    of_a_call = _services.get(service)
    found = of_a_call(operation, params, context) if of_a_call else None
    if found is None:
        raise NotImplementedError(f"what {service} {operation} asks IAM for")
    return found
