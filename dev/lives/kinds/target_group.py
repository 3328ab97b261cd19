"""A target group of a load balancer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from account import Cloud
from others import Call, member
from rows import IN_THE_NAME, Facts, Kind, Place, Row
from spelling import text
from state import Entry

from kinds._elb import TAGS, Attribute, attributes, tags


def call(members: Callable[[Any], dict[str, Any]]) -> Call:
    return Call("elbv2", "modify_target_group", "TargetGroupArn", members)


def attribute(key: str) -> Attribute:
    return Attribute("modify_target_group_attributes", "TargetGroupArn", key)


ROWS = {
    "protocol": Row("HTTP", "HTTPS"),
    "protocolVersion": Row("HTTP1", "HTTP2"),
    "vpcId": Row("$vpc1", "$vpc2"),
    "internal": Row(False, True, as_aws_spells=IN_THE_NAME),
    "alternate": Row(True, False, as_aws_spells=IN_THE_NAME),
    "healthCheck.protocol": Row("HTTP", "HTTPS", change=call(member("HealthCheckProtocol"))),
    "healthCheck.path": Row("/", "/health", change=call(member("HealthCheckPath"))),
    "healthCheck.port": Row("traffic-port", "8081", change=call(member("HealthCheckPort"))),
    "healthCheck.matcher": Row("200-399", "200,204", change=call(lambda value: {"Matcher": {"HttpCode": value}})),
    "healthCheck.interval": Row(10, 30, change=call(member("HealthCheckIntervalSeconds"))),
    "healthCheck.timeout": Row(5, 3, change=call(member("HealthCheckTimeoutSeconds"))),
    "healthCheck.healthyThreshold": Row(2, 4, change=call(member("HealthyThresholdCount"))),
    "healthCheck.unhealthyThreshold": Row(3, 5, change=call(member("UnhealthyThresholdCount"))),
    "deregistrationDelay": Row(30, 300, as_aws_spells=text, change=attribute("deregistration_delay.timeout_seconds")),
    "algorithm": Row("round_robin", "least_outstanding_requests", change=attribute("load_balancing.algorithm.type")),
    "anomalyMitigation": Row(
        "off",
        "on",
        changes_with={"algorithm": "weighted_random"},
        change=attribute("load_balancing.algorithm.anomaly_mitigation"),
        not_alone="AWS asks for the algorithm with it",
    ),
    "slowStart": Row(0, 60, as_aws_spells=text, change=attribute("slow_start.duration_seconds")),
    "crossZone": Row("use_load_balancer_configuration", "false", change=attribute("load_balancing.cross_zone.enabled")),
    "stickiness": Row(False, True, as_aws_spells=text, change=attribute("stickiness.enabled")),
    "stickinessType": Row(
        "lb_cookie",
        "app_cookie",
        changes_with={"appCookieName": "basket"},
        change=attribute("stickiness.type"),
        not_alone="AWS asks for the cookie's name with it",
    ),
    "lbCookieDuration": Row(86400, 60, as_aws_spells=text, change=attribute("stickiness.lb_cookie.duration_seconds")),
    "appCookieDuration": Row(86400, 60, as_aws_spells=text, change=attribute("stickiness.app_cookie.duration_seconds")),
    "appCookieName": Row(
        "basket",
        "session",
        needed=True,
        needs={"stickinessType": "app_cookie"},
        change=attribute("stickiness.app_cookie.cookie_name"),
    ),
}


def look(cloud: Cloud, it: Entry) -> Facts:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_target_groups(TargetGroupArns=[it.id])["TargetGroups"]
    facts = {
        "protocol": found["Protocol"],
        "protocolVersion": found["ProtocolVersion"],
        "vpcId": found["VpcId"],
        "healthCheck.protocol": found["HealthCheckProtocol"],
        "healthCheck.path": found["HealthCheckPath"],
        "healthCheck.port": found["HealthCheckPort"],
        "healthCheck.matcher": found["Matcher"].get("HttpCode") or found["Matcher"]["GrpcCode"],
        "healthCheck.interval": found["HealthCheckIntervalSeconds"],
        "healthCheck.timeout": found["HealthCheckTimeoutSeconds"],
        "healthCheck.healthyThreshold": found["HealthyThresholdCount"],
        "healthCheck.unhealthyThreshold": found["UnhealthyThresholdCount"],
        "tags": tags(cloud, it.id),
    }
    facts |= attributes(ROWS, elb.describe_target_group_attributes(TargetGroupArn=it.id)["Attributes"])
    # Nobody can take it away; it means nothing then.
    return facts | ({"appCookieName": ""} if facts["stickinessType"] == "lb_cookie" else {})


def foreign(at: Place, name: str) -> str:
    made = at.client("elbv2").create_target_group(Name=name, Protocol="HTTP", Port=81, VpcId=at.vpc, TargetType="ip")
    return str(made["TargetGroups"][0]["TargetGroupArn"])


KIND = Kind(
    "fargate:lb:TargetGroup",
    {**ROWS},
    look=look,
    delete=lambda cloud, it: cloud.client("elbv2").delete_target_group(TargetGroupArn=it.id),
    tag=TAGS,
    foreign=foreign,
)
