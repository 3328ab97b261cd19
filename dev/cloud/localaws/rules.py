"""The rules that moto lacks: around each operation, one handler may refuse, change or answer.

A handler gets a `Call` and returns the result. `call.moto()` performs the operation in moto.
Handlers register themselves when the modules of `services` are imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import moto_bridge
from .context import Context

Params = dict[str, Any]


@dataclass
class Call:
    """One request, parsed and checked against its shape."""

    service: str
    operation: str
    params: Params
    context: Context

    def moto(self, operation: str | None = None, params: Params | None = None) -> Params:
        """Perform this operation (or another one of the same service) in moto."""
        return moto_bridge.call(
            self.service,
            operation or self.operation,
            self.params if params is None else params,
            self.context,
        )


Handler = Callable[[Call], Params]
Settler = Callable[[Context], None]
Lister = Callable[[Context], list[Params]]

_handlers: dict[tuple[str, str], Handler] = {}
_settlers: dict[str, list[Settler]] = {}
_listers: list[Lister] = []


def on(service: str, *operations: str) -> Callable[[Handler], Handler]:
    """Register a handler for operations of a service; `*` is for all that have none of their own."""

    def register(handler: Handler) -> Handler:
        for operation in operations:
            assert (service, operation) not in _handlers, (service, operation)
            _handlers[(service, operation)] = handler
        return handler

    return register


def settles(service: str) -> Callable[[Settler], Settler]:
    """Register what time does to a service's state; it runs before each of its requests."""

    def register(settler: Settler) -> Settler:
        _settlers.setdefault(service, []).append(settler)
        return settler

    return register


def lists(lister: Lister) -> Lister:
    """Register what `/_cloud/objects` shows of a service."""
    _listers.append(lister)
    return lister


def listers() -> list[Lister]:
    return list(_listers)


def settle(service: str, context: Context) -> None:
    for settler in _settlers.get(service, []):
        settler(context)


def perform(call: Call) -> Params:
    settle(call.service, call.context)
    names = ((call.service, call.operation), (call.service, "*"))
    handler = next((_handlers[name] for name in names if name in _handlers), None)
    return handler(call) if handler else call.moto()
