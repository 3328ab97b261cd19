"""moto's load balancing backend, what it has by ARN, and how ELB says what is wrong."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import elbv2_backends

from localaws.context import AwsError, Context


def backend(context: Context) -> Any:
    return elbv2_backends[context.account][context.region]


def balancer(context: Context, arn: str) -> Any:
    found = backend(context).load_balancers.get(arn)
    if found is None:
        if ":loadbalancer/" not in arn:
            raise invalid(f"'{arn}' is not a valid load balancer ARN")
        raise AwsError("LoadBalancerNotFound", "One or more load balancers not found")
    return found


def target_group(context: Context, arn: str) -> Any:
    found = backend(context).target_groups.get(arn)
    if found is None:
        if ":targetgroup/" not in arn:
            raise invalid(f"'{arn}' is not a valid target group ARN")
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    return found


def listener(context: Context, arn: str) -> Any:
    for owner in backend(context).load_balancers.values():
        if arn in owner.listeners:
            return owner.listeners[arn]
    raise AwsError("ListenerNotFound", "One or more listeners not found")


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def misconfigured(message: str) -> AwsError:
    return AwsError("InvalidConfigurationRequest", message)
