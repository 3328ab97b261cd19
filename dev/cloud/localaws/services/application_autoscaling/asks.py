"""Application Auto Scaling.

It checks with calls of its own, as the caller, that the caller might change the service and make
the alarms of a policy: these have no valid name, and a missing right is a ValidationException
(user guide, "Permissions validation for Application Auto Scaling API calls on target resources").
"""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context
from localaws.services.iam.linked_roles import linked_role_asks

_DESCRIBES = (
    "DescribeScalableTargets",
    "DescribeScalingActivities",
    "DescribeScalingPolicies",
    "DescribeScheduledActions",
)
_ON_A_TARGET = (
    "DeleteScalingPolicy",
    "DeleteScheduledAction",
    "DeregisterScalableTarget",
    "PutScalingPolicy",
    "PutScheduledAction",
    "RegisterScalableTarget",
)


@asks("application-autoscaling")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"application-autoscaling:{operation}"
    if operation in _DESCRIBES:
        return [Ask(action)]
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [Ask(action, params["ResourceARN"])]
    if operation not in _ON_A_TARGET:
        return None
    target = arn(context, "application-autoscaling", f"scalable-target/{params['ResourceId']}")
    keys = {
        "application-autoscaling:service-namespace": params["ServiceNamespace"],
        "application-autoscaling:scalable-dimension": params["ScalableDimension"],
    }
    found = [Ask(action, target, keys)]
    if operation == "RegisterScalableTarget":
        if params.get("Tags"):
            # Service Authorization Reference: it depends on TagResource.
            found.append(Ask("application-autoscaling:TagResource", target))
        if params["ServiceNamespace"] == "ecs":
            service = arn(context, "ecs", params["ResourceId"])
            found += [_checked(it, service) for it in ("ecs:DescribeServices", "ecs:UpdateService")]
            found += linked_role_asks(context, "ecs.application-autoscaling.amazonaws.com")
    nameless = arn(context, "cloudwatch", "alarm:")
    if operation == "PutScalingPolicy":
        every = arn(context, "cloudwatch", "alarm:*")
        found.append(_checked("cloudwatch:DescribeAlarms", every))
        found.append(_checked("cloudwatch:PutMetricAlarm", nameless))
    if operation in ("PutScalingPolicy", "DeleteScalingPolicy"):
        found.append(_checked("cloudwatch:DeleteAlarms", nameless))
    return found


def _checked(action: str, resource: str) -> Ask:
    return Ask(action, resource, refused_as="ValidationException")
