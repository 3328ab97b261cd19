"""A plugin that dies while AWS makes an object: the next run knows nothing of it, and yet nothing is double or left.

The real engine's own deaths are a story (dev/stories/test_interrupted.py).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from deaths import dies_before_the_answer
from life import Life
from world import IMAGE, Cloud

SERVICE: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True}
# AWS answers a repeated create of these differently: it gives back the one that is there, or refuses. What uses a
# security group, as a load balancer and a service do, stands in the way of its removal.
CREATES = [
    ("ecs", "CreateCluster"),
    ("ecs", "CreateService"),
    ("elbv2", "CreateLoadBalancer"),
    ("iam", "CreateRole"),
    ("ecs", "RegisterTaskDefinition"),
    ("ec2", "CreateSecurityGroup"),
]
each_create = pytest.mark.parametrize(("service", "operation"), CREATES, ids=[it[1] for it in CREATES])


@pytest.fixture(scope="module")
def whole(local_aws: Cloud) -> Counter[str]:
    """How many objects of each kind a run makes that nobody interrupts."""
    local_aws.reset()
    Life(local_aws).service("web", None, **SERVICE).up()
    return local_aws.kinds()


@each_create
def test_after_a_plugin_that_died_the_next_up_makes_one_of_each(
    whole: Counter[str], life: Life, cloud: Cloud, service: str, operation: str
) -> None:
    life.service("web", None, **SERVICE)
    dies_before_the_answer(life, service, operation)
    life.up()
    assert cloud.kinds() == whole
    life.no_change()


@each_create
def test_after_a_plugin_that_died_destroy_leaves_nothing(
    life: Life, cloud: Cloud, service: str, operation: str
) -> None:
    life.service("web", None, **SERVICE)
    dies_before_the_answer(life, service, operation)
    life.destroy()
    assert cloud.objects() == []


def test_a_service_in_a_cluster_of_others_is_not_left_there(life: Life, cloud: Cloud) -> None:
    """Nothing that the state knows says in which cluster to look."""
    shared = cloud.client("ecs").create_cluster(clusterName="shared", capacityProviders=["FARGATE"])["cluster"]
    life.service("web", None, **SERVICE, clusterArn=shared["clusterArn"])
    dies_before_the_answer(life, "ecs", "CreateService")
    life.destroy()
    assert cloud.objects() == ["ecs:cluster shared"]


# What a run makes that the program does not want any more when it comes to the next one.
GIVEN_UP: list[tuple[str, str, dict[str, Any]]] = [
    ("cloudwatch", "PutDashboard", {"monitoring": {"dashboard": True}}),
    ("elbv2", "CreateLoadBalancer", {"internal": True}),
    ("ecr", "CreateRepository", {"repository": {"enabled": True}}),
]


def standing(cloud: Cloud) -> list[str]:
    """What is there, but for the interfaces of balancers and tasks, whose names chance chooses."""
    return [it for it in cloud.objects() if not it.startswith("ec2:network-interface")]


@pytest.mark.parametrize(("service", "operation", "change"), GIVEN_UP, ids=[it[1] for it in GIVEN_UP])
def test_what_a_killed_run_made_and_nobody_wants_is_removed_by_the_next(
    life: Life, cloud: Cloud, service: str, operation: str, change: dict[str, Any]
) -> None:
    here = SERVICE | {"preset": "dev"}
    life.service("web", None, **here)
    life.up()
    whole = standing(cloud)
    life.service("web", None, **here | change)
    dies_before_the_answer(life, service, operation)
    assert standing(cloud) != whole
    life.service("web", None, **here)
    life.up().says("which an interrupted run had left behind")
    assert standing(cloud) == whole
    life.no_change()
    # Nothing is looked for after a clean run.
    life.service("web", None, **here | change)
    life.up()
    life.service("web", None, **here)
    cloud.forget_calls()
    life.up()
    assert not [it for it in cloud.counts() if it in ("ecs:ListClusters", "cloudwatch:DescribeAlarms")]
    assert standing(cloud) == whole
