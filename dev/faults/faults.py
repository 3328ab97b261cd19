"""What can go wrong with a call, and with those who make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What happens to one call, and how the run that meets it is led."""

    # A kind of fault of the local AWS (dev/cloud/README.md), and what else it is told.
    kind: str
    more: dict[str, Any] = field(default_factory=dict)
    # How often the SDK asks again; none: as configured by default.
    retries: int | None = 0
    # Who is killed after the call's effect and before its answer.
    kills: str = ""
    # Nobody answers any call for so many seconds.
    outage: float = 0.0
    # What the run is asked for beside its program.
    how: dict[str, Any] = field(default_factory=dict)
    # Whether the run is for every other one of its steps only.
    targets: bool = False

    def ordered(self, service: str, operation: str, n: int) -> dict[str, Any]:
        """The order to the local AWS: this, at the n-th call of the operation."""
        return {"service": service, "operation": operation, "kind": self.kind, "occurrence": n, **self.more}


FAULTS: dict[str, Fault] = {
    # The effect happens, and the answer is lost: for good, or until the SDK asks again.
    "lost": Fault("reset_after"),
    "lost-once": Fault("reset_after", retries=2),
    "refused": Fault("denied"),
    "500s": Fault("error500", {"times": 2}, retries=1),
    "500-once": Fault("error500", retries=2),
    "throttled": Fault("throttle", {"times": 2}, retries=1),
    "throttled-once": Fault("throttle", retries=2),
    "hang": Fault("hang"),
    "reset": Fault("reset_before"),
    # Somebody between answers by himself, or cuts off what AWS says.
    "html": Fault("html"),
    "html-403": Fault("html", {"code": "portal", "status": 403}),
    "empty": Fault("empty"),
    "truncated": Fault("truncated"),
    "huge": Fault("huge"),
    "wrong-clock": Fault(
        "error", {"code": "RequestTimeTooSkewed", "message": "The difference is too large", "status": 403}
    ),
    "outage": Fault("reset_before", retries=None, outage=4.0),
    "plugin-killed": Fault("late", {"seconds": 30}, kills="plugin"),
    "engine-killed": Fault("late", {"seconds": 30}, kills="engine"),
    # The same under the options of the CLI.
    "refused+continue": Fault("denied", how={"continue_on_error": True}),
    "lost+continue": Fault("reset_after", how={"continue_on_error": True}),
    "refused+parallel-1": Fault("denied", how={"parallel": 1}),
    "lost+parallel-1": Fault("reset_after", how={"parallel": 1}),
    "refused+target": Fault("denied", targets=True),
    "lost+target": Fault("reset_after", targets=True),
}
