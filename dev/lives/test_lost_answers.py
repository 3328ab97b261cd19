"""The network loses AWS's answers after the effect: the object stands, and nobody was told."""

from __future__ import annotations

from typing import Any

import pytest
from life import Life
from world import IMAGE, Cloud

CREATES = [
    ("ecs", "CreateCluster"),
    ("ecs", "RegisterTaskDefinition"),
    ("ecs", "CreateService"),
    ("elbv2", "CreateLoadBalancer"),
    ("elbv2", "CreateTargetGroup"),
    ("elbv2", "CreateListener"),
    ("ec2", "CreateSecurityGroup"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("ec2", "AuthorizeSecurityGroupEgress"),
    ("iam", "CreateRole"),
    ("logs", "CreateLogGroup"),
]


def lose_the_answers(cloud: Cloud) -> None:
    for service, operation in CREATES:
        cloud.fault(service, operation, "reset_after")


@pytest.mark.parametrize("how", [{}, {"parallel": 1}, {"continue_on_error": True}], ids=str)
def test_runs_go_on_until_all_is_made_and_nothing_is_left_behind(life: Life, cloud: Cloud, how: dict[str, Any]) -> None:
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    lose_the_answers(cloud)
    for _ in CREATES:
        ran = life.try_up(**how)
        if ran.code == 0:
            break
    assert ran.code == 0, ran.text
    life.no_change()
    life.destroy()
    assert cloud.objects() == []


def test_a_lost_answer_does_not_fail_the_run(life: Life, cloud: Cloud) -> None:
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    lose_the_answers(cloud)
    life.up()
