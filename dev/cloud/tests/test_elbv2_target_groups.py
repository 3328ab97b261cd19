"""Target groups: the ranges of their health checks, and the states of their targets."""

from __future__ import annotations

from typing import Any

import pytest
from balancers import forward, make_balancer, make_group
from conftest import Cloud


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


def test_target_health(cloud: Cloud) -> None:
    cloud.control("POST", "/clock", {"speed": 1})
    elb = cloud.client("elbv2")
    balancer, group = make_balancer(cloud)["LoadBalancerArn"], make_group(cloud)
    targets = [{"Id": "172.31.0.9", "Port": 80}]
    elb.register_targets(TargetGroupArn=group, Targets=targets)

    def health() -> list[str]:
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        told = [item["TargetHealth"] for item in found]
        return [" ".join(filter(None, (it["State"], it.get("Reason")))) for it in told]

    assert health() == ["unused Target.NotInUse"]
    elb.create_listener(
        LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=forward(group)
    )
    assert health() == ["initial Elb.RegistrationInProgress"]
    cloud.control("POST", "/clock", {"advance": 6})
    assert health() == ["initial Elb.InitialHealthChecking"]
    cloud.control("POST", "/clock", {"advance": 31})
    assert health() == ["healthy"]
    elb.deregister_targets(TargetGroupArn=group, Targets=targets)
    assert health() == ["draining Target.DeregistrationInProgress"]
    cloud.control("POST", "/clock", {"advance": 301})
    assert health() == []
