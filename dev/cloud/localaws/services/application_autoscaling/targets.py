"""Application Auto Scaling for ECS services: the scalable targets, and what goes with them.

Sources: botocore's application-autoscaling texts, Terraform's appautoscaling/target.go, aws.md 12.
"""

from __future__ import annotations

import re
from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    applicationautoscaling_backends,
)

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.services.ecs import operations
from localaws.services.iam import linked_roles

DIMENSION = "ecs:service:DesiredCount"
_RESOURCE = re.compile(r"service/[A-Za-z0-9_-]{1,255}/[A-Za-z0-9_-]{1,255}")

# moto asks its own ECS, which is not in use here; the rule below asks ours.
ApplicationAutoscalingBackend._ecs_service_exists_for_target = lambda self, r_id: True


def backend(context: Context) -> Any:
    return applicationautoscaling_backends[context.account][context.region]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(what: str, params: Params) -> AwsError:
    return AwsError(
        "ObjectNotFoundException",
        f"No {what} for service namespace: {params['ServiceNamespace']}, "
        f"resource ID: {params['ResourceId']}, scalable dimension: {params['ScalableDimension']}",
    )


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
        raise not_found("scalable target registered", call.params)
    return target


@on("application-autoscaling", "RegisterScalableTarget")
def register_scalable_target(call: Call) -> Params:
    """An upsert that clamps the desired count at once, on every call (botocore)."""
    params, context = call.params, call.context
    resource = params["ResourceId"]
    for_ecs = params["ServiceNamespace"] == "ecs"
    if for_ecs:
        if params["ScalableDimension"] != DIMENSION or not _RESOURCE.fullmatch(resource):
            raise invalid("Unsupported service namespace, resource type or scalable dimension")
        if not operations.service_exists(context, resource):
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
    if for_ecs:
        linked_roles.ensure_service_linked_role(
            context, "ecs.application-autoscaling.amazonaws.com"
        )
        target.role_arn = (
            f"arn:aws:iam::{context.account}:role/aws-service-role/"
            "ecs.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService"
        )
        operations.set_desired_count(context, resource, low, high)
    result["ScalableTargetARN"] = target.arn
    return result


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
        raise not_found("scalable target found", call.params)


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
