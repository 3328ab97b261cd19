"""Which actions, on which resources, a call asks IAM for: those of its own name, and those that AWS
checks beside it.

Sources: the Service Authorization Reference (April 2026) for resource types and condition keys;
what is checked beside a call stands with its source in each service's file. An operation that no
file knows is told as not modelled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...context import Context
from ..ask import Ask
from . import autoscaling, cloudwatch, ec2, ecr, ecs, elbv2, iam, logs, sts

Params = dict[str, Any]
Asks = Callable[[str, Params, Context], list[Ask] | None]

_SERVICES: dict[str, Asks] = {
    "application-autoscaling": autoscaling.asks,
    "cloudwatch": cloudwatch.asks,
    "ec2": ec2.asks,
    "ecr": ecr.asks,
    "ecs": ecs.asks,
    "elbv2": elbv2.asks,
    "iam": iam.asks,
    "logs": logs.asks,
    "sts": sts.asks,
}


def of(service: str, operation: str, params: Params, context: Context) -> list[Ask]:
    known = _SERVICES.get(service)
    found = known(operation, params, context) if known else None
    if found is None:
        raise NotImplementedError(f"what {service} {operation} asks IAM for")
    return found
