"""Application Auto Scaling for ECS services: the policies of a scalable target, and their alarms.

Sources: botocore's application-autoscaling texts, Terraform's appautoscaling/policy.go, aws.md 12.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.services.elbv2 import in_front, lookups

from .targets import backend, invalid, need_target, not_found

POLICIES_PER_TARGET = 50
_LABEL = re.compile(r"(app/[^/]+/[0-9a-f]{16})/(targetgroup/[^/]+/[0-9a-f]{16})")


@on("application-autoscaling", "PutScalingPolicy")
def put_scaling_policy(call: Call) -> Params:
    params, context = call.params, call.context
    need_target(call)
    existing = _policy(call)
    kind = params.get("PolicyType", existing.policy_type if existing else "StepScaling")
    params["PolicyType"] = kind
    if existing is not None and existing.policy_type != kind:
        raise invalid(f"The type of scaling policy {params['PolicyName']} cannot be changed")
    if kind == "TargetTrackingScaling":
        _check_tracking(context, params)
    same_target = [
        policy
        for policy in backend(context).policies.values()
        if policy.resource_id == params["ResourceId"]
    ]
    if existing is None and len(same_target) >= POLICIES_PER_TARGET:
        raise AwsError(
            "LimitExceededException", "Number of scaling policies for the scalable target exceeded"
        )
    guid = None
    if existing is not None:
        # moto forgets the old alarms and gives the policy another ARN
        existing.delete_alarms(context.account, context.region)
        guid, arn, created = existing._guid, existing.policy_arn, existing.creation_time
    result = call.moto()
    policy = _policy(call)
    if guid is not None:
        policy._guid, policy.policy_arn, policy.creation_time = guid, arn, created
    _mend_alarms(context, policy)
    result["PolicyARN"] = policy.policy_arn
    result["Alarms"] = [
        {"AlarmName": alarm.name, "AlarmARN": alarm.alarm_arn} for alarm in policy.alarms
    ]
    return result


def _policy(call: Call) -> Any:
    params = call.params
    for policy in backend(call.context).policies.values():
        if (policy.policy_name, policy.resource_id) == (params["PolicyName"], params["ResourceId"]):
            return policy
    return None


def _mend_alarms(context: Context, policy: Any) -> None:
    """moto's alarms have a fixed threshold; real ones have the policy's target."""
    config = policy.target_tracking_scaling_policy_configuration or {}
    for alarm in policy.alarms:
        alarm.threshold = float(config.get("TargetValue", alarm.threshold))
        kind = config.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
        if kind == "ALBRequestCountPerTarget":
            alarm.namespace, alarm.metric_name = "AWS/ApplicationELB", "RequestCountPerTarget"


def _check_tracking(context: Context, params: Params) -> None:
    config = params.get("TargetTrackingScalingPolicyConfiguration")
    if not config:
        raise invalid("TargetTrackingScalingPolicyConfiguration must be provided")
    predefined = config.get("PredefinedMetricSpecification")
    if bool(predefined) == bool(config.get("CustomizedMetricSpecification")):
        raise invalid("Exactly one of predefined and customized metric specification must be given")
    for name in ("ScaleInCooldown", "ScaleOutCooldown"):
        if config.get(name, 0) < 0:
            raise invalid(f"{name} cannot be negative")
    if config["TargetValue"] <= 0:
        raise invalid("Target value must be greater than zero")
    if not predefined:
        return
    kind = predefined["PredefinedMetricType"]
    if params["ServiceNamespace"] == "ecs" and not kind.startswith(("ECSService", "ALBRequest")):
        raise invalid(f"Metric type {kind} is not valid for the service namespace ecs")
    label = predefined.get("ResourceLabel")
    if kind.startswith("ALBRequestCountPerTarget"):
        _check_label(context, label or "")
    elif label:
        raise invalid(f"ResourceLabel cannot be given for the metric type {kind}")


def _check_label(context: Context, label: str) -> None:
    """`app/<lb name>/<id>/targetgroup/<tg name>/<id>`, of things that exist and belong together."""
    match = _LABEL.fullmatch(label)
    if not match:
        raise invalid(
            f"Invalid resource label: {label}. The format of the resource label is "
            "app/<load-balancer-name>/<load-balancer-id>/targetgroup/<target-group-name>/<target-group-id>"
        )
    balancer, group = match.groups()
    for arn in lookups.backend(context).target_groups:
        if arn.endswith(f":{group}"):
            owners = in_front.balancers_using(context, arn)
            if any(owner.endswith(f":loadbalancer/{balancer}") for owner in owners):
                return
    raise invalid(f"Target group {group} is not associated with load balancer {balancer}")


@on("application-autoscaling", "DeleteScalingPolicy")
def delete_scaling_policy(call: Call) -> Params:
    if _policy(call) is None:
        missing = not_found("scaling policy found", call.params)
        raise replace(
            missing, message=f"{missing.message}, policy name: {call.params['PolicyName']}"
        )
    return call.moto()


@on("application-autoscaling", "DescribeScalingPolicies")
def describe_scaling_policies(call: Call) -> Params:
    """moto leaves the request's PolicyNames unread."""
    result = call.moto()
    names = call.params.get("PolicyNames")
    if names:
        result["ScalingPolicies"] = [
            policy for policy in result["ScalingPolicies"] if policy["PolicyName"] in names
        ]
    return result


def policy_alarms(context: Context) -> set[str]:
    """The alarms that belong to a living policy."""
    return {alarm.name for policy in backend(context).policies.values() for alarm in policy.alarms}
