"""Copies of the account, and what it holds in words that can be compared."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from typing import Any

import pytest
from conftest import Cloud


def asked(url: str, path: str, method: str = "GET") -> dict[str, Any]:
    request = urllib.request.Request(
        f"{url}/_cloud/{path}", method=method, data=b"" if method == "POST" else None
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_a_copy_goes_its_own_way(cloud: Cloud) -> None:
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="one")
    copy = asked(cloud.address, "fork", "POST")
    try:
        ecs.create_cluster(clusterName="two")
        names = [it["name"] for it in asked(copy["url"], "objects")["objects"]]
        assert names == ["one"]
        again = asked(copy["url"], "fork", "POST")
        assert asked(again["url"], "contents") == asked(copy["url"], "contents")
        os.kill(again["pid"], signal.SIGKILL)
        asked(copy["url"], "reset", "POST")
        assert asked(copy["url"], "objects")["objects"] == []
    finally:
        os.kill(copy["pid"], signal.SIGKILL)
    with pytest.raises(OSError):
        asked(copy["url"], "health")
    assert {it["name"] for it in asked(cloud.address, "objects")["objects"]} == {"one", "two"}


def made(cloud: Cloud, retention: int, token: str) -> dict[str, Any]:
    """The same group and role, with other ids."""
    ec2, logs = cloud.client("ec2"), cloud.client("logs")
    owner = {"fargate:owner": f"web/web-logs/{token}"}
    logs.create_log_group(logGroupName="/web", tags=owner)
    logs.put_retention_policy(logGroupName="/web", retentionInDays=retention)
    ids = [
        ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
        for name in ("balancer", "tasks")
    ]
    ec2.authorize_security_group_ingress(
        GroupId=ids[1],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
                "UserIdGroupPairs": [{"GroupId": ids[0]}],
            }
        ],
    )
    return asked(cloud.address, "contents")["contents"]


def test_what_chance_chooses_makes_no_difference_and_all_else_does(cloud: Cloud) -> None:
    # Copies share the networks of an account, which come with the first look at a region.
    cloud.vpc()
    copies = [asked(cloud.address, "fork", "POST") for _ in range(3)]
    try:
        chosen = [(7, "0123456789ab"), (7, "ba9876543210"), (14, "0123456789ab")]
        first, same, other = (
            made(Cloud(copy["url"]), *it) for copy, it in zip(copies, chosen, strict=True)
        )
    finally:
        for copy in copies:
            os.kill(copy["pid"], signal.SIGKILL)
    assert first == same
    assert "ec2:security-group balancer" in str(first["ec2:security-group tasks"]["ingress_rules"])
    assert {name for name in first if first[name] != other[name]} == {"logs:log-group /web"}
    assert other["logs:log-group /web"]["retention_in_days"] == 14
