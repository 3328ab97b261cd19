"""A person stops a run with Ctrl-C: what was made is kept, the deployment is taken back or goes on, and the next run goes on."""

import os
import signal
import subprocess

import pytest
from world import IMAGE, Cloud, Stack, wait_for


def stopped(cli: subprocess.Popen[str], cloud: Cloud) -> str:
    """What a run says that is stopped while it watches a deployment."""
    wait_for("watching", lambda: cloud.counts().get("ecs:DescribeServiceDeployments", 0) > 1)
    os.kill(cli.pid, signal.SIGINT)
    text, _ = cli.communicate(timeout=60)
    assert cli.returncode != 0, text
    return text


def deployment(cloud: Cloud) -> str:
    ecs = cloud.client("ecs")
    return str(ecs.list_service_deployments(cluster="shop", service="shop")["serviceDeployments"][0]["status"])


def test_ctrl_c_while_the_service_starts_keeps_what_was_made(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, name="shop")
    cloud.control("POST", "clock", {"speed": 0.5})
    text = stopped(stack.start("up", "--yes", "--skip-preview"), cloud)
    assert "no earlier one has worked" in text, text
    arn = stack.resources()["web-service"]["id"]

    cloud.control("POST", "clock", {"speed": 0})
    stack.up()
    assert stack.resources()["web-service"]["id"] == arn
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("on_cancel", ["rollback", "leave"])
def test_ctrl_c_in_an_update_takes_it_back_or_leaves_it(stack: Stack, cloud: Cloud, on_cancel: str) -> None:
    inputs = {"useDefaultVpc": True, "name": "shop", "preset": "dev", "deployment": {"onCancel": on_cancel}}
    stack.service(**inputs, image=IMAGE)
    stack.up()
    stack.service(**inputs, image=f"{IMAGE}-2")
    cloud.control("POST", "clock", {"speed": 1})
    cloud.forget_calls()
    text = stopped(stack.start("up", "--yes", "--skip-preview"), cloud)
    assert ("ECS was asked to go back" if on_cancel == "rollback" else "ECS goes on with the deployment") in text, text
    assert deployment(cloud).startswith("ROLLBACK" if on_cancel == "rollback" else "IN_PROGRESS")

    cloud.control("POST", "clock", {"speed": 0})
    stack.up()
    assert deployment(cloud) == "SUCCESSFUL"
    stack.no_change()
