"""Rates: how many calls the local AWS takes when it is told to take as many as AWS."""

from __future__ import annotations

import time
import urllib.error

import pytest
from conftest import Cloud


def taken(cloud: Cloud, service: str, operation: str, many: int, **params: object) -> int:
    """How many of so many calls were taken before one was refused."""
    for n in range(many):
        try:
            getattr(cloud.client(service), operation)(**params)
        except cloud.client(service).exceptions.ClientError as error:
            assert error.response["Error"]["Message"].startswith(
                ("Rate exceeded", "Request limit exceeded")
            )
            return n
    return many


def test_nothing_is_refused_unless_somebody_asks_for_it(cloud: Cloud) -> None:
    assert taken(cloud, "ecs", "describe_clusters", 120) == 120


def test_all_describing_calls_of_elb_share_one_bucket(cloud: Cloud) -> None:
    cloud.control(
        "PUT",
        "/rates",
        {"rates": [{"service": "elbv2", "operations": ["Describe*"], "burst": 5, "rate": 0.01}]},
    )
    assert taken(cloud, "elbv2", "describe_load_balancers", 3) == 3
    assert taken(cloud, "elbv2", "describe_target_groups", 9) == 2
    code, message = cloud.refused("elbv2", "describe_load_balancers")
    assert (code, message) == ("Throttling", "Rate exceeded")
    [bucket] = cloud.control("GET", "/rates")["buckets"]
    assert (bucket["taken"], bucket["refused"], bucket["demands"]) == (5, 2, 0)
    assert bucket["operations"] == ["DescribeLoadBalancers", "DescribeTargetGroups"]


def test_each_call_of_ec2_has_its_own_bucket_and_its_own_word(cloud: Cloud) -> None:
    rate = {"service": "ec2", "operations": "Describe*", "burst": 2, "rate": 0.01, "each": True}
    cloud.control("PUT", "/rates", {"rates": [rate]})
    assert taken(cloud, "ec2", "describe_vpcs", 9) == 2
    assert taken(cloud, "ec2", "describe_subnets", 9) == 2
    assert cloud.refused("ec2", "describe_vpcs")[0] == "RequestLimitExceeded"
    assert taken(cloud, "ec2", "describe_vpcs", 9) == 0, "a refused call takes no token"


def test_a_bucket_is_refilled(cloud: Cloud) -> None:
    cloud.control(
        "PUT", "/rates", {"rates": [{"service": "iam", "operations": "*", "burst": 1, "rate": 4}]}
    )
    assert taken(cloud, "iam", "list_roles", 2) == 1
    time.sleep(0.3)
    assert taken(cloud, "iam", "list_roles", 2) == 1
    assert cloud.control("GET", "/rates")["buckets"][0]["demands"] == 0.25


def test_awss_own_rates(cloud: Cloud) -> None:
    cloud.control("PUT", "/rates", {"rates": "aws"})
    assert 40 <= taken(cloud, "elbv2", "describe_load_balancers", 200) < 120
    cloud.control("DELETE", "/rates")
    assert taken(cloud, "elbv2", "describe_load_balancers", 100) == 100


def test_a_refused_call_does_nothing(cloud: Cloud) -> None:
    cloud.control(
        "PUT",
        "/rates",
        {"rates": [{"service": "logs", "operations": "Create*", "burst": 1, "rate": 0.01}]},
    )
    cloud.client("logs").create_log_group(logGroupName="/one")
    assert (
        cloud.refused("logs", "create_log_group", logGroupName="/two")[0] == "ThrottlingException"
    )
    assert list(cloud.objects().values()) == [["/one"]]
    assert cloud.control("GET", "/ledger")["calls"][-1]["outcome"] == "ThrottlingException"


def test_calls_are_on_their_way_for_a_while(cloud: Cloud) -> None:
    cloud.control("PUT", "/rates", {"latency": 0.2})
    began = time.monotonic()
    cloud.client("iam").list_roles()
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    "body",
    [
        {"rates": "gcp"},
        {"rates": [{"service": "ecs", "operations": "*", "burst": 0, "rate": 1}]},
        {"rates": [{"service": "ecs", "operations": "*", "burst": 1, "rate": 1, "bucket": 1}]},
        {"latency": -1},
        {"speed": 1},
    ],
)
def test_what_makes_no_sense_is_refused(cloud: Cloud, body: dict[str, object]) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("PUT", "/rates", body)
    assert caught.value.code == 400


def test_an_answer_may_be_about_others(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.create_security_group(GroupName="web", Description="web", VpcId=cloud.vpc())[
        "GroupId"
    ]
    narrowed = {"Filters": [{"Name": "group-id", "Values": [made]}]}
    assert [it["GroupId"] for it in ec2.describe_security_groups(**narrowed)["SecurityGroups"]] == [
        made
    ]
    fault = {
        "service": "ec2",
        "operation": "DescribeSecurityGroups",
        "kind": "unfiltered",
        "every": True,
    }
    cloud.control("POST", "/faults", fault)
    found = [it["GroupId"] for it in ec2.describe_security_groups(**narrowed)["SecurityGroups"]]
    assert made in found and len(found) > 1 and found[0] != made
