"""How many calls AWS takes: token buckets per class of operations, account-wide in each region, and the way there and back.

Off unless somebody sets them (`PUT /_cloud/rates`, `--rates`, `--latency`). A call that finds no token is refused with
the service's own code, before anything else is looked at, and takes none. What AWS takes is in the record of each service.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from . import services
from .service import Rate


def aws() -> tuple[Rate, ...]:
    """AWS's own. The first that fits counts."""
    known = services.known().items()
    return tuple(replace(rate, service=name) for name, it in known for rate in it.rates)


@dataclass
class Bucket:
    rate: Rate
    tokens: float
    at: float
    taken: int = 0
    refused: int = 0
    operations: set[str] = field(default_factory=set)

    def take(self, now: float) -> bool:
        self.tokens = min(self.rate.burst, self.tokens + (now - self.at) * self.rate.rate)
        self.at = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        self.taken += 1
        return True

    def demands(self) -> float:
        """How many seconds the calls that it took need at the least, beginning with a full bucket."""
        return max(0.0, (self.taken - self.rate.burst) / self.rate.rate)


class Rates:
    """The rates that are set, in real time: a client waits for real."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rates: tuple[Rate, ...] = ()
        self._buckets: dict[tuple[str, int, str], Bucket] = {}
        self.latency = 0.0

    def set(self, wanted: str | list[dict[str, Any]] | None, latency: float = 0.0) -> None:
        """`aws` for AWS's own, or the rates in their order; all buckets are full again."""
        if latency < 0:
            raise ValueError("the latency cannot be negative")
        if isinstance(wanted, str) and wanted != "aws":
            raise ValueError("rates are a list, or 'aws'")
        rates = aws() if isinstance(wanted, str) else tuple(_read(spec) for spec in wanted or ())
        with self._lock:
            self._rates, self._buckets, self.latency = rates, {}, latency

    def clear(self) -> None:
        self.set(None)

    def take(self, service: str, operation: str, region: str) -> None:
        """Takes the call's token, or refuses it; then the call is on its way for the latency."""
        with self._lock:
            found = next(
                (
                    (n, rate)
                    for n, rate in enumerate(self._rates)
                    if rate.counts(service, operation)
                ),
                None,
            )
            taken = found is None or self._bucket(*found, operation, region).take(time.monotonic())
            latency = self.latency
        if latency:
            time.sleep(latency)
        if not taken:
            raise services.words(service).throttled.error()

    def _bucket(self, n: int, rate: Rate, operation: str, region: str) -> Bucket:
        key = (region, n, operation if rate.each else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(rate, rate.burst, time.monotonic())
        bucket.operations.add(operation)
        return bucket

    def describe(self) -> dict[str, Any]:
        with self._lock:
            buckets = [
                {
                    "region": region,
                    **asdict(bucket.rate),
                    "operations": sorted(bucket.operations),
                    "taken": bucket.taken,
                    "refused": bucket.refused,
                    "demands": bucket.demands(),
                }
                for (region, _, _), bucket in self._buckets.items()
            ]
            return {"latency": self.latency, "buckets": buckets}


def _read(spec: dict[str, Any]) -> Rate:
    unknown = set(spec) - set(Rate.__dataclass_fields__)
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    operations = spec["operations"]
    if isinstance(operations, str):
        operations = [operations]
    return Rate(**{**spec, "operations": tuple(operations), "service": spec["service"]})
