"""A listener of a load balancer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from account import Cloud
from authentication import CLAIM, JWT, before, entered, spelled
from others import Call, member
from rows import ABSENT, Facts, Feature, Input, Kept, Kind, Row, Theirs
from spelling import ordered, text
from state import Entry

from kinds._elb import TAGS, Attribute, attributes, tags
from kinds.listener_rule import action, redirected, response

OLD_TLS, NEW_TLS = "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
OVER_TLS = {"protocol": "HTTPS", "certificateArn": "$certificate1", "sslPolicy": OLD_TLS}


def look(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("elbv2").describe_listeners(ListenerArns=[it.id])["Listeners"]
    action = found["DefaultActions"][-1]
    return {
        "loadBalancerArn": found["LoadBalancerArn"],
        "port": found["Port"],
        "protocol": found["Protocol"],
        "certificateArn": [certificate["CertificateArn"] for certificate in found.get("Certificates", [])],
        "sslPolicy": found.get("SslPolicy"),
        "targetGroupArn": action.get("TargetGroupArn"),
        "redirectPort": action.get("RedirectConfig", {}).get("Port"),
        "additionalCertificateArns": others(cloud, it.id),
        **{path: found.get("MutualAuthentication", {}).get(name) for path, name in CLIENTS.items()},
        **attributes(HEADERS, cloud.client("elbv2").describe_listener_attributes(ListenerArn=it.id)["Attributes"]),
        "redirect": elsewhere(action.get("RedirectConfig", {})),
        "fixedResponse": {
            name: action.get("FixedResponseConfig", {}).get(name)
            for name in ("StatusCode", "ContentType", "MessageBody")
        },
        "authentication": entered(found["DefaultActions"]),
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
    cloud.validate(arn)
    status = acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]
    assert status == "ISSUED", status
    return str(arn)


def attribute(key: str) -> Attribute:
    return Attribute("modify_listener_attributes", "ListenerArn", key)


def header(first: str, second: str, name: str, **more: Any) -> Row:
    key = f"routing.http.response.{name}.header_value"
    return Row(first, second, absent="", change=attribute(key), **more)


def further(cloud: Cloud, it: Entry, _path: str, value: list[str]) -> None:
    elb = cloud.client("elbv2")
    wanted = set(value)
    present = set(others(cloud, it.id))
    for arn in wanted - present:
        elb.add_listener_certificates(ListenerArn=it.id, Certificates=[{"CertificateArn": arn}])
    for arn in present - wanted:
        elb.remove_listener_certificates(ListenerArn=it.id, Certificates=[{"CertificateArn": arn}])


def others(cloud: Cloud, arn: str) -> list[str]:
    """The certificates beside the first."""
    found = cloud.client("elbv2").describe_listener_certificates(ListenerArn=arn)["Certificates"]
    first = [it["CertificateArn"] for it in found if it["IsDefault"]]
    return sorted(it["CertificateArn"] for it in found if not it["IsDefault"] and it["CertificateArn"] not in first)


def clients(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_listeners(ListenerArns=[it.id])["Listeners"]
    asked = found["MutualAuthentication"]
    member = CLIENTS[path]
    asked[member] = "on" if value is True and member.startswith("Advertise") else value
    if value is False and member.startswith("Advertise"):
        asked[member] = "off"
    if asked["Mode"] == "verify":
        asked.setdefault("TrustStoreArn", elb.describe_trust_stores()["TrustStores"][0]["TrustStoreArn"])
    else:
        asked = {"Mode": asked["Mode"]}
    elb.modify_listener(ListenerArn=it.id, MutualAuthentication=asked)


def enter(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_listeners(ListenerArns=[it.id])["Listeners"]
    elb.modify_listener(ListenerArn=it.id, DefaultActions=before(value, found["DefaultActions"]))


def store(cloud: Cloud, name: str) -> str:
    made = cloud.client("elbv2").create_trust_store(
        Name=name, CaCertificatesBundleS3Bucket="files", CaCertificatesBundleS3Key="ca.pem"
    )
    return str(made["TrustStores"][0]["TrustStoreArn"])


CLIENTS = {
    "mutualTls.mode": "Mode",
    "mutualTls.trustStoreArn": "TrustStoreArn",
    "mutualTls.ignoreClientCertificateExpiry": "IgnoreClientCertificateExpiry",
    "mutualTls.advertiseTrustStoreCaNames": "AdvertiseTrustStoreCaNames",
}
VERIFIED = {
    "mode": "verify",
    "trustStoreArn": "$store1",
    "ignoreClientCertificateExpiry": True,
    "advertiseTrustStoreCaNames": False,
}
OVER_VERIFIED = {**OVER_TLS, "mutualTls": VERIFIED}
HEADERS = {
    # With anything but AWS's default: what nobody asked for is not looked at.
    "serverHeader": Row(False, True, as_aws_spells=text, change=attribute("routing.http.response.server.enabled")),
    "strictTransportSecurity": header("max-age=60", "max-age=600", "strict_transport_security", needs=OVER_TLS),
    "contentSecurityPolicy": header("default-src 'self'", "default-src 'none'", "content_security_policy"),
    "xContentTypeOptions": header("nosniff", "nosniff", "x_content_type_options"),
    "xFrameOptions": header("DENY", "SAMEORIGIN", "x_frame_options"),
    "accessControlAllowOrigin": header("*", "https://example.com", "access_control_allow_origin"),
    "accessControlAllowMethods": header("GET", "GET,POST", "access_control_allow_methods"),
    "accessControlAllowHeaders": header("*", "ETag", "access_control_allow_headers"),
    "accessControlAllowCredentials": header("true", "true", "access_control_allow_credentials"),
    "accessControlExposeHeaders": header("*", "ETag", "access_control_expose_headers"),
    "accessControlMaxAge": header("60", "600", "access_control_max_age"),
}


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
        "additionalCertificateArns": Row(
            ["$certificate2"], ["$certificate3"], needs=OVER_TLS, as_aws_spells=ordered, absent=[], change=further
        ),
        "mutualTls.mode": Row(
            "verify",
            "passthrough",
            needs=OVER_VERIFIED,
            changes_with={
                "mutualTls": {
                    "mode": "passthrough",
                    "advertiseTrustStoreCaNames": False,
                    "ignoreClientCertificateExpiry": False,
                }
            },
            not_alone="AWS asks for a trust store with it",
        ),
        "mutualTls.trustStoreArn": Row("$store1", "$store2", needs=OVER_VERIFIED, change=clients),
        "mutualTls.ignoreClientCertificateExpiry": Row(True, False, needs=OVER_VERIFIED, change=clients),
        "mutualTls.advertiseTrustStoreCaNames": Row(
            False, True, needs=OVER_VERIFIED, as_aws_spells=lambda it: "on" if it else "off", change=clients
        ),
        **HEADERS,
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
        "authentication": Row(
            {"jwt": JWT},
            {"jwt": JWT | {"claims": [CLAIM | {"format": "single-string"}]}},
            needs=OVER_TLS,
            as_aws_spells=spelled,
            change=enter,
        ),
        "clientSecretFrom": Kept("AWS does not return it: test_authentication.py", ABSENT),
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
        for name in ("certificate1", "certificate2", "certificate3")
    }
    | {
        name: Theirs(store, "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/store1/1111111111111111")
        for name in ("store1", "store2")
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
