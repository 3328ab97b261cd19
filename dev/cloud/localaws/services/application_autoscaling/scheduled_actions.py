"""Scheduled actions of Application Auto Scaling (aws.md 12.3), carried out on the clock.

When the time comes, the numbers go into the scalable target; the task count is lifted to the minimum or cut to the maximum. One that would
put the minimum above the maximum is not carried out (aws-more.md 8.4).
"""

from __future__ import annotations

import re
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on, settles
from localaws.services.ecs import operations

from . import times
from .targets import DIMENSION, backend, invalid, need_target

ACTIONS_PER_TARGET = 200


@on("application-autoscaling", "PutScheduledAction")
def put_scheduled_action(call: Call) -> Params:
    params = call.params
    need_target(call)
    if re.search(r"[:/|\x00-\x1f]", params["ScheduledActionName"]):
        raise invalid("A scheduled action name cannot contain ':', '/' or '|'")
    existing = _action(call)
    schedule = params.get("Schedule", existing.schedule if existing else "")
    timezone = params.get("Timezone", existing.timezone if existing else None)
    try:
        times.zone(timezone)
    except times.WrongSchedule as error:
        raise invalid(f"Timezone is not valid: {timezone}") from error
    try:
        times.parse(schedule or "", timezone)
    except times.WrongSchedule as error:
        raise invalid(f"Schedule expression is not valid: {schedule}") from error
    limits = params.get("ScalableTargetAction", {})
    if not existing and not limits:
        raise invalid("ScalableTargetAction must be provided for new scheduled actions")
    if limits.get("MinCapacity", 0) < 0 or limits.get("MaxCapacity", 0) < 0:
        raise invalid("Capacity cannot be negative")
    if limits.get("MinCapacity", 0) > limits.get("MaxCapacity", float("inf")):
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    same_target = [
        action
        for action in backend(call.context).scheduled_actions
        if action.resource_id == params["ResourceId"]
    ]
    if existing is None and len(same_target) >= ACTIONS_PER_TARGET:
        raise AwsError("LimitExceededException", "Number of scheduled actions exceeded")
    carry_out(call.context)
    before = dict(existing.scalable_target_action) if existing else {}
    answer = call.moto()
    action = _action(call)
    # What is left out stays (botocore, PutScheduledAction).
    action.scalable_target_action = before | dict(action.scalable_target_action or {})
    if existing is None:
        action.creation_time = call.context.clock.now()
    action.seen = call.context.clock.now()
    return answer


@settles("application-autoscaling")
@settles("ecs")
def carry_out(context: Context) -> None:
    """What became due since the last look, in the order of its time."""
    now = context.clock.now()
    scaling = backend(context)
    due: list[tuple[float, Any]] = []
    for action in scaling.scheduled_actions:
        schedule = times.parse(action.schedule, action.timezone)
        when = schedule.last(action.creation_time, action.seen, now)
        action.seen = now
        if when is not None:
            due.append((when, action))
    for _, action in sorted(due, key=lambda it: it[0]):
        target = scaling.targets.get(DIMENSION, {}).get(action.resource_id)
        if target is None:
            continue
        limits = action.scalable_target_action
        low = limits.get("MinCapacity", target.min_capacity)
        high = limits.get("MaxCapacity", target.max_capacity)
        if low <= high:
            target.min_capacity, target.max_capacity = low, high
            operations.set_desired_count(context, action.resource_id, low, high)


def _action(call: Call) -> Any:
    params = call.params
    for action in backend(call.context).scheduled_actions:
        if (action.scheduled_action_name, action.resource_id) == (
            params["ScheduledActionName"],
            params["ResourceId"],
        ):
            return action
    return None


@on("application-autoscaling", "DeleteScheduledAction")
def delete_scheduled_action(call: Call) -> Params:
    if _action(call) is None:
        raise AwsError(
            "ObjectNotFoundException",
            f"No scheduled action found: {call.params['ScheduledActionName']}",
        )
    return call.moto()
