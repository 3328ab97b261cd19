"""What AWS says of what requests pass on their way: security groups and their rules, balancers, target groups, listeners."""

from __future__ import annotations

from typing import Any

from keyed import by_key, program_tags
from state import Entry
from world import Cloud

Facts = dict[str, Any]


def unnamed(tags: list[dict[str, str]]) -> dict[str, str]:
    """EC2 shows the tag Name as the name of a thing: it is no property of ours."""
    return {key: value for key, value in program_tags(by_key(tags)).items() if key != "Name"}


def security_group(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("ec2").describe_security_groups(GroupIds=[it.id])["SecurityGroups"]
    return {
        "description": found["Description"],
        "vpcId": found["VpcId"],
        "tags": unnamed(found["Tags"]),
    }


def security_group_rule(cloud: Cloud, it: Entry) -> Facts:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    return {
        "securityGroupId": found["GroupId"],
        "direction": "egress" if found["IsEgress"] else "ingress",
        "protocol": found["IpProtocol"],
        "fromPort": found["FromPort"],
        "toPort": found["ToPort"],
        "cidrIpv4": found.get("CidrIpv4"),
        "cidrIpv6": found.get("CidrIpv6"),
        "referencedSecurityGroupId": found.get("ReferencedGroupInfo", {}).get("GroupId"),
        "description": found.get("Description", ""),
        "tags": unnamed(found["Tags"]),
    }


def elb_tags(cloud: Cloud, arn: str) -> dict[str, str]:
    (found,) = cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return program_tags(by_key(found["Tags"]))


def load_balancer(cloud: Cloud, it: Entry) -> Facts:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_load_balancers(LoadBalancerArns=[it.id])["LoadBalancers"]
    attributes = by_key(elb.describe_load_balancer_attributes(LoadBalancerArn=it.id)["Attributes"])
    return {
        "internal": found["Scheme"],
        "ipAddressType": found["IpAddressType"],
        "vpcId": found["VpcId"],
        "subnets": sorted(zone["SubnetId"] for zone in found["AvailabilityZones"]),
        "securityGroups": sorted(found["SecurityGroups"]),
        "idleTimeout": attributes["idle_timeout.timeout_seconds"],
        "deletionProtection": attributes["deletion_protection.enabled"],
        "dropInvalidHeaderFields": attributes["routing.http.drop_invalid_header_fields.enabled"],
        "tags": elb_tags(cloud, it.id),
    }


def target_group(cloud: Cloud, it: Entry) -> Facts:
    elb = cloud.client("elbv2")
    (found,) = elb.describe_target_groups(TargetGroupArns=[it.id])["TargetGroups"]
    attributes = by_key(elb.describe_target_group_attributes(TargetGroupArn=it.id)["Attributes"])
    return {
        "protocol": found["Protocol"],
        "vpcId": found["VpcId"],
        "healthCheck.path": found["HealthCheckPath"],
        "healthCheck.port": found["HealthCheckPort"],
        "healthCheck.matcher": found["Matcher"]["HttpCode"],
        "healthCheck.interval": found["HealthCheckIntervalSeconds"],
        "healthCheck.timeout": found["HealthCheckTimeoutSeconds"],
        "healthCheck.healthyThreshold": found["HealthyThresholdCount"],
        "healthCheck.unhealthyThreshold": found["UnhealthyThresholdCount"],
        "deregistrationDelay": attributes["deregistration_delay.timeout_seconds"],
        "tags": elb_tags(cloud, it.id),
    }


def listener(cloud: Cloud, it: Entry) -> Facts:
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
        "tags": elb_tags(cloud, it.id),
    }
