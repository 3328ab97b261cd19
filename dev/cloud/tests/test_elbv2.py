"""Load balancing, driven by boto3 against the running server."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud


def make_balancer(cloud: Cloud, name: str = "web", **params: Any) -> dict[str, Any]:
    answer = cloud.client("elbv2").create_load_balancer(
        Name=name, **{"Subnets": cloud.subnets(), **params}
    )
    return answer["LoadBalancers"][0]


def make_group(cloud: Cloud, name: str = "web", **params: Any) -> str:
    answer = cloud.client("elbv2").create_target_group(
        Name=name,
        **{"Port": 80, "Protocol": "HTTP", "TargetType": "ip", "VpcId": cloud.vpc(), **params},
    )
    return answer["TargetGroups"][0]["TargetGroupArn"]


def forward(group: str) -> list[dict[str, str]]:
    return [{"Type": "forward", "TargetGroupArn": group}]


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


@pytest.mark.parametrize(
    "params",
    [
        {"HealthCheckTimeoutSeconds": 30, "HealthCheckIntervalSeconds": 30},
        {"HealthCheckIntervalSeconds": 4},
        {"HealthCheckPath": "health"},
        {"HealthCheckPort": "http"},
        {"HealthyThresholdCount": 1},
        {"Matcher": {"HttpCode": "500"}},
        {"Matcher": {"HttpCode": "2xx"}},
        {"Port": 0},
        {"Protocol": "SMTP"},
    ],
)
def test_health_check_ranges(cloud: Cloud, params: dict[str, Any]) -> None:
    base = {"Name": "web", "Port": 80, "Protocol": "HTTP", "VpcId": cloud.vpc(), "TargetType": "ip"}
    code, _ = cloud.refused("elbv2", "create_target_group", **{**base, **params})
    assert code == "ValidationError"


def test_listeners(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    balancer = make_balancer(cloud)["LoadBalancerArn"]
    group = make_group(cloud)
    base = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP"}
    made = elb.create_listener(**base, DefaultActions=forward(group))["Listeners"][0]
    assert "SslPolicy" not in made
    again = elb.create_listener(**base, DefaultActions=forward(group))["Listeners"][0]
    assert again["ListenerArn"] == made["ListenerArn"]
    other = make_group(cloud, "other")
    code, message = cloud.refused("elbv2", "create_listener", **base, DefaultActions=forward(other))
    assert code == "DuplicateListener" and balancer in message
    code, message = cloud.refused("elbv2", "delete_target_group", TargetGroupArn=group)
    assert (code, message) == (
        "ResourceInUse",
        f"Target group '{group}' is currently in use by a listener or a rule",
    )
    second = make_balancer(cloud, "second")["LoadBalancerArn"]
    code, _ = cloud.refused(
        "elbv2", "create_listener", LoadBalancerArn=second, Port=80, Protocol="HTTP",
        DefaultActions=forward(group),
    )  # fmt: skip
    assert code == "TargetGroupAssociationLimit"
    missing = group[:-16] + "0" * 16
    code, _ = cloud.refused(
        "elbv2", "create_listener", LoadBalancerArn=second, Port=80, Protocol="HTTP",
        DefaultActions=forward(missing),
    )  # fmt: skip
    assert code == "TargetGroupNotFound"
    changed = elb.modify_listener(ListenerArn=made["ListenerArn"], Port=8080)["Listeners"][0]
    assert changed["Port"] == 8080 and changed["DefaultActions"][0]["TargetGroupArn"] == group
    elb.delete_listener(ListenerArn=made["ListenerArn"])
    assert elb.describe_target_groups(Names=["web"])["TargetGroups"][0]["LoadBalancerArns"] == []
    elb.delete_target_group(TargetGroupArn=group)
    code, _ = cloud.refused("elbv2", "delete_listener", ListenerArn=made["ListenerArn"])
    assert code == "ListenerNotFound"


def test_https_and_redirect(cloud: Cloud) -> None:
    elb, acm = cloud.client("elbv2"), cloud.client("acm")
    balancer = make_balancer(cloud)["LoadBalancerArn"]
    group = make_group(cloud)
    base = {
        "LoadBalancerArn": balancer,
        "Port": 443,
        "Protocol": "HTTPS",
        "DefaultActions": forward(group),
    }
    code, message = cloud.refused("elbv2", "create_listener", **base)
    assert (code, message) == (
        "ValidationError",
        "A certificate must be specified for HTTPS listeners",
    )
    missing = (
        "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    )
    code, _ = cloud.refused(
        "elbv2", "create_listener", **base, Certificates=[{"CertificateArn": missing}]
    )
    assert code == "CertificateNotFound"
    certificate = {
        "CertificateArn": acm.request_certificate(DomainName="example.com")["CertificateArn"]
    }
    code, _ = cloud.refused(
        "elbv2", "create_listener", **base, Certificates=[certificate], SslPolicy="ELBSecurity-1"
    )
    assert code == "SSLPolicyNotFound"
    policy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    listener = elb.create_listener(**base, Certificates=[certificate], SslPolicy=policy)
    arn = listener["Listeners"][0]["ListenerArn"]
    assert listener["Listeners"][0]["SslPolicy"] == policy
    listed = elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]
    assert [item["IsDefault"] for item in listed] == [True, False]
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS",
                "Port": "443"}}  # fmt: skip
    http = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP"}
    elb.create_listener(**http, DefaultActions=[redirect])
    elb.create_listener(**http, DefaultActions=[redirect])
    loop = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}
    code, _ = cloud.refused(
        "elbv2", "create_listener", **{**http, "Port": 81}, DefaultActions=[loop]
    )
    assert code == "InvalidLoadBalancerAction"
    plain = elb.modify_listener(ListenerArn=arn, Protocol="HTTP")["Listeners"][0]
    assert "Certificates" not in plain and "SslPolicy" not in plain


def test_rules(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    balancer, group = make_balancer(cloud)["LoadBalancerArn"], make_group(cloud)
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=forward(group)
    )["Listeners"][0]["ListenerArn"]
    base = {
        "ListenerArn": listener,
        "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}],
        "Actions": forward(group),
    }
    made = elb.create_rule(**base, Priority=1, Tags=[{"Key": "a", "Value": "b"}])["Rules"][0]
    code, message = cloud.refused("elbv2", "create_rule", **base, Priority=1)
    assert (code, message) == ("PriorityInUse", "Priority '1' is currently in use")
    tags = elb.describe_tags(ResourceArns=[made["RuleArn"], listener])["TagDescriptions"]
    assert tags[0]["Tags"] == [{"Key": "a", "Value": "b"}]
    rules = elb.describe_rules(ListenerArn=listener)["Rules"]
    default = next(rule for rule in rules if rule["IsDefault"])
    code, _ = cloud.refused("elbv2", "delete_rule", RuleArn=default["RuleArn"])
    assert code == "OperationNotPermitted"
    elb.delete_rule(RuleArn=made["RuleArn"])
    code, _ = cloud.refused("elbv2", "describe_tags", ResourceArns=[made["RuleArn"]])
    assert code == "RuleNotFound"


def test_target_health(cloud: Cloud) -> None:
    cloud.control("POST", "/clock", {"speed": 1})
    elb = cloud.client("elbv2")
    balancer, group = make_balancer(cloud)["LoadBalancerArn"], make_group(cloud)
    targets = [{"Id": "172.31.0.9", "Port": 80}]
    elb.register_targets(TargetGroupArn=group, Targets=targets)

    def health() -> list[str]:
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [item["TargetHealth"]["State"] for item in found]

    assert health() == ["unused"]
    elb.create_listener(
        LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=forward(group)
    )
    assert health() == ["initial"]
    cloud.control("POST", "/clock", {"advance": 31})
    assert health() == ["healthy"]
    elb.deregister_targets(TargetGroupArn=group, Targets=targets)
    assert health() == ["draining"]
    cloud.control("POST", "/clock", {"advance": 301})
    assert health() == []
