"""Scheduled actions of Application Auto Scaling (aws.md 12.3). They are kept, never carried out."""

from __future__ import annotations

import re
from typing import Any

from localaws.context import AwsError
from localaws.rules import Call, Params, on

from .targets import backend, invalid, need_target

ACTIONS_PER_TARGET = 200
_SCHEDULE = re.compile(r"(at|rate|cron)\((.+)\)")


@on("application-autoscaling", "PutScheduledAction")
def put_scheduled_action(call: Call) -> Params:
    params = call.params
    need_target(call)
    if re.search(r"[:/|\x00-\x1f]", params["ScheduledActionName"]):
        raise invalid("A scheduled action name cannot contain ':', '/' or '|'")
    existing = _action(call)
    schedule = params.get("Schedule", existing.schedule if existing else "")
    match = _SCHEDULE.fullmatch(schedule or "")
    if not match or (match[1] == "cron" and len(match[2].split()) != 6):
        raise invalid(f"Schedule expression is not valid: {schedule}")
    limits = params.get("ScalableTargetAction", {})
    if not existing and not limits:
        raise invalid("ScalableTargetAction must be provided for new scheduled actions")
    if limits.get("MinCapacity", 0) > limits.get("MaxCapacity", float("inf")):
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    same_target = [
        action
        for action in backend(call.context).scheduled_actions
        if action.resource_id == params["ResourceId"]
    ]
    if existing is None and len(same_target) >= ACTIONS_PER_TARGET:
        raise AwsError("LimitExceededException", "Number of scheduled actions exceeded")
    return call.moto()


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
