"""What others change under a service whose traffic ECS moves: each failure names the way out, and that way works."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from life import Life
from test_strategies import BASE, OTHER, STRATEGIES, group, image, never_without_a_target, program, settled, weights
from world import Cloud

REFRESH = "run `pulumi refresh`, and then `pulumi up`"


def rule(life: Life) -> str:
    return str(life.resources()["web-production-rule"]["id"])


def mended_by_a_refresh(life: Life, cloud: Cloud) -> None:
    life.refresh()
    with never_without_a_target(cloud):
        life.up()
    assert image(life, cloud) == OTHER
    settled(life)


def test_a_rule_that_was_deleted(life: Life, cloud: Cloud) -> None:
    program(life, STRATEGIES["blueGreen"]).up()
    cloud.client("elbv2").delete_rule(RuleArn=rule(life))
    program(life, STRATEGIES["blueGreen"], OTHER).up(fails=True).says(REFRESH, "which creates it again")
    mended_by_a_refresh(life, cloud)


def test_a_role_without_its_policy(life: Life, cloud: Cloud) -> None:
    program(life, STRATEGIES["canary"]).up()
    role = life.resources()["web-infrastructure-role"]["outputs"]["name"]
    cloud.client("iam").delete_role_policy(RoleName=role, PolicyName="fargate")
    program(life, STRATEGIES["canary"], OTHER).up(fails=True).says(REFRESH, "writes its policy again")
    mended_by_a_refresh(life, cloud)


@pytest.mark.parametrize("moved", [False, True], ids=["first group", "alternate group"])
def test_weights_of_others(life: Life, cloud: Cloud, moved: bool) -> None:
    strategy = STRATEGIES["blueGreen"]
    before = "public.ecr.aws/nginx/nginx:1.29"
    program(life, strategy).up()
    if moved:
        program(life, strategy, before).up()
    groups = [{"TargetGroupArn": group(life, alternate), "Weight": 1} for alternate in (False, True)]
    half = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    cloud.client("elbv2").modify_rule(RuleArn=rule(life), Actions=[half])
    program(life, strategy, OTHER)
    ran = life.up(fails=True)
    ran.says("exactly one target group serving traffic", "`pulumi refresh` leaves them")
    command = re.search(r"`aws (elbv2 modify-rule [^`]+)`", ran.text)
    assert command, ran.text
    shell = f'"{sys.executable}" -m awscli {command[1]} --endpoint-url {cloud.url}'
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    subprocess.run(shell, shell=True, check=True, env=os.environ | keys, timeout=60)
    assert weights(life, cloud) == ((0, 100) if moved else (100, 0))
    with never_without_a_target(cloud):
        life.up()
    assert image(life, cloud) == OTHER
    settled(life)


def test_an_alternate_target_group_that_was_deleted(life: Life, cloud: Cloud) -> None:
    """ECS's refusal looks like one that passes, and is repeated for a while: what to do is told meanwhile too."""
    program(life, STRATEGIES["canary"]).up()
    elb = cloud.client("elbv2")
    elb.delete_rule(RuleArn=rule(life))
    elb.delete_target_group(TargetGroupArn=group(life, alternate=True))
    inputs = BASE | {"image": OTHER, "deployment": STRATEGIES["canary"]}
    life.service("web", {"customTimeouts": {"update": "9s"}}, **inputs)
    life.up(fails=True).says("validate the specified targetGroupArn", REFRESH)
    life.service("web", None, **inputs)
    mended_by_a_refresh(life, cloud)
