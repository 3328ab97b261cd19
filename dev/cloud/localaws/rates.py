"""How many calls AWS takes: token buckets per class of operations, account-wide in each region, and the way there and back.

Off unless somebody sets them (`PUT /_cloud/rates`, `--rates`, `--latency`). A call that finds no token is refused with
the service's own code, before anything else is looked at, and takes none.

Sources: ECS API reference "Request throttling for the Amazon ECS API"; ELB user guide "Request throttling for the ELB API";
EC2 developer guide "Request throttling for the Amazon EC2 API" (each action by itself); CloudWatch and CloudWatch Logs
user guides, service quotas. For IAM, ECR and Application Auto Scaling nothing is published: those are guesses, low on purpose.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .faults import throttled


@dataclass(frozen=True)
class Rate:
    """`operations` are patterns. With `each` every operation has a bucket of its own, else they share one."""

    service: str
    operations: tuple[str, ...]
    burst: float
    rate: float
    each: bool = False

    def __post_init__(self) -> None:
        if self.burst < 1 or self.rate <= 0:
            raise ValueError("a bucket holds one token at the least (burst) and is refilled (rate)")

    def counts(self, service: str, operation: str) -> bool:
        return service == self.service and any(fnmatchcase(operation, it) for it in self.operations)


_LOOKS = ("Describe*", "List*", "Get*")

# The first that fits counts.
AWS: tuple[Rate, ...] = (
    Rate(
        "ecs",
        ("RegisterTaskDefinition", "DeregisterTaskDefinition", "DeleteTaskDefinitions"),
        20,
        1,
    ),
    Rate("ecs", ("DescribeTaskDefinition", "ListTaskDefinition*"), 50, 20),
    Rate("ecs", ("DescribeService*", "ListService*"), 100, 20),
    Rate("ecs", ("CreateService", "UpdateService", "DeleteService"), 50, 5),
    Rate("ecs", ("DescribeClusters", "ListClusters"), 50, 20),
    Rate("ecs", _LOOKS, 100, 20),
    Rate(
        "ecs",
        ("CreateCluster", "UpdateCluster*", "PutClusterCapacityProviders", "DeleteCluster"),
        20,
        1,
    ),
    Rate("ecs", ("*",), 50, 5),
    Rate("elbv2", _LOOKS, 40, 10),
    Rate("elbv2", ("*",), 20, 3),
    Rate("ec2", _LOOKS, 100, 20, each=True),
    Rate("ec2", ("*",), 50, 5, each=True),
    Rate("cloudwatch", ("DescribeAlarms",), 9, 9),
    Rate("cloudwatch", ("PutMetricAlarm", "DeleteAlarms"), 3, 3, each=True),
    Rate("cloudwatch", ("*",), 10, 10, each=True),
    Rate("logs", _LOOKS, 10, 10, each=True),
    Rate("logs", ("*",), 5, 5, each=True),
    Rate("iam", _LOOKS, 50, 15),
    Rate("iam", ("*",), 20, 5),
    Rate("application-autoscaling", _LOOKS, 20, 10, each=True),
    Rate("application-autoscaling", ("*",), 10, 5, each=True),
    Rate("ecr", ("*",), 20, 10, each=True),
)


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
        rates = AWS if isinstance(wanted, str) else tuple(_read(spec) for spec in wanted or ())
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
            raise throttled(service)

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
    return Rate(**{**spec, "operations": tuple(operations)})
