"""Listeners: forwarding, HTTPS and redirects, rules."""

from __future__ import annotations

from balancers import forward, make_balancer, make_group
from conftest import Cloud


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
    elb = cloud.client("elbv2")
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
    pending = cloud.client("acm").request_certificate(
        DomainName="pending.org", ValidationMethod="DNS"
    )
    code, _ = cloud.refused(
        "elbv2",
        "create_listener",
        **base,
        Certificates=[{"CertificateArn": pending["CertificateArn"]}],
    )
    assert code == "UnsupportedCertificate"
    certificate = {"CertificateArn": cloud.certificate()}
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
