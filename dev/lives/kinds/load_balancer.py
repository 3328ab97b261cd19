"""An application load balancer."""

from __future__ import annotations

import json

from account import Cloud
from others import Call, member
from rows import Facts, Kind, Place, Row, Theirs
from spelling import ordered, text
from state import Entry

from kinds._elb import TAGS, Attribute, attributes, tags

SUBNETS, OTHER_SUBNETS = ["$subnet1", "$subnet2"], ["$subnet2", "$subnet3"]


def call(operation: str, name: str) -> Call:
    return Call("elbv2", operation, "LoadBalancerArn", member(name))


def attribute(key: str) -> Attribute:
    return Attribute("modify_load_balancer_attributes", "LoadBalancerArn", key)


def logs(kind: str, name: str) -> dict[str, Row]:
    on = {name: True, f"{name}Bucket": "$logs1"}
    key = f"{kind}.s3"
    return {
        name: Row(
            False,
            True,
            as_aws_spells=text,
            changes_with={f"{name}Bucket": "$logs1"},
            change=attribute(f"{key}.enabled"),
            not_alone="AWS asks for a bucket with it",
        ),
        f"{name}Bucket": Row("$logs1", "$logs2", needed=True, needs=on, change=attribute(f"{key}.bucket")),
        f"{name}Prefix": Row("one", "two", needs=on, absent="", change=attribute(f"{key}.prefix")),
    }


def capacity(cloud: Cloud, it: Entry, _path: str, value: int) -> None:
    units = {"CapacityUnits": value}
    cloud.client("elbv2").modify_capacity_reservation(LoadBalancerArn=it.id, MinimumLoadBalancerCapacity=units)


def bucket(cloud: Cloud, name: str) -> str:
    """One that lets load balancers write their logs."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return name


LOGS = {
    **logs("access_logs", "accessLogs"),
    **logs("connection_logs", "connectionLogs"),
    **logs("health_check_logs", "healthCheckLogs"),
}
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
    **LOGS,
    "minimumCapacityUnits": Row(100, 200, change=capacity),
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
        "minimumCapacityUnits": elb.describe_capacity_reservation(LoadBalancerArn=it.id)
        .get("MinimumLoadBalancerCapacity", {})
        .get("CapacityUnits"),
    }
    facts |= attributes(ROWS, elb.describe_load_balancer_attributes(LoadBalancerArn=it.id)["Attributes"])
    # Logs that were switched off keep their bucket, which means nothing then.
    off = [name for name in ("accessLogs", "connectionLogs", "healthCheckLogs") if facts[name] == "false"]
    return facts | {f"{name}{what}": "" for name in off for what in ("Bucket", "Prefix")}


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
    ground={name: Theirs(bucket, name) for name in ("logs1", "logs2")},
)
