"""A target group of a load balancer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from account import Cloud
from others import Call, member
from rows import ABSENT, IN_THE_NAME, Facts, Feature, Input, Kind, Place, Row
from samples import BESIDE_HTTP2, BESIDE_TLS
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
    "target": Row("admin", "metrics", needs={"alternate": ABSENT}, as_aws_spells=IN_THE_NAME),
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


# A further port, and a route to it.
ADMIN: dict[str, Any] = {"name": "admin", "containerPort": 9090}
ROUTE: dict[str, Any] = {"name": "first", "pathPatterns": ["/a/*"], "forward": {"target": "admin"}}
LAST: dict[str, Any] = {"pathPatterns": ["/app/*"]}
COOKIE = {"enabled": True, "type": "app_cookie", "cookieName": "basket"}
ELSEWHERE = {"defaultAction.redirect.host": "www.example.com"}


def route(**more: Any) -> Input:
    return Input([ROUTE | more, LAST])


def to_admin(path: str) -> dict[str, Any]:
    return {"pathPatterns": [path], "forward": {"target": "admin"}}


def shares(*targets: dict[str, Any], **more: Any) -> Input:
    return Input([ROUTE | {"forward": {"targets": list(targets)} | more}, LAST])


def redirect(**members: Any) -> Input:
    host = {"host": "www.example.com"} | members
    return Input([ROUTE, {"pathPatterns": ["/old"], "redirect": host}, LAST])


def answer(**members: Any) -> Input:
    return Input([ROUTE, {"pathPatterns": ["/old"], "fixedResponse": members}, LAST])


def target(**more: Any) -> Input:
    return Input([ADMIN | more])


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
    feature=Feature(
        "routes",
        {
            "targets": [ADMIN],
            "routes": [ROUTE, {"pathPatterns": ["/app/*"]}],
            "defaultAction": {"fixedResponse": {"messageBody": "Nothing here."}},
        },
        {
            "routes[].name": route(name="other"),
            "routes[].pathPatterns": route(pathPatterns=["/other/*"]),
            "routes[].hostHeaders": route(hostHeaders=["*.example.com"]),
            "routes[].httpHeaders[].name": route(httpHeaders=[{"name": "X-A", "values": ["1"]}]),
            "routes[].httpHeaders[].values": route(httpHeaders=[{"name": "X-A", "values": ["2"]}]),
            "routes[].queryStrings[].key": route(queryStrings=[{"key": "a", "value": "1"}]),
            "routes[].queryStrings[].value": route(queryStrings=[{"value": "2"}]),
            "routes[].sourceIps": route(sourceIps=["10.0.0.0/8"]),
            "routes[].methods": route(methods=["GET"]),
            "routes[].priority": Input([ROUTE | {"priority": 7}, {"pathPatterns": ["/app/*"], "priority": 3}]),
            "routes[].forward.target": Input([ROUTE | {"forward": {}}, to_admin("/b")]),
            "routes[].forward.targets[].target": shares({"weight": 1}, {"target": "admin", "weight": 1}),
            "routes[].forward.targets[].weight": shares({"weight": 9}, {"target": "admin", "weight": 1}),
            "routes[].forward.stickiness.duration": shares(
                {"weight": 1}, {"target": "admin", "weight": 1}, stickiness={"duration": 60}
            ),
            "routes[].redirect.statusCode": redirect(statusCode=302),
            "routes[].redirect.protocol": redirect(protocol="HTTPS"),
            "routes[].redirect.port": redirect(port="8443"),
            "routes[].redirect.host": redirect(host="a.example.com"),
            "routes[].redirect.path": redirect(path="/new"),
            "routes[].redirect.query": redirect(query="a=1"),
            "routes[].fixedResponse.statusCode": answer(statusCode=503),
            "routes[].fixedResponse.contentType": answer(contentType="text/html"),
            "routes[].fixedResponse.messageBody": answer(messageBody="Later."),
            "routes[].rewriteHost.regex": route(rewriteHost={"regex": "^a", "replace": "b"}),
            "routes[].rewriteHost.replace": route(rewriteHost={"regex": "^a", "replace": "c"}),
            "routes[].rewriteUrl.regex": route(rewriteUrl={"regex": "^/a", "replace": "/b"}),
            "routes[].rewriteUrl.replace": route(rewriteUrl={"regex": "^/a", "replace": "/c"}),
            "targets[].name": Input(
                [ADMIN | {"name": "other"}],
                changes_with={"routes": [ROUTE | {"forward": {"target": "other"}}, {"pathPatterns": ["/app/*"]}]},
            ),
            "targets[].containerPort": target(containerPort=9091),
            "targets[].protocol": Input([ADMIN | {"protocol": "HTTPS"}], changes_with={"image": BESIDE_TLS}),
            "targets[].protocolVersion": Input(
                [ADMIN | {"protocolVersion": "HTTP2"}],
                changes_with={"image": BESIDE_HTTP2, "certificateArn": "$certificate1"},
            ),
            "targets[].deregistrationDelay": target(deregistrationDelay=5),
            **{
                f"targets[].healthCheck.{name}": target(healthCheck={name: value})
                for name, value in {
                    "path": "/live",
                    "port": "9099",
                    "matcher": "204",
                    "interval": 20,
                    "timeout": 3,
                    "healthyThreshold": 4,
                    "unhealthyThreshold": 4,
                }.items()
            },
            "targets[].stickiness.enabled": target(stickiness={"enabled": True}),
            "targets[].stickiness.type": target(stickiness=COOKIE),
            "targets[].stickiness.duration": target(stickiness={"enabled": True, "duration": 60}),
            "targets[].stickiness.cookieName": target(stickiness=COOKIE | {"cookieName": "other"}),
            **{
                f"defaultAction.redirect.{name}": Input(
                    value, changes_with={"defaultAction.fixedResponse": ABSENT} | more
                )
                for name, value, more in (
                    ("statusCode", 302, ELSEWHERE),
                    ("protocol", "HTTPS", {}),
                    ("port", "8443", {}),
                    ("host", "www.example.com", {}),
                    ("path", "/new", {}),
                    ("query", "a=1", ELSEWHERE),
                )
            },
            "defaultAction.fixedResponse.statusCode": Input(503),
            "defaultAction.fixedResponse.contentType": Input("text/html"),
            "defaultAction.fixedResponse.messageBody": Input("Later."),
        },
    ),
)
