"""Target groups: creation, adoption, health check rules and deletion."""

from __future__ import annotations

import re
from typing import Any

from localaws.context import AwsError
from localaws.rules import Call, Params, on

from .attributes import GROUP, fill_in
from .in_front import balancers_using
from .lookups import backend, balancer, invalid, misconfigured, target_group
from .names import check_name
from .targets import forget

_CODES = re.compile(r"\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*")

# parameter -> attribute of moto's target group: what makes two groups "the same"
_SETTINGS = {
    "Protocol": "protocol",
    "ProtocolVersion": "protocol_version",
    "Port": "port",
    "VpcId": "vpc_id",
    "TargetType": "target_type",
    "HealthCheckProtocol": "health_check_protocol",
    "HealthCheckPort": "health_check_port",
    "HealthCheckPath": "health_check_path",
    "HealthCheckIntervalSeconds": "health_check_interval_seconds",
    "HealthCheckTimeoutSeconds": "health_check_timeout_seconds",
    "HealthyThresholdCount": "healthy_threshold_count",
    "UnhealthyThresholdCount": "unhealthy_threshold_count",
    "Matcher": "matcher",
}
# What AWS fills in for an HTTP(S) group, so that a second, shorter request can be compared.
_DEFAULTS: Params = {
    "ProtocolVersion": "HTTP1",
    "TargetType": "instance",
    "HealthCheckPort": "traffic-port",
    "HealthCheckPath": "/",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
}


@on("elbv2", "CreateTargetGroup")
def create_target_group(call: Call) -> Params:
    params = call.params
    name = params["Name"]
    check_name("Target group", name)
    http = params.get("Protocol") in ("HTTP", "HTTPS")
    if params.get("ProtocolVersion") == "GRPC":
        params.setdefault("Matcher", {"GrpcCode": "12"})
        params.setdefault("HealthCheckPath", "/AWS.ALB/healthcheck")
    kind = params.get("TargetType", "instance")
    if http and kind != "lambda":
        check_health(params, params["Protocol"], kind)
    for existing in backend(call.context).target_groups.values():
        if existing.name == name:
            return _adopt(call, existing, http)
    result = call.moto()
    made = backend(call.context).target_groups[result["TargetGroups"][0]["TargetGroupArn"]]
    if params.get("ProtocolVersion") == "GRPC":
        made.matcher = params["Matcher"]
        result["TargetGroups"][0]["Matcher"] = params["Matcher"]
    if http:
        made.attributes = fill_in(made.attributes, GROUP)
    return result


def _adopt(call: Call, existing: Any, http: bool) -> Params:
    """The same settings: success with the existing group (botocore: CreateTargetGroup)."""
    defaults = {**_DEFAULTS, "HealthCheckProtocol": "HTTP"} if http else {}
    for parameter, attribute in _SETTINGS.items():
        wanted = call.params.get(parameter, defaults.get(parameter))
        if wanted is not None and str(getattr(existing, attribute, None)) != str(wanted):
            raise AwsError(
                "DuplicateTargetGroupName",
                f"A target group with the same name '{existing.name}' exists, but with different "
                "settings",
            )
    return call.moto("DescribeTargetGroups", {"TargetGroupArns": [existing.arn]})


@on("elbv2", "ModifyTargetGroup")
def modify_target_group(call: Call) -> Params:
    group = target_group(call.context, call.params["TargetGroupArn"])
    codes = call.params.get("Matcher", {}).get("GrpcCode")
    if group.protocol in ("HTTP", "HTTPS"):
        current = {
            "HealthCheckProtocol": group.health_check_protocol,
            "HealthCheckIntervalSeconds": int(group.health_check_interval_seconds),
            "HealthCheckTimeoutSeconds": int(group.health_check_timeout_seconds),
            "ProtocolVersion": group.protocol_version,
        }
        check_health({**current, **call.params}, group.protocol, group.target_type)
    result = call.moto()
    if codes is not None:
        group.matcher = {"GrpcCode": codes}
        result["TargetGroups"][0]["Matcher"] = group.matcher
    return result


def check_health(params: Params, protocol: str, kind: str) -> None:
    """The health check of an HTTP(S) group (botocore's texts, aws.md 7.2)."""
    checked = params.get("HealthCheckProtocol")
    if checked and checked not in ("HTTP", "HTTPS"):
        raise misconfigured(
            f"Health check protocol '{checked}' is not supported for target groups with the "
            f"{protocol} protocol"
        )
    if params.get("HealthCheckEnabled") is False and kind in ("ip", "instance"):
        raise misconfigured(
            f"Health checks must be enabled for target groups with target type '{kind}'"
        )
    interval = params.get("HealthCheckIntervalSeconds", 30)
    timeout = params.get("HealthCheckTimeoutSeconds", 5)
    if timeout >= interval:
        raise invalid(
            f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        )
    version = params.get("ProtocolVersion")
    if version not in (None, "HTTP1", "HTTP2", "GRPC"):
        raise invalid(f"Protocol version '{version}' must be one of 'HTTP1, HTTP2, GRPC'")
    path = params.get("HealthCheckPath")
    if path is not None and not path.startswith("/"):
        raise invalid(f"Health check path '{path}' must begin with a '/' character")
    port = params.get("HealthCheckPort")
    if port not in (None, "traffic-port") and not (port.isdigit() and 1 <= int(port) <= 65535):
        raise invalid(
            f"Health check port '{port}' must be either 'traffic-port' or a number from 1 to 65535"
        )
    matcher = params.get("Matcher", {})
    grpc = version == "GRPC"
    if matcher and ("GrpcCode" in matcher) != grpc:
        raise invalid(
            "The matcher of a target group with protocol version GRPC is GrpcCode, of others HttpCode"
        )
    if "HttpCode" in matcher:
        _check_codes(matcher["HttpCode"], 200, 499)
    if "GrpcCode" in matcher:
        _check_codes(matcher["GrpcCode"], 0, 99)


def _check_codes(text: str, low: int, high: int) -> None:
    fits = bool(_CODES.fullmatch(text))
    if fits:
        for part in text.split(","):
            numbers = [int(number) for number in part.split("-")]
            fits = fits and numbers == sorted(numbers) and all(low <= n <= high for n in numbers)
    if not fits:
        raise invalid(
            f"Health check matcher code '{text}' must be a list or range of codes from {low} to {high}"
        )


@on("elbv2", "DescribeTargetGroups")
def describe_target_groups(call: Call) -> Params:
    params, context = call.params, call.context
    given = [key for key in ("LoadBalancerArn", "TargetGroupArns", "Names") if params.get(key)]
    if len(given) > 1:
        raise invalid(
            "Target group names, target group ARNs and a load balancer ARN cannot be specified at "
            "the same time"
        )
    for arn in params.get("TargetGroupArns", []):
        target_group(context, arn)
    present = {group.name for group in backend(context).target_groups.values()}
    if any(name not in present for name in params.get("Names", [])):
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    if params.get("LoadBalancerArn"):
        balancer(context, params["LoadBalancerArn"])
    return call.moto()


@on("elbv2", "DeleteTargetGroup")
def delete_target_group(call: Call) -> Params:
    """Registered targets do not stop it; a missing group is a success (botocore's text lists only
    ResourceInUse)."""
    arn = call.params["TargetGroupArn"]
    try:
        target_group(call.context, arn)
    except AwsError as error:
        if error.code == "TargetGroupNotFound":
            return {}
        raise
    if balancers_using(call.context, arn):
        raise AwsError(
            "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule"
        )
    call.moto()
    forget(arn)
    return {}
