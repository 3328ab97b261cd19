"""Attributes of load balancers and target groups: known keys and their ranges.

Source: botocore's texts of LoadBalancerAttribute and TargetGroupAttribute, aws.md 7.1 and 7.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.rules import Call, Params, on
from localaws.services.s3 import buckets, writers

from .lookups import balancer, invalid, misconfigured, target_group

Check = Callable[[str], bool]
# Key -> check, and default.
Known = dict[str, tuple[Check, str | None]]


def number(low: int, high: int, *others: int) -> Check:
    return lambda text: text.isdigit() and (low <= int(text) <= high or int(text) in others)


def one_of(*values: str) -> Check:
    return lambda text: text in values


def anything(_: str) -> bool:
    return True


SWITCH = one_of("true", "false")

# key -> (check, what AWS starts with for an application load balancer)
BALANCER: Known = {
    "deletion_protection.enabled": (SWITCH, "false"),
    "idle_timeout.timeout_seconds": (number(1, 4000), "60"),
    "client_keep_alive.seconds": (number(60, 604800), "3600"),
    "routing.http2.enabled": (SWITCH, "true"),
    "routing.http.drop_invalid_header_fields.enabled": (SWITCH, "false"),
    "routing.http.desync_mitigation_mode": (
        one_of("monitor", "defensive", "strictest"),
        "defensive",
    ),
    "routing.http.preserve_host_header.enabled": (SWITCH, "false"),
    "routing.http.xff_client_port.enabled": (SWITCH, "false"),
    "routing.http.xff_header_processing.mode": (one_of("append", "preserve", "remove"), "append"),
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": (SWITCH, "false"),
    "waf.fail_open.enabled": (SWITCH, "false"),
    "load_balancing.cross_zone.enabled": (SWITCH, "true"),
    "access_logs.s3.enabled": (SWITCH, "false"),
    "access_logs.s3.bucket": (anything, ""),
    "access_logs.s3.prefix": (anything, ""),
    "connection_logs.s3.enabled": (SWITCH, "false"),
    "connection_logs.s3.bucket": (anything, ""),
    "connection_logs.s3.prefix": (anything, ""),
    "health_check_logs.s3.enabled": (SWITCH, "false"),
    "health_check_logs.s3.bucket": (anything, ""),
    "health_check_logs.s3.prefix": (anything, ""),
    "zonal_shift.config.enabled": (SWITCH, "false"),
    "ipv6.deny_all_igw_traffic": (SWITCH, "false"),
}

ALGORITHM = one_of("round_robin", "least_outstanding_requests", "weighted_random")
COUNT_OR_OFF: Check = lambda text: text == "off" or text.isdigit()  # noqa: E731

GROUP: Known = {
    "deregistration_delay.timeout_seconds": (number(0, 3600), "300"),
    "slow_start.duration_seconds": (number(30, 900, 0), "0"),
    "stickiness.enabled": (SWITCH, "false"),
    "stickiness.type": (one_of("lb_cookie", "app_cookie"), "lb_cookie"),
    "stickiness.lb_cookie.duration_seconds": (number(1, 604800), "86400"),
    "stickiness.app_cookie.duration_seconds": (number(1, 604800), "86400"),
    "stickiness.app_cookie.cookie_name": (anything, ""),
    "load_balancing.algorithm.type": (ALGORITHM, "round_robin"),
    "load_balancing.algorithm.anomaly_mitigation": (one_of("on", "off"), "off"),
    "load_balancing.cross_zone.enabled": (
        one_of("true", "false", "use_load_balancer_configuration"),
        "use_load_balancer_configuration",
    ),
    "target_group_health.dns_failover.minimum_healthy_targets.count": (COUNT_OR_OFF, "1"),
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": (COUNT_OR_OFF, "off"),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": (
        number(1, 1000),
        "1",
    ),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": (
        COUNT_OR_OFF,
        "off",
    ),
}
_RESERVED_COOKIES = ("AWSALB", "AWSALBAPP", "AWSALBTG")


@on("elbv2", "ModifyLoadBalancerAttributes")
def modify_load_balancer_attributes(call: Call) -> Params:
    found = balancer(call.context, call.params["LoadBalancerArn"])
    given = _given(call, "Load balancer", BALANCER if found.type == "application" else None)
    if found.type == "application" and given.get("load_balancing.cross_zone.enabled") == "false":
        raise misconfigured(
            "Cross-zone load balancing cannot be turned off for an application load balancer"
        )
    after = {**found.attrs, **given}
    for kind in ("access_logs", "connection_logs", "health_check_logs"):
        if after.get(f"{kind}.s3.enabled") == "true" and any(it.startswith(kind) for it in given):
            _check_bucket(call, found, kind, after)
    found.attrs.update(given)
    return listed(found.attrs)


def _check_bucket(call: Call, found: Any, kind: str, attributes: Params) -> None:
    """ELB writes a test object at once (user guide, "Access logs for your Application Load Balancer"; the words: aws-more.md
    3.1)."""
    name, prefix = attributes.get(f"{kind}.s3.bucket"), attributes.get(f"{kind}.s3.prefix") or ""
    if not name:
        raise misconfigured(f"The key '{kind}.s3.bucket' must set in order to enable access logs")
    if "AWSLogs" in prefix:
        raise misconfigured(f"The value for '{kind}.s3.prefix' must not contain 'AWSLogs'")
    account = call.context.account
    key = f"{prefix}/AWSLogs/{account}/ELBAccessLogTestFile".lstrip("/")
    if not writers.may_write(call.context, name, key, _LOG_DELIVERY, found.arn):
        raise misconfigured(f"Access Denied for bucket: {name}. Please check S3bucket permission")
    bucket = buckets.known(name)
    if bucket is not None:
        bucket.objects[key] = call.context.clock.now()


_LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


@on("elbv2", "DescribeLoadBalancerAttributes")
def describe_load_balancer_attributes(call: Call) -> Params:
    return listed(balancer(call.context, call.params["LoadBalancerArn"]).attrs)


@on("elbv2", "ModifyTargetGroupAttributes")
def modify_target_group_attributes(call: Call) -> Params:
    group = target_group(call.context, call.params["TargetGroupArn"])
    http = group.protocol in ("HTTP", "HTTPS")
    given = _given(call, "Target group", GROUP if http else None)
    after = {**group.attributes, **given}
    if given.get("stickiness.app_cookie.cookie_name") in _RESERVED_COOKIES:
        raise invalid(f"Cookie name '{given['stickiness.app_cookie.cookie_name']}' is reserved")
    if after.get("stickiness.type") == "app_cookie" and not after.get(
        "stickiness.app_cookie.cookie_name"
    ):
        raise misconfigured(
            "You must set an application cookie name to enable stickiness of type 'app_cookie'"
        )
    algorithm = str(after.get("load_balancing.algorithm.type", "round_robin"))
    if str(after.get("slow_start.duration_seconds", "0")) != "0" and algorithm != "round_robin":
        raise misconfigured(f"You cannot enable both slow start and the algorithm '{algorithm}'")
    if (
        after.get("load_balancing.algorithm.anomaly_mitigation") == "on"
        and algorithm != "weighted_random"
    ):
        raise misconfigured("Anomaly mitigation needs the algorithm 'weighted_random'")
    crosses = str(after.get("load_balancing.cross_zone.enabled", "")) != "false"
    if str(after.get("stickiness.enabled", "false")) == "true" and not crosses:
        # User guide, "Sticky sessions": not supported when cross-zone load balancing is turned off (words: ours).
        raise misconfigured(
            "Stickiness is not supported when cross-zone load balancing is turned off"
        )
    group.attributes.update(given)
    return listed(group.attributes)


@on("elbv2", "DescribeTargetGroupAttributes")
def describe_target_group_attributes(call: Call) -> Params:
    return listed(target_group(call.context, call.params["TargetGroupArn"]).attributes)


def _given(call: Call, what: str, known: Known | None) -> dict[str, str]:
    """The request's attributes, each checked. Kinds of balancer that are not ours pass."""
    given: dict[str, str] = {}
    if len(call.params["Attributes"]) > 20:
        raise invalid("Up to '20' attributes can be specified")
    for item in call.params["Attributes"]:
        key, value = item.get("Key", ""), item.get("Value", "")
        if key in given:
            raise invalid(f"{what} attribute key '{key}' was specified more than once")
        if known is not None:
            if key not in known:
                raise invalid(f"{what} attribute key '{key}' is not recognized")
            if not known[key][0](value):
                raise invalid(f"{what} attribute value '{value}' for '{key}' is not valid")
        given[key] = value
    return given


def fill_in(present: Params, known: Known) -> Params:
    """All attributes of this kind are there from the beginning."""
    defaults = {key: default for key, (_, default) in known.items() if default is not None}
    return {**defaults, **{key: str(value) for key, value in present.items() if key in known}}


def listed(present: Params) -> Params:
    return {"Attributes": [{"Key": key, "Value": str(it)} for key, it in present.items()]}
