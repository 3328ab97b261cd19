"""What ECS asks of the alarms of a deployment."""

from __future__ import annotations

from moto.cloudwatch.models import cloudwatch_backends

from localaws.context import Context


def state_of(context: Context, name: str) -> str | None:
    """`OK`, `ALARM` or `INSUFFICIENT_DATA`; none if there is no such alarm."""
    found = cloudwatch_backends[context.account][context.region].alarms.get(name)
    return found and str(found.state_value)


def seconds_of(context: Context, name: str) -> float:
    """The time over which it looks: of an alarm with several metrics, that of the longest period."""
    found = cloudwatch_backends[context.account][context.region].alarms.get(name)
    if found is None:
        return 0.0
    metrics = [it.metric_stat for it in found.metric_data_queries or [] if it.metric_stat]
    periods = [found.period, *(it.period for it in metrics)]
    longest = max((int(it) for it in periods if it), default=60)
    return float(longest * int(found.evaluation_periods or 1))
