"""Deployments that move traffic between two target groups, as a person with the real engine sees them, at a hundredth of
AWS's times: all requests go to healthy tasks at every moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from approvals import answer, pause
from world import SMALL, Cloud, Stack, wait_for

OTHER = "public.ecr.aws/nginx/nginx:1.28"
BAD = "public.ecr.aws/team/broken:1"
STRATEGIES: dict[str, dict[str, Any]] = {
    "blueGreen": {"strategy": "blueGreen", "bakeTimeInMinutes": 1},
    "canary": {"strategy": "canary", "bakeTimeInMinutes": 1, "canary": {"percent": 10, "bakeTimeInMinutes": 1}},
    "linear": {
        "strategy": "linear",
        "bakeTimeInMinutes": 0,
        "linear": {"stepPercent": 40, "stepBakeTimeInMinutes": 1},
    },
}


@contextmanager
def never_without_a_target(cloud: Cloud) -> Iterator[None]:
    assert cloud.control("POST", "ecs/serving")
    yield
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert service["least"] >= 1 and service.get("lost", 0) == 0, service


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_service_of_each_strategy(stack: Stack, cloud: Cloud, name: str) -> None:
    cloud.control("POST", "clock", {"speed": 0.01})
    inputs = SMALL | {"deployment": STRATEGIES[name]}
    stack.service(**inputs)
    stack.up()
    stack.no_change()
    with never_without_a_target(cloud):
        stack.service(**inputs | {"image": OTHER})
        stack.up()
    stack.refresh().says_not("updated")
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_running_service_becomes_a_canarys_and_goes_back(stack: Stack, cloud: Cloud) -> None:
    cloud.control("POST", "clock", {"speed": 0.01})
    stack.service(**SMALL)
    stack.up()
    with never_without_a_target(cloud):
        canary = SMALL | {"deployment": STRATEGIES["canary"]}
        stack.service(**canary)
        stack.up()
        stack.no_change()
        stack.service(**canary | {"image": OTHER})
        stack.up()
        stack.no_change()
        stack.service(**SMALL)
        stack.up()
        stack.no_change()
    assert cloud.kinds()["elbv2:target-group"] == 1
    assert cloud.kinds()["elbv2:listener-rule"] == 0
    stack.destroy()
    assert cloud.objects() == []


def test_a_failing_canary_is_a_failed_run(stack: Stack, cloud: Cloud) -> None:
    cloud.behave(BAD, run="answers", status=500, logs=["GET / 500"])
    inputs = SMALL | {"deployment": STRATEGIES["canary"]}
    stack.service(**inputs)
    stack.up()
    with never_without_a_target(cloud):
        stack.service(**inputs | {"image": BAD})
        failed = stack.up(fails=True)
        assert failed.code != 0
        failed.says("went back to what ran before")
        stack.service(**inputs | {"image": OTHER})
        stack.up()
    stack.no_change()


def test_a_deployment_waits_until_a_person_approves(stack: Stack, cloud: Cloud) -> None:
    inputs = SMALL | {"deployment": STRATEGIES["blueGreen"]}
    stack.service(**inputs)
    stack.up()
    stack.service(**SMALL | {"image": OTHER, "deployment": STRATEGIES["blueGreen"] | {"pause": "approve"}})
    up = stack.start("up", "--yes", "--skip-preview")
    waiting = wait_for("the pause", lambda: pause(cloud))
    assert up.poll() is None
    answer(cloud, waiting)
    text, _ = up.communicate(timeout=120)
    assert up.returncode == 0, text
    stack.no_change()


def test_an_alarm_during_a_deployment_is_a_failed_run(stack: Stack, cloud: Cloud) -> None:
    own = {"monitoring": {"level": "advanced"}}
    deployment = STRATEGIES["blueGreen"] | {"rollbackAlarms": True}
    stack.service(**SMALL | own | {"deployment": deployment})
    stack.up()
    stack.service(**SMALL | own | {"image": OTHER, "deployment": deployment | {"pause": "approve"}})
    up = stack.start("up", "--yes", "--skip-preview")
    wait_for("the pause", lambda: pause(cloud))
    alarms = cloud.client("cloudwatch")
    found = alarms.describe_alarms()["MetricAlarms"]
    (name,) = [it["AlarmName"] for it in found if it["AlarmName"].endswith("server-errors-alternate")]
    alarms.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many")
    cloud.control("POST", "clock", {"advance": 60})
    text, _ = up.communicate(timeout=120)
    assert up.returncode != 0 and "alarm" in text, text
