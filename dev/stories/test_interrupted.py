"""A first run that dies while AWS makes an object: the next run knows nothing of it, and yet nothing is double or left.

Deaths of the plugin alone are in the lives (test_deaths.py), with each create and each next command. Here the CLI dies, as by a
power cut, once in each create, and then one of the two commands; and once the plugin dies under the real engine.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest
from world import IMAGE, Cloud, Stack, wait_for

PLUGIN = "pulumi-resource-fargate"


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

    def the_rest_is_done() -> bool:
        seen.append(len(cloud.calls()))
        return "pending" in cloud.outcomes(operation) and seen.count(seen[-1]) > 10

    # Until the faults are deleted.
    cloud.fault(service, operation, "slow", seconds=300)
    cli = stack.start("up", "--yes", "--skip-preview")
    try:
        wait_for(operation, the_rest_is_done, 120)
        kill(cli)
        cloud.control("DELETE", "faults")
        text, _ = cli.communicate(timeout=120)
    finally:
        cli.kill()
    assert cli.returncode != 0, text
    wait_for(f"the end of {operation}", lambda: cloud.outcomes(operation) == {"ok"})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, local_aws: Cloud) -> Counter[str]:
    """How many objects of each kind a run makes that nobody interrupts."""
    local_aws.reset()
    stack = Stack(tmp_path_factory.mktemp("whole"), local_aws)
    stack.service(image=IMAGE, useDefaultVpc=True)
    stack.up()
    return local_aws.kinds()


# AWS answers a repeated create of these differently: it gives back the one that is there, or refuses. What uses a
# security group, as a load balancer and a service do, stands in the way of its removal.
THEN_UP = [
    ("ecs", "CreateService", the_cli),
    ("elbv2", "CreateLoadBalancer", the_cli),
    ("ecs", "RegisterTaskDefinition", the_cli),
    ("iam", "CreateRole", the_plugin),
]
THEN_DESTROY = [
    ("ecs", "CreateCluster", the_cli),
    ("iam", "CreateRole", the_cli),
    ("ec2", "CreateSecurityGroup", the_cli),
]


def named(cells: list[tuple[str, str, Callable[[Popen[str]], None]]]) -> list[str]:
    return [f"{operation}-{kill.__name__}" for _, operation, kill in cells]


@pytest.mark.parametrize(("service", "operation", "kill"), THEN_UP, ids=named(THEN_UP))
def test_after_a_death_the_next_up_makes_one_of_each(
    whole: Counter[str], stack: Stack, cloud: Cloud, service: str, operation: str, kill: Callable[[Popen[str]], None]
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, kill)
    if kill is the_cli:
        stack.run("cancel", "--yes")
    stack.up()
    assert cloud.kinds() == whole
    if operation == "CreateLoadBalancer":
        # As docs/faults.md says of the engine's warning.
        stack.up().says("1 pending operations")
        stack.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
        stack.up().says_not("pending operations")
    stack.no_change()


@pytest.mark.parametrize(("service", "operation", "kill"), THEN_DESTROY, ids=named(THEN_DESTROY))
def test_after_a_death_destroy_leaves_nothing(
    stack: Stack, cloud: Cloud, service: str, operation: str, kill: Callable[[Popen[str]], None]
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    dies_before_the_answer(stack, cloud, service, operation, kill)
    stack.run("cancel", "--yes")
    stack.destroy()
    assert cloud.objects() == []
