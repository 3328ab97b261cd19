"""A first run that dies while AWS makes an object: the next run knows nothing of it, and yet nothing is double or left."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from test_production import network
from world import IMAGE, Cloud, Stack, wait_for

PLUGIN = "pulumi-resource-fargate"

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


def the_plugin(cli: Popen[str]) -> None:
    """Kills the plugin's processes that this CLI has started."""
    killed = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text().split("\0")[0]
        except OSError:
            continue
        if parent == cli.pid and Path(command).name == PLUGIN:
            os.kill(int(stat.parent.name), signal.SIGKILL)
            killed += 1
    assert killed


def the_cli(cli: Popen[str]) -> None:
    os.killpg(cli.pid, signal.SIGKILL)


def dies_before_the_answer(
    stack: Stack, cloud: Cloud, service: str, operation: str, kill: Callable[[Popen[str]], None]
) -> None:
    """Starts `up` and kills its part while AWS is about to make an object; AWS makes it all the same."""
    seen: list[int] = []

    def outcomes() -> list[str]:
        return [it["outcome"] for it in cloud.calls() if it["operation"] == operation]

    def the_rest_is_done() -> bool:
        seen.append(len(cloud.calls()))
        return "pending" in outcomes() and seen.count(seen[-1]) > 20

    cloud.fault(service, operation, "slow", seconds=6)
    cli = stack.start("up", "--yes", "--skip-preview")
    try:
        wait_for(operation, the_rest_is_done)
        kill(cli)
        assert "pending" in outcomes()
        text, _ = cli.communicate(timeout=120)
    finally:
        cli.kill()
    assert cli.returncode != 0, text
    wait_for(f"the end of {operation}", lambda: "pending" not in outcomes())
    assert set(outcomes()) == {"ok"}


def kinds(cloud: Cloud) -> Counter[str]:
    return Counter(it.split()[0] for it in cloud.objects())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, local_aws: Cloud) -> Counter[str]:
    """How many objects of each kind a run makes that nobody interrupts."""
    local_aws.reset()
    stack = Stack(tmp_path_factory.mktemp("whole"), local_aws)
    stack.service(image=IMAGE, useDefaultVpc=True)
    stack.up()
    return kinds(local_aws)


@each_create
def test_after_a_plugin_that_died_the_next_up_makes_one_of_each(
    whole: Counter[str], stack: Stack, cloud: Cloud, service: str, operation: str
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, the_plugin)
    stack.up()
    assert kinds(cloud) == whole
    stack.no_change()


@each_create
def test_after_a_plugin_that_died_destroy_leaves_nothing(
    stack: Stack, cloud: Cloud, service: str, operation: str
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, the_plugin)
    stack.destroy()
    assert cloud.objects() == []


@each_create
def test_after_a_killed_cli_cancel_and_up_make_one_of_each(
    whole: Counter[str], stack: Stack, cloud: Cloud, service: str, operation: str
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, the_cli)
    stack.run("cancel", "--yes")
    stack.up()
    assert kinds(cloud) == whole
    stack.no_change()


@each_create
def test_after_a_killed_cli_cancel_and_destroy_leave_nothing(
    stack: Stack, cloud: Cloud, service: str, operation: str
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, the_cli)
    stack.run("cancel", "--yes")
    stack.destroy()
    assert cloud.objects() == []


def test_a_service_in_a_cluster_of_others_is_not_left_there(stack: Stack, cloud: Cloud) -> None:
    """Nothing that the state knows says in which cluster to look."""
    shared = cloud.client("ecs").create_cluster(clusterName="shared", capacityProviders=["FARGATE"])["cluster"]
    stack.service(image=IMAGE, useDefaultVpc=True, clusterArn=shared["clusterArn"])
    dies_before_the_answer(stack, cloud, "ecs", "CreateService", the_plugin)
    stack.destroy()
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
    stack: Stack, cloud: Cloud, service: str, operation: str, change: dict[str, Any]
) -> None:
    here = network(cloud) | {"image": IMAGE, "preset": "dev"}
    stack.service(**here)
    stack.up()
    whole = standing(cloud)
    stack.service(**here | change)
    dies_before_the_answer(stack, cloud, service, operation, the_plugin)
    assert standing(cloud) != whole
    stack.service(**here)
    stack.up().says("which an interrupted run had left behind")
    assert standing(cloud) == whole
    stack.no_change()
    # Nothing is looked for after a clean run.
    stack.service(**here | change)
    stack.up()
    stack.service(**here)
    cloud.forget_calls()
    stack.up()
    assert not [it for it in cloud.counts() if it in ("ecs:ListClusters", "cloudwatch:DescribeAlarms")]
    assert standing(cloud) == whole
