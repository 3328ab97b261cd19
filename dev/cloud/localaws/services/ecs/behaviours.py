"""What images do when they run: said through the control interface, by name or by a part of a name.

Kept apart from the accounts' state: a test says it before it knows the account's clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from localaws.context import AwsError

from .model import Json

# run -> its own members. All may have `logs`, the lines that they write when they start, `starts`, the seconds that
# they need for that beside the usual ones, `speaks`, the version of HTTP (`HTTP1`, `HTTP2` or `GRPC`), `tls`, and `ports`: what
# is different on a port, by its number as text.
RUNS: dict[str, tuple[str, ...]] = {
    "well": (),
    "slow": ("seconds",),
    # Ends `after` so many seconds with `code`.
    "exit": ("code", "after"),
    # Killed for its memory, `after` so many seconds.
    "oom": ("after",),
    # Answers health checks with `status`, which is right or wrong by the matcher of the target group.
    "answers": ("status",),
    # Does not answer health checks.
    "silent": (),
    # Answers them wrongly: with `status`, or with what the balancer makes of it (`reason`, `description`); with `after`
    # only when it was healthy for so many seconds.
    "unhealthy": ("status", "reason", "description", "after"),
    # Cannot be pulled, see pulling.py.
    "missing": (),
    "other_processor": (),
    "no_route": (),
    "denied": (),
    "rate_limited": (),
    # Cannot be placed, see placing.py; no capacity on one `provider` only, if it is named.
    "no_capacity": ("provider",),
    "quota": (),
    "no_addresses": (),
}
_ALL = ("run", "logs", "starts", "speaks", "tls", "ports")
VERSIONS = ("HTTP1", "HTTP2", "GRPC")


@dataclass
class Behaviours:
    known: list[tuple[str, Json]] = field(default_factory=list)

    def put(self, image: str, behaviour: Json) -> None:
        run = behaviour.get("run")
        if run not in RUNS:
            raise AwsError("ValidationError", f"behaviour.run must be one of {', '.join(RUNS)}")
        unknown = sorted(set(behaviour) - {*_ALL, *RUNS[run]})
        if unknown:
            raise AwsError("ValidationError", f"behaviour {run} does not know {', '.join(unknown)}")
        if run == "answers" and "status" not in behaviour:
            raise AwsError("ValidationError", "behaviour answers needs a status")
        if behaviour.get("speaks", "HTTP1") not in VERSIONS:
            raise AwsError("ValidationError", f"speaks must be one of {', '.join(VERSIONS)}")
        self.known = [(i, b) for i, b in self.known if i != image] + [(image, behaviour)]

    def drop(self, image: str | None) -> None:
        self.known = [(i, b) for i, b in self.known if image is not None and i != image]

    def of(self, names: list[str]) -> Json:
        """An exact name wins over a substring, a later setting over an earlier one."""
        for image, behaviour in reversed(self.known):
            if image in names:
                return behaviour
        for image, behaviour in reversed(self.known):
            if any(image in name for name in names):
                return behaviour
        return {"run": "well"}


behaviours = Behaviours()
