"""Application Auto Scaling for ECS services: targets, policies and their alarms.

Sources: botocore's application-autoscaling texts, Terraform's appautoscaling/*.go, aws.md 12.
"""

from __future__ import annotations

import re
from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    applicationautoscaling_backends,
)

from ..context import AwsError, Context
from . import Call, Params, linked_roles, lists, on

DIMENSION = "ecs:service:DesiredCount"
POLICIES_PER_TARGET = 50
_RESOURCE = re.compile(r"service/[A-Za-z0-9_-]{1,255}/[A-Za-z0-9_-]{1,255}")
_LABEL = re.compile(r"(app/[^/]+/[0-9a-f]{16})/(targetgroup/[^/]+/[0-9a-f]{16})")

# moto asks its own ECS, which is not in use here; the rule below asks ours.
ApplicationAutoscalingBackend._ecs_service_exists_for_target = lambda self, r_id: True


def backend(context: Context) -> Any:
    return applicationautoscaling_backends[context.account][context.region]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def _target(call: Call) -> Any:
    params = call.params
    return (
        backend(call.context)
        .targets.get(params.get("ScalableDimension"), {})
        .get(params.get("ResourceId"))
    )


def need_target(call: Call) -> Any:
    target = _target(call)
    if target is None:
        params = call.params
        raise AwsError(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: {params['ServiceNamespace']}, "
            f"resource ID: {params['ResourceId']}, scalable dimension: {params['ScalableDimension']}",
        )
    return target


@on("application-autoscaling", "RegisterScalableTarget")
def register_scalable_target(call: Call) -> Params:
    """An upsert that clamps the desired count at once, on every call (botocore)."""
    params, context = call.params, call.context
    resource = params["ResourceId"]
    ecs = params["ServiceNamespace"] == "ecs"
    if ecs:
        if params["ScalableDimension"] != DIMENSION or not _RESOURCE.fullmatch(resource):
            raise invalid("Unsupported service namespace, resource type or scalable dimension")
        if not _service_exists(context, resource):
            raise invalid(f"ECS service doesn't exist: {resource}")
    existing = _target(call)
    low = params.get("MinCapacity", existing.min_capacity if existing else None)
    high = params.get("MaxCapacity", existing.max_capacity if existing else None)
    if low is None:
        raise invalid("MinCapacity must be provided for new scalable targets")
    if high is None:
        raise invalid("MaxCapacity must be provided for new scalable targets")
    if low < 0 or high < 0:
        raise invalid("Capacity cannot be negative")
    if low > high:
        raise invalid(
            f"Maximum capacity cannot be less than minimum capacity. Min: {low}, Max: {high}"
        )
    tags = params.pop("Tags", {})
    result = call.moto()
    target = _target(call)
    if existing is None:
        target.tags = tags  # tags count on creation only (botocore)
    if ecs:
        linked_roles.ensure_service_linked_role(
            context, "ecs.application-autoscaling.amazonaws.com"
        )
        target.role_arn = (
            f"arn:aws:iam::{context.account}:role/aws-service-role/"
            "ecs.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService"
        )
        _set_desired_count(context, resource, low, high)
    result["ScalableTargetARN"] = target.arn
    return result


def _tagged(call: Call) -> Any:
    arn = call.params["ResourceARN"]
    for targets in backend(call.context).targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise AwsError("ResourceNotFoundException", f"The resource '{arn}' does not exist")


@on("application-autoscaling", "ListTagsForResource")
def list_tags_for_resource(call: Call) -> Params:
    """moto keeps no tags of scalable targets."""
    return {"Tags": dict(_tagged(call).tags)}


@on("application-autoscaling", "TagResource")
def tag_resource(call: Call) -> Params:
    _tagged(call).tags.update(call.params["Tags"])
    return {}


@on("application-autoscaling", "UntagResource")
def untag_resource(call: Call) -> Params:
    tags = _tagged(call).tags
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _service_exists(context: Context, resource: str) -> bool:
    from .. import ecs

    return bool(ecs.service_exists(context, resource))


def _set_desired_count(context: Context, resource: str, low: int, high: int) -> None:
    from .. import ecs

    ecs.set_desired_count(context, resource, low, high)


@on("application-autoscaling", "DeregisterScalableTarget")
def deregister_scalable_target(call: Call) -> Params:
    """Policies, their alarms and scheduled actions go with it (botocore)."""
    _need_target_to_delete(call)
    scaling = backend(call.context)
    key = (call.params["ServiceNamespace"], call.params["ResourceId"])
    for name, policy in list(scaling.policies.items()):
        if (policy.service_namespace, policy.resource_id) == key:
            policy.delete_alarms(call.context.account, call.context.region)
            del scaling.policies[name]
    scaling.scheduled_actions = [
        action
        for action in scaling.scheduled_actions
        if (action.service_namespace, action.resource_id) != key
    ]
    return call.moto()


def _need_target_to_delete(call: Call) -> None:
    if _target(call) is None:
        params = call.params
        raise AwsError(
            "ObjectNotFoundException",
            f"No scalable target found for service namespace: {params['ServiceNamespace']}, "
            f"resource ID: {params['ResourceId']}, scalable dimension: {params['ScalableDimension']}",
        )


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
    from .elbv2.common import backend as elb_backend
    from .elbv2.common import balancers_using

    match = _LABEL.fullmatch(label)
    if not match:
        raise invalid(
            f"Invalid resource label: {label}. The format of the resource label is "
            "app/<load-balancer-name>/<load-balancer-id>/targetgroup/<target-group-name>/<target-group-id>"
        )
    balancer, group = match.groups()
    for arn in elb_backend(context).target_groups:
        if arn.endswith(f":{group}"):
            in_front = balancers_using(context, arn)
            if any(found.endswith(f":loadbalancer/{balancer}") for found in in_front):
                return
    raise invalid(f"Target group {group} is not associated with load balancer {balancer}")


@on("application-autoscaling", "DeleteScalingPolicy")
def delete_scaling_policy(call: Call) -> Params:
    if _policy(call) is None:
        raise AwsError(
            "ObjectNotFoundException",
            f"No scaling policy found for service namespace: {call.params['ServiceNamespace']}, "
            f"resource ID: {call.params['ResourceId']}, scalable dimension: "
            f"{call.params['ScalableDimension']}, policy name: {call.params['PolicyName']}",
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


@lists
def objects(context: Context) -> list[Params]:
    scaling = backend(context)
    found: list[Params] = []

    def add(kind: str, arn: str, name: str) -> None:
        found.append(
            {"kind": f"application-autoscaling:{kind}", "id": arn, "name": name, "tags": {}}
        )

    for targets in scaling.targets.values():
        for target in targets.values():
            add("scalable-target", target.arn, target.resource_id)
    for policy in scaling.policies.values():
        add("policy", policy.policy_arn, policy.policy_name)
    for action in scaling.scheduled_actions:
        add("scheduled-action", action.arn, action.scheduled_action_name)
    return found
