"""The CloudWatch alarms that end a deployment.

Source: ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures". An alarm that is in ALARM when
the deployment begins switches all of them off for this deployment, so that a failure can be mended with a new one.
"""

from __future__ import annotations

from localaws.context import Context

from . import neighbours
from .causes import ALARM as CAUSE
from .model import Json, ServiceDeployment
from .strategies import CLEAN_UP

__all__ = ["CAUSE", "bake_seconds", "begin", "end", "look", "view", "watched"]


def _names(deployment: ServiceDeployment) -> list[str]:
    rule: Json = deployment.configuration.get("alarms") or {}
    return list(rule.get("alarmNames") or []) if rule.get("enable") else []


def begin(deployment: ServiceDeployment, context: Context) -> None:
    """`DISABLED` is "not using alarms for service deployment failures" (botocore: ServiceDeploymentAlarms.status)."""
    names = _names(deployment)
    if names and not _in_alarm(names, context):
        deployment.alarms_status = "MONITORING"


def watched(deployment: ServiceDeployment) -> bool:
    """Through the bake time, and no longer than that."""
    return (
        deployment.status == "IN_PROGRESS"
        and deployment.alarms_status == "MONITORING"
        and deployment.stage != CLEAN_UP
    )


def look(deployment: ServiceDeployment, context: Context) -> bool:
    """Whether one of them is in ALARM now."""
    triggered = _in_alarm(_names(deployment), context)
    if triggered:
        deployment.alarms_status, deployment.triggered_alarms = "TRIGGERED", triggered
    return bool(triggered)


def end(deployment: ServiceDeployment) -> None:
    if deployment.alarms_status == "MONITORING":
        deployment.alarms_status = "MONITORING_COMPLETE"


def bake_seconds(deployment: ServiceDeployment, context: Context) -> float:
    """Of a rolling deployment: "Amazon ECS computes this time period based on the alarm configuration". How is not
    public; here it is the longest time over which one of them looks."""
    if deployment.alarms_status != "MONITORING":
        return 0.0
    return neighbours.alarm_seconds(context, _names(deployment))


def _in_alarm(names: list[str], context: Context) -> list[str]:
    states = neighbours.alarm_states(context, names)
    return [name for name, state in states.items() if state == "ALARM"]


def view(deployment: ServiceDeployment) -> Json:
    told: Json = {"status": deployment.alarms_status}
    if _names(deployment):
        told["alarmNames"] = _names(deployment)
    if deployment.triggered_alarms:
        told["triggeredAlarmNames"] = deployment.triggered_alarms
    return told
