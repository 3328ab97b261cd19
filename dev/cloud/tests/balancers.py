"""What the tests of load balancing make in one call, where its settings do not matter."""

from __future__ import annotations

from typing import Any

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
