"""Load balancers: how they come, what they share a name with, their attributes, how they go."""

from __future__ import annotations

import pytest
from balancers import make_balancer, make_group
from conftest import Cloud


def test_a_balancer_is_provisioning_first(cloud: Cloud) -> None:
    cloud.control("POST", "/clock", {"speed": 1})
    made = make_balancer(cloud)
    elb = cloud.client("elbv2")
    assert made["State"]["Code"] == "provisioning"
    assert made["DNSName"].endswith(".eu-central-1.elb.amazonaws.com")

    def state() -> str:
        return elb.describe_load_balancers(Names=["web"])["LoadBalancers"][0]["State"]["Code"]

    assert state() == "provisioning"
    cloud.control("POST", "/clock", {"advance": 149})
    assert state() == "provisioning"
    cloud.control("POST", "/clock", {"advance": 2})
    assert state() == "active"


def test_a_region_has_a_quota_of_balancers_that_can_be_raised(cloud: Cloud) -> None:
    assert cloud.control("GET", "/account")["load_balancers"] == 50
    cloud.control("PUT", "/account", {"load_balancers": 1})
    made = make_balancer(cloud)["LoadBalancerArn"]
    assert make_balancer(cloud)["LoadBalancerArn"] == made
    another = {"Name": "two", "Subnets": cloud.subnets()}
    assert cloud.refused("elbv2", "create_load_balancer", **another)[0] == "TooManyLoadBalancers"
    cloud.control("PUT", "/account", {"load_balancers": 2})
    cloud.client("elbv2").create_load_balancer(**another)


def test_the_same_name_and_settings_are_adopted(cloud: Cloud) -> None:
    made = make_balancer(cloud, Tags=[{"Key": "owner", "Value": "one"}])
    again = make_balancer(cloud, Tags=[{"Key": "owner", "Value": "two"}])
    assert again["LoadBalancerArn"] == made["LoadBalancerArn"]
    code, message = cloud.refused(
        "elbv2", "create_load_balancer", Name="web", Subnets=cloud.subnets(), Scheme="internal"
    )
    assert code == "DuplicateLoadBalancerName"
    assert "exists, but with different settings" in message
    group = make_group(cloud)
    assert make_group(cloud) == group
    code, _ = cloud.refused(
        "elbv2", "create_target_group", Name="web", Port=81, Protocol="HTTP", TargetType="ip",
        VpcId=cloud.vpc(),
    )  # fmt: skip
    assert code == "DuplicateTargetGroupName"


def test_subnets_and_names(cloud: Cloud) -> None:
    one, _ = cloud.subnets()
    code, message = cloud.refused("elbv2", "create_load_balancer", Name="web", Subnets=[one])
    assert (code, message) == (
        "ValidationError",
        "At least two subnets in two different Availability Zones must be specified",
    )
    ec2 = cloud.client("ec2")
    zone = ec2.describe_subnets(SubnetIds=[one])["Subnets"][0]["AvailabilityZone"]
    twin = ec2.create_subnet(VpcId=cloud.vpc(), CidrBlock="172.31.96.0/24", AvailabilityZone=zone)[
        "Subnet"
    ]["SubnetId"]
    code, message = cloud.refused("elbv2", "create_load_balancer", Name="web", Subnets=[one, twin])
    assert (code, message) == (
        "InvalidConfigurationRequest",
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    )
    for name in ("internal-web", "-web", "web-", "we_b", "w" * 33):
        code, _ = cloud.refused("elbv2", "create_load_balancer", Name=name, Subnets=cloud.subnets())
        assert code == "ValidationError", name
    code, _ = cloud.refused(
        "elbv2", "create_load_balancer", Name="web", Subnets=[one, "subnet-00000000000000000"]
    )
    assert code == "SubnetNotFound"


def test_deletion_protection_and_lingering_interfaces(cloud: Cloud) -> None:
    cloud.control("POST", "/clock", {"speed": 1})
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    group = ec2.create_security_group(GroupName="alb", Description="alb")["GroupId"]
    arn = make_balancer(cloud, SecurityGroups=[group])["LoadBalancerArn"]
    protect = {"Key": "deletion_protection.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protect])
    code, _ = cloud.refused("elbv2", "delete_load_balancer", LoadBalancerArn=arn)
    assert code == "OperationNotPermitted"
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{**protect, "Value": "false"}]
    )
    elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=arn)  # gone already: a success
    filters = [{"Name": "group-id", "Values": [group]}]
    left = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    assert len(left) == 2
    assert left[0]["Description"].startswith("ELB app/web/")
    assert left[0]["RequesterId"] == "amazon-elb"
    assert left[0]["Attachment"]["InstanceOwnerId"] == "amazon-elb"
    code, message = cloud.refused("ec2", "delete_security_group", GroupId=group)
    assert (code, message) == ("DependencyViolation", f"resource {group} has a dependent object")
    assert cloud.objects()["ec2:network-interface"]
    cloud.control("POST", "/clock", {"advance": 60})
    ec2.delete_security_group(GroupId=group)
    assert cloud.objects() == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("idle_timeout.timeout_seconds", "0"),
        ("idle_timeout.timeout_seconds", "4001"),
        ("client_keep_alive.seconds", "59"),
        ("routing.http.desync_mitigation_mode", "sometimes"),
        ("idle.timeout", "60"),
    ],
)
def test_balancer_attributes(cloud: Cloud, key: str, value: str) -> None:
    arn = make_balancer(cloud)["LoadBalancerArn"]
    attributes = [{"Key": key, "Value": value}]
    code, _ = cloud.refused(
        "elbv2", "modify_load_balancer_attributes", LoadBalancerArn=arn, Attributes=attributes
    )
    assert code == "ValidationError"


def test_attributes_have_defaults(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    arn = make_balancer(cloud)["LoadBalancerArn"]
    found = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    values = {item["Key"]: item["Value"] for item in found}
    assert values["idle_timeout.timeout_seconds"] == "60"
    assert values["load_balancing.cross_zone.enabled"] == "true"
    group = make_group(cloud)
    longest = {"Key": "deregistration_delay.timeout_seconds", "Value": "3600"}
    answer = elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[longest])
    values = {item["Key"]: item["Value"] for item in answer["Attributes"]}
    assert values["deregistration_delay.timeout_seconds"] == "3600"
    assert values["slow_start.duration_seconds"] == "0"
    code, _ = cloud.refused(
        "elbv2", "modify_target_group_attributes", TargetGroupArn=group,
        Attributes=[{"Key": "slow_start.duration_seconds", "Value": "29"}],
    )  # fmt: skip
    assert code == "ValidationError"


def test_a_dual_stack_balancer_stands_in_subnets_with_ipv6(cloud: Cloud) -> None:
    """kubernetes-sigs/aws-load-balancer-controller#4852."""
    elb, ec2 = cloud.client("elbv2"), cloud.client("ec2")
    made = make_balancer(cloud)["LoadBalancerArn"]
    both = {"LoadBalancerArn": made, "IpAddressType": "dualstack"}
    refusal = ("ValidationError", "You must specify subnets with an associated IPv6 CIDR block.")
    assert cloud.refused("elbv2", "set_ip_address_type", **both) == refusal
    new = {"Name": "six", "Subnets": cloud.subnets(), "IpAddressType": "dualstack"}
    assert cloud.refused("elbv2", "create_load_balancer", **new) == refusal
    for number, subnet in enumerate(cloud.subnets()):
        block = f"2001:db8:0:{number}::/64"
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=block)
    shown = ec2.describe_subnets(SubnetIds=cloud.subnets())["Subnets"][0]
    (block,) = shown["Ipv6CidrBlockAssociationSet"]
    assert block["Ipv6CidrBlockState"] == {"State": "associated"}
    elb.set_ip_address_type(**both)
    (found,) = elb.describe_load_balancers(LoadBalancerArns=[made])["LoadBalancers"]
    assert found["IpAddressType"] == "dualstack"
    elb.create_load_balancer(**new)
