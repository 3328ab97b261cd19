"""An update that failed is remembered: the next preview shows it, and taking the change back brings AWS back."""

from __future__ import annotations

from typing import Any

import pytest
from life import Life
from world import SMALL, Cloud


def children(life: Life) -> list[str]:
    """What a preview would do with the parts of the service."""
    return [str(step) for step in life.plan() if step.name != "web"]


# A lost answer, and a refusal of the second of two calls.
CHANGES: list[tuple[str, str, str, str, dict[str, Any], str]] = [
    ("logs", "PutRetentionPolicy", "reset_after", "logs", {"logRetentionInDays": 90}, "retention"),
    ("elbv2", "ModifyTargetGroupAttributes", "error", "target-group",
     {"healthCheck": {"path": "/up"}, "deregistrationDelay": 60}, "health check"),
]  # fmt: skip


def seen(cloud: Cloud, what: str) -> Any:
    if what == "retention":
        return cloud.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"]
    return cloud.client("elbv2").describe_target_groups()["TargetGroups"][0]["HealthCheckPath"]


@pytest.mark.parametrize(("service", "operation", "fault", "part", "change", "what"), CHANGES, ids=lambda it: str(it))
def test_a_change_that_was_taken_back_is_taken_back_in_aws(
    life: Life, cloud: Cloud, service: str, operation: str, fault: str, part: str, change: dict[str, Any], what: str
) -> None:
    life.service("web", None, **SMALL)
    life.up()
    before = seen(cloud, what)
    # The SDK asks again when an answer is lost; once is enough to see it.
    life.configure("maxRetries", "1")
    cloud.fault(service, operation, fault, every=True, code="AccessDenied")
    life.service("web", None, **SMALL | change)
    life.up(fails=True)
    assert seen(cloud, what) != before
    cloud.control("DELETE", "faults")
    # A refresh in between forgets nothing.
    if fault == "error":
        life.refresh()
    life.service("web", None, **SMALL)
    assert children(life) == [f"update web-{part}"]
    life.up()
    assert seen(cloud, what) == before
    life.no_change()
