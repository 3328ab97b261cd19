"""An application load balancer."""

from __future__ import annotations

from account import Cloud
from others import Call, member
from rows import Facts, Kind, Place, Row
from spelling import ordered, text
from state import Entry

from kinds._elb import TAGS, Attribute, attributes, tags

SUBNETS, OTHER_SUBNETS = ["$subnet1", "$subnet2"], ["$subnet2", "$subnet3"]


def call(operation: str, name: str) -> Call:
    return Call("elbv2", operation, "LoadBalancerArn", member(name))


def attribute(key: str) -> Attribute:
    return Attribute("modify_load_balancer_attributes", "LoadBalancerArn", key)


ROWS = {
    "internal": Row(False, True, as_aws_spells=lambda it: "internal" if it else "internet-facing"),
    "vpcId": Row("$vpc1", "$vpc2", changes_with={"subnets": ["$other1", "$other2"], "securityGroups": ["$others"]}),
    "subnets": Row(SUBNETS, OTHER_SUBNETS, as_aws_spells=ordered, change=call("set_subnets", "Subnets")),
    "securityGroups": Row(
        ["$one.albSecurityGroupId"],
        ["$two.albSecurityGroupId"],
        as_aws_spells=ordered,
        change=call("set_security_groups", "SecurityGroups"),
    ),
    "idleTimeout": Row(60, 120, as_aws_spells=text, change=attribute("idle_timeout.timeout_seconds")),
    "deletionProtection": Row(False, True, as_aws_spells=text, change=attribute("deletion_protection.enabled")),
    "dropInvalidHeaderFields": Row(
        True, False, as_aws_spells=text, change=attribute("routing.http.drop_invalid_header_fields.enabled")
    ),
    "clientKeepAlive": Row(3600, 60, as_aws_spells=text, change=attribute("client_keep_alive.seconds")),
    "http2": Row(True, False, as_aws_spells=text, change=attribute("routing.http2.enabled")),
    "desyncMitigationMode": Row("defensive", "strictest", change=attribute("routing.http.desync_mitigation_mode")),
    "preserveHostHeader": Row(
        False, True, as_aws_spells=text, change=attribute("routing.http.preserve_host_header.enabled")
    ),
    "xffHeaderProcessing": Row("append", "remove", change=attribute("routing.http.xff_header_processing.mode")),
    "xffClientPort": Row(False, True, as_aws_spells=text, change=attribute("routing.http.xff_client_port.enabled")),
    "tlsVersionAndCipherHeaders": Row(
        False,
        True,
        as_aws_spells=text,
        change=attribute("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
    ),
    "wafFailOpen": Row(False, True, as_aws_spells=text, change=attribute("waf.fail_open.enabled")),
    "zonalShift": Row(False, True, as_aws_spells=text, change=attribute("zonal_shift.config.enabled")),
    "ipAddressType": Row("ipv4", "dualstack", change=call("set_ip_address_type", "IpAddressType")),
}


def look(cloud: Cloud, it: Entry) -> Facts:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_load_balancers(LoadBalancerArns=[it.id])["LoadBalancers"]
    facts = {
        "internal": found["Scheme"],
        "ipAddressType": found["IpAddressType"],
        "vpcId": found["VpcId"],
        "subnets": sorted(zone["SubnetId"] for zone in found["AvailabilityZones"]),
        "securityGroups": sorted(found["SecurityGroups"]),
        "tags": tags(cloud, it.id),
    }
    return facts | attributes(ROWS, elb.describe_load_balancer_attributes(LoadBalancerArn=it.id)["Attributes"])


def foreign(at: Place, name: str) -> str:
    made = at.client("elbv2").create_load_balancer(Name=name, Subnets=at.subnets, Scheme="internal")
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


KIND = Kind(
    "fargate:lb:LoadBalancer",
    {**ROWS},
    look=look,
    delete=lambda cloud, it: cloud.client("elbv2").delete_load_balancer(LoadBalancerArn=it.id),
    tag=TAGS,
    foreign=foreign,
)
