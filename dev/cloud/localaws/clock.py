"""AWS time: real time plus what control added, and how long AWS takes for things.

Nothing runs in the background. A rule stores *when* something began and asks `elapsed`
at the next look, so a change of speed or an advance takes effect at once.
"""

from __future__ import annotations

import threading
import time

# Seconds that AWS takes, as seen from outside. Sources: Terraform's delays and timeouts for the
# same waits (elbv2/load_balancer.go, ecs/service.go, iam/role.go), ECS and ELB user guides.
DURATIONS: dict[str, float] = {
    "balancer_provisioning": 150,
    "task_provisioning": 10,
    "task_pull": 15,
    "task_start": 35,
    "task_stop": 5,
    "target_registration": 5,
    "target_healthy": 30,
    "target_drain": 30,
    "deployment_settle": 10,
    "cluster_delete": 5,
    "service_drain": 30,
    "role_propagation": 8,
    "eni_linger": 30,
    "nat_gateway_creation": 100,
    "nat_gateway_deletion": 60,
    "image_scan": 20,
    # ACM user guide, "DNS validation": minutes; terraform-provider-aws, acm/certificate.go: records after seconds, and
    # certificates that stay in use for a while.
    "certificate_records": 5,
    "certificate_validation": 60,
    # aws-more.md 3.1: a policy that was written seconds ago.
    "bucket_policy": 10,
    # aws-more.md 3.2: seconds to minutes.
    "waf_knows": 15,
    "certificate_release": 30,
    # Route 53 API reference, GetChange: "propagate to all Route 53 DNS servers within 60 seconds".
    "route53_insync": 30,
}


class Clock:
    """AWS time in epoch seconds, and the factor that shortens every duration."""

    def __init__(self, speed: float = 0.0) -> None:
        self._speed = speed
        self._advanced = 0.0
        self._lock = threading.Lock()

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def advanced(self) -> float:
        return self._advanced

    def set_speed(self, speed: float) -> None:
        if speed < 0:
            raise ValueError("the speed factor cannot be negative")
        self._speed = speed

    def advance(self, seconds: float) -> None:
        """Move AWS time forward; it never goes back."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        with self._lock:
            self._advanced += seconds

    def now(self) -> float:
        return time.time() + self._advanced

    def duration(self, name: str) -> float:
        """How long `name` takes at the present speed; 0 means: settled at the next look."""
        return DURATIONS[name] * self._speed

    def elapsed(self, since: float, name: str) -> bool:
        """Whether `name`, which began at `since`, is over."""
        return self.now() - since >= self.duration(name)

    def reset(self, speed: float) -> None:
        self._speed = speed
        self._advanced = 0.0
