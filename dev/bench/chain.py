"""The longest chain of children that wait for each other, from the plan that the unit tests write down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

PLAN = Path(__file__).resolve().parents[2] / "provider/component/plan.txt"


def needs(plan: str) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Each child and those that it names; and each child's type token."""
    named: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    child = ""
    for line in plan.splitlines():
        if not line.startswith(" "):
            child, kinds[child] = line.split()
            named[child] = set()
        else:
            named[child] |= set(line.split("<-")[1].replace(",", " ").split())
    return named, kinds


def took(durations: Mapping[str, float]) -> dict[str, float]:
    """How long AWS takes for the kinds that a run waits for. The load balancer becomes active while the tasks start: the
    service waits for both, then for healthy targets and for the deployment to settle."""
    tasks = durations["task_start"] + durations["target_healthy"]
    service = max(durations["balancer_provisioning"], tasks) + durations["deployment_settle"]
    return {"fargate:ecs:Service": service}


def longest(plan: str, durations: Mapping[str, float]) -> tuple[list[str], float]:
    """The children of the longest chain in their order, and what AWS takes for them."""
    named, kinds = needs(plan)
    costs = took(durations)

    @cache
    def ending_with(child: str) -> tuple[float, int, tuple[str, ...]]:
        before = max((ending_with(it) for it in named[child]), default=(0.0, 0, ()))
        return before[0] + costs.get(kinds[child], 0.0), before[1] + 1, (*before[2], child)

    seconds, _, chain = max(ending_with(child) for child in named)
    return [child.removeprefix("web-") for child in chain], seconds
