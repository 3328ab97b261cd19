"""Faults on order: the n-th matching call from now on, and some after it, fail in a chosen way, or answer about others."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from . import services
from .answers import HttpAnswer
from .context import ACCOUNT, AwsError

KINDS = (
    "throttle",
    "denied",
    "error500",
    "reset_before",
    "reset_after",
    "slow",
    "late",
    "hang",
    "error",
    "html",
    "empty",
    "truncated",
    "huge",
    "unfiltered",
)
# Those that are an answer of AWS.
REFUSALS = ("throttle", "denied", "error500", "error")
_CALLER = f"arn:aws:iam::{ACCOUNT}:user/ci"
# Whoever answers instead of AWS: a proxy, a captive portal. AWS never hears of the call.
_PORTAL = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in to go on.</body></html>"


@dataclass
class Fault:
    """`service` and `operation` may be `*`. `seen` counts the matching calls since it was set, `struck` those that it
    met."""

    service: str
    operation: str
    kind: str
    occurrence: int = 1
    # How many calls in a row it strikes, from that one on.
    times: int = 1
    every: bool = False
    code: str = ""
    message: str = ""
    status: int = 400
    seconds: float = 1.0
    seen: int = 0
    struck: int = 0
    done: bool = False

    def matches(self, service: str, operation: str) -> bool:
        return self.service in ("*", service) and self.operation in ("*", operation)


class Faults:
    """The faults that are set, in the order in which they were."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.lock = threading.Lock()
        self._cleared = threading.Condition(self.lock)

    def add(self, spec: dict[str, Any]) -> Fault:
        unknown = set(spec) - set(Fault.__dataclass_fields__)
        if unknown:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        if spec.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if spec["kind"] == "error" and not spec.get("code"):
            raise ValueError("a fault of kind 'error' needs a code")
        fault = Fault(**{"service": "*", "operation": "*", **spec})
        with self.lock:
            self._faults.append(fault)
        return fault

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that strikes this call, if any. Every matching fault counts the call."""
        struck = None
        with self.lock:
            for fault in self._faults:
                if fault.done or not fault.matches(service, operation):
                    continue
                fault.seen += 1
                if struck is None and (fault.every or fault.seen >= fault.occurrence):
                    struck = fault
                    fault.struck += 1
                    fault.done = not fault.every and fault.struck == fault.times
        return struck

    def describe(self) -> list[dict[str, Any]]:
        with self.lock:
            return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        with self.lock:
            self._faults.clear()
            self._cleared.notify_all()

    def wait(self, fault: Fault) -> None:
        """For the seconds of a fault, or until there are no faults any more."""
        with self.lock:
            self._cleared.wait_for(
                lambda: all(it is not fault for it in self._faults), fault.seconds
            )


def instead_of_aws(fault: Fault) -> HttpAnswer:
    """What somebody between says by himself: a page, or nothing at all, or far too much."""
    if fault.kind == "html":
        return HttpAnswer(
            fault.status if fault.code else 200, {"content-type": "text/html"}, _PORTAL
        )
    if fault.kind == "empty":
        return HttpAnswer(200, {}, b"")
    return HttpAnswer(502, {"content-type": "text/html"}, _PORTAL + b" " * (1 << 20))


def error_of(fault: Fault, service: str, operation: str) -> AwsError:
    """The error with which a fault of one of the kinds `REFUSALS` answers."""
    if fault.kind == "throttle":
        return services.words(service).throttled.error(fault.message)
    if fault.kind == "denied":
        denied = services.words(service).denied
        told = f"User: {_CALLER} is not authorized to perform: {service}:{operation}"
        return denied.error(fault.message or denied.message + told)
    if fault.kind == "error500":
        return AwsError("InternalFailure", fault.message or "Internal failure", 500)
    return AwsError(fault.code, fault.message, fault.status)


def unfiltered(service: str, operation: str, params: dict[str, object]) -> dict[str, object]:
    """The parameters of a look without what narrows them: the answer is about others, too, and about others first."""
    if not operation.startswith(("Describe", "List")):
        return params
    narrowed_by = services.known()[service].narrowed_by
    return {name: value for name, value in params.items() if name not in narrowed_by}
