"""A listener of a load balancer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from account import Cloud
from others import Call, member
from rows import ABSENT, Facts, Feature, Input, Kind, Row, Theirs
from spelling import text
from state import Entry

from kinds._elb import TAGS, tags
from kinds.listener_rule import action, redirected, response

OLD_TLS, NEW_TLS = "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
OVER_TLS = {"protocol": "HTTPS", "certificateArn": "$certificate1", "sslPolicy": OLD_TLS}


def look(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("elbv2").describe_listeners(ListenerArns=[it.id])["Listeners"]
    (action,) = found["DefaultActions"]
    return {
        "loadBalancerArn": found["LoadBalancerArn"],
        "port": found["Port"],
        "protocol": found["Protocol"],
        "certificateArn": [certificate["CertificateArn"] for certificate in found.get("Certificates", [])],
        "sslPolicy": found.get("SslPolicy"),
        "targetGroupArn": action.get("TargetGroupArn"),
        "redirectPort": action.get("RedirectConfig", {}).get("Port"),
        "redirect": elsewhere(action.get("RedirectConfig", {})),
        "fixedResponse": {
            name: action.get("FixedResponseConfig", {}).get(name)
            for name in ("StatusCode", "ContentType", "MessageBody")
        },
        "tags": tags(cloud, it.id),
    }


def elsewhere(config: dict[str, str]) -> dict[str, str]:
    """That from plain HTTP to HTTPS is `redirectPort`."""
    members = {key.lower(): value for key, value in config.items() if "#{" not in value}
    to_https = {"protocol": "HTTPS", "port": members.get("port"), "statuscode": "HTTP_301"}
    return {} if members == to_https else members


def call(members: Callable[[Any], dict[str, Any]]) -> Call:
    return Call("elbv2", "modify_listener", "ListenerArn", members)


def redirect(port: Any) -> dict[str, Any]:
    config = {"Protocol": "HTTPS", "Port": str(port), "StatusCode": "HTTP_301"}
    return {"DefaultActions": [{"Type": "redirect", "RedirectConfig": config}]}


def protocol(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    """With any certificate: HTTPS needs one."""
    arn = cloud.client("acm").list_certificates()["CertificateSummaryList"][0]["CertificateArn"]
    change = call(lambda value: {"Protocol": value, "Certificates": [{"CertificateArn": arn}]})
    change(cloud, it, path, value)


def certificate(cloud: Cloud, name: str) -> str:
    acm = cloud.client("acm")
    arn = acm.request_certificate(DomainName=f"{name}.example.com", ValidationMethod="DNS")["CertificateArn"]
    status = acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]
    assert status == "ISSUED", status
    return str(arn)


KIND = Kind(
    "fargate:lb:Listener",
    {
        "loadBalancerArn": Row(
            "$one.loadBalancerArn", "$two.loadBalancerArn", changes_with={"targetGroupArn": "$targets2"}
        ),
        "port": Row(8000, 8001, change=call(member("Port"))),
        "protocol": Row(
            "HTTP", "HTTPS", changes_with={"certificateArn": "$certificate1", "sslPolicy": OLD_TLS}, change=protocol
        ),
        "certificateArn": Row(
            "$certificate1",
            "$certificate2",
            needed=True,
            needs=OVER_TLS,
            as_aws_spells=lambda arn: [arn],
            change=call(lambda value: {"Certificates": [{"CertificateArn": value}]}),
        ),
        "sslPolicy": Row(
            OLD_TLS,
            NEW_TLS,
            needs=OVER_TLS,
            # What AWS takes when none is sent (CreateListener, SslPolicy).
            absent="ELBSecurityPolicy-2016-08",
            change=call(member("SslPolicy")),
        ),
        "targetGroupArn": Row(
            "$targets1",
            "$targets2",
            needed=True,
            change=call(lambda value: {"DefaultActions": [{"Type": "forward", "TargetGroupArn": value}]}),
        ),
        "redirect": Row(
            {"statusCode": 301, "host": "www.example.com"},
            {"statusCode": 302, "path": "/new"},
            needed=True,
            needs={"targetGroupArn": ABSENT},
            as_aws_spells=redirected,
            change=call(lambda value: {"DefaultActions": [action("redirect", value)]}),
        ),
        "fixedResponse": Row(
            {"statusCode": 404, "contentType": "text/plain"},
            {"statusCode": 503, "contentType": "text/html", "messageBody": "Later."},
            needed=True,
            needs={"targetGroupArn": ABSENT},
            as_aws_spells=response,
            change=call(lambda value: {"DefaultActions": [action("fixedResponse", value)]}),
        ),
        "redirectPort": Row(
            443, 8443, needed=True, needs={"targetGroupArn": ABSENT}, as_aws_spells=text, change=call(redirect)
        ),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("elbv2").delete_listener(ListenerArn=it.id),
    tag=TAGS,
    passed_on=True,
    moves={"loadBalancerArn": "$two.loadBalancerArn", "targetGroupArn": "$targets2"},
    ground={
        name: Theirs(certificate, "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-1111-1111-1111-111111111111")
        for name in ("certificate1", "certificate2")
    },
    feature=Feature(
        "https",
        {"certificateArn": "$certificate1"},
        {
            "redirectHttp": Input(False),
            "http": Input(True, changes_with={"redirectHttp": False}),
            "sslPolicy": Input("ELBSecurityPolicy-TLS13-1-2-2021-06"),
        },
    ),
)
