"""Runs that are cut off: by Ctrl-C, by a kill, by the network. The next run goes on, and nothing is orphaned."""

import os
import signal
from collections.abc import Iterable

import pytest
from world import IMAGE, Cloud, Stack, wait_for


def cut_off(stack: Stack, cloud: Cloud, operation: str, how: signal.Signals) -> tuple[int, str]:
    """Starts `up` in a cloud that takes its time, and sends the CLI a signal when AWS has got the call."""
    cloud.control("POST", "clock", {"speed": 0.2})
    process = stack.start("up", "--yes", "--skip-preview")
    wait_for(operation, lambda: operation in cloud.counts())
    os.kill(process.pid, how)
    cloud.control("POST", "clock", {"speed": 0})
    text, _ = process.communicate(timeout=120)
    return process.returncode, text


def only_one_of_each(objects: Iterable[str], *kinds: str) -> None:
    for kind in kinds:
        found = [it for it in objects if it.split()[0] == kind]
        assert len(found) == 1, found


def mended_by_the_next_run(stack: Stack, cloud: Cloud) -> None:
    stack.up()
    only_one_of_each(cloud.objects(), "ecs:cluster", "ecs:service", "elbv2:load-balancer", "elbv2:target-group")
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_ctrl_c_while_the_service_starts_keeps_what_was_made(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    code, text = cut_off(stack, cloud, "ecs:ListServiceDeployments", signal.SIGINT)
    assert code != 0, text
    assert "web-service" in stack.resources(), text
    mended_by_the_next_run(stack, cloud)


@pytest.mark.parametrize("operation", ["ecs:CreateCluster", "elbv2:CreateLoadBalancer", "ecs:CreateService"])
def test_a_killed_run_is_taken_up_again(stack: Stack, cloud: Cloud, operation: str) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    cut_off(stack, cloud, operation, signal.SIGKILL)
    stack.run("cancel", "--yes")
    mended_by_the_next_run(stack, cloud)


CREATES = [
    ("ecs", "CreateCluster"),
    ("ecs", "RegisterTaskDefinition"),
    ("ecs", "CreateService"),
    ("elbv2", "CreateLoadBalancer"),
    ("elbv2", "CreateTargetGroup"),
    ("elbv2", "CreateListener"),
    ("ec2", "CreateSecurityGroup"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("iam", "CreateRole"),
    ("logs", "CreateLogGroup"),
]


def answers_get_lost(cloud: Cloud) -> None:
    for service, operation in CREATES:
        cloud.fault(service, operation, "reset_after")


def test_answers_that_get_lost_after_the_effect_leave_nothing_that_the_next_runs_do_not_find(
    stack: Stack, cloud: Cloud
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    answers_get_lost(cloud)
    for _ in CREATES:
        process = stack.start("up", "--yes", "--skip-preview")
        process.communicate(timeout=120)
        if process.returncode == 0:
            break
    mended_by_the_next_run(stack, cloud)


@pytest.mark.xfail(strict=True, reason="the client's own retry meets the object that the first try made")
def test_answers_that_get_lost_after_the_effect_do_not_fail_the_run(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    answers_get_lost(cloud)
    stack.up()
