"""Lifecycle hooks: pauses that wait for somebody, and functions that are asked."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud
from shifting import BLUE_GREEN, FUNCTION, Shop

PAUSED = "IN_PROGRESS POST_TEST_TRAFFIC_SHIFT"
PAUSE: dict[str, Any] = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def with_hooks(*hooks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**BLUE_GREEN, "bakeTimeInMinutes": 0, **more, "lifecycleHooks": list(hooks)}


def test_a_pause_waits_for_a_word(shop: Shop) -> None:
    shop.create(with_hooks(PAUSE))
    assert shop.newest["lifecycleStage"] == "POST_TEST_TRAFFIC_SHIFT"
    (hook,) = shop.hooks()
    told = (hook["targetType"], hook["status"], hook["timeoutAction"])
    assert told == ("PAUSE", "AWAITING_ACTION", "ROLLBACK")
    assert 0 < (hook["expiresAt"] - shop.newest["createdAt"]).total_seconds() - 86400 < 600
    arn = {"serviceDeploymentArn": shop.newest["serviceDeploymentArn"]}
    refused = shop.refused("continue_service_deployment", hookId="pause-1", **arn)
    assert refused == "Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}"
    refused = shop.refused("continue_service_deployment", hookId="ecs-pause-1", **arn)
    assert refused.startswith("Provided hookId is either completed, unavailable, or not associated")
    shop.goes_on(hook)
    assert shop.passes("SUCCESSFUL")[-1] == "SUCCESSFUL"
    refused = shop.refused("continue_service_deployment", hookId=hook["hookId"], **arn)
    assert refused.startswith("Continuing a service deployment is not allowed for")
    shop.update()
    shop.passes(PAUSED)
    shop.goes_on(shop.hooks()[0], "ROLLBACK")
    assert shop.passes("ROLLBACK_SUCCESSFUL")[-1] == "ROLLBACK_SUCCESSFUL"
    assert shop.reason.startswith("Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT")
    assert shop.weights(shop.test) == (100, 0)
    code, _ = shop.cloud.refused(
        "ecs", "continue_service_deployment", hookId="ecs-pause-1", serviceDeploymentArn="arn:x"
    )
    assert code == "ServiceDeploymentNotFoundException"


@pytest.mark.parametrize(("action", "found"), [("CONTINUE", "SUCCESSFUL"), (None, "ROLLBACK")])
def test_a_pause_has_its_time(shop: Shop, action: str | None, found: str) -> None:
    timeout = {"timeoutInMinutes": 10, **({"action": action} if action else {})}
    shop.create(with_hooks())
    configuration = with_hooks({**PAUSE, "timeoutConfiguration": timeout})
    shop.update(deploymentConfiguration=configuration)
    shop.passes(PAUSED)
    shop.wait(500)
    assert shop.hooks()[0]["status"] == "AWAITING_ACTION"
    shop.wait(400)
    assert shop.newest["status"].startswith(found)
    if action is None:
        words = (
            "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT pause hook timed out."
        )
        assert shop.reason == words


def test_linear_pauses_before_each_step(shop: Shop) -> None:
    linear = {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}
    shop.create({"strategy": "LINEAR", "linearConfiguration": linear, "bakeTimeInMinutes": 0})
    pause = {**PAUSE, "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT"]}
    hooks = {"strategy": "LINEAR", "lifecycleHooks": [pause]}
    shop.update(deploymentConfiguration=hooks)
    ids, weights = [], []
    for _ in range(2):
        shop.passes("IN_PROGRESS PRE_PRODUCTION_TRAFFIC_SHIFT")
        ids.append(shop.hooks()[0]["hookId"])
        weights.append(shop.weights())
        shop.goes_on(shop.hooks()[0])
        shop.wait(1)
    assert (weights, len(set(ids))) == ([(100, 0), (50, 50)], 2)
    assert shop.passes("SUCCESSFUL")[-1] == "SUCCESSFUL"


def test_a_function_is_asked_until_it_knows(shop: Shop) -> None:
    working = {"hookStatus": "IN_PROGRESS", "callBackDelaySeconds": 120}
    hook = shop.function(working, working, {"hookStatus": "SUCCEEDED"})
    stages = ["POST_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"]
    shop.create(with_hooks())
    shop.update(deploymentConfiguration=with_hooks({**hook, "lifecycleStages": stages}))
    shop.passes("IN_PROGRESS POST_SCALE_UP")
    (shown,) = shop.hooks()
    assert (shown["targetArn"], shown["status"]) == (FUNCTION, "IN_PROGRESS")
    shop.wait(150)
    assert shop.newest["lifecycleStage"] == "POST_SCALE_UP"
    assert shop.passes("SUCCESSFUL")[-1] == "SUCCESSFUL"
    calls = shop.cloud.control("GET", "/ecs/functions")["calls"]
    assert [it["lifecycleStage"] for it in calls] == [stages[0], stages[0], stages[0], stages[1]]


def test_a_function_that_says_no_or_nothing(shop: Shop) -> None:
    hook = shop.function({"hookStatus": "FAILED"})
    stage = {"lifecycleStages": ["PRE_SCALE_UP"]}
    shop.create(with_hooks())
    begin = "Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed."
    other = f"{FUNCTION}-other"
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, f"Lifecycle hook target {FUNCTION} returned FAILED status."),
        (
            {"hookTargetArn": other},
            f"ECS was unable to invoke hook target {other} due to User: arn:aws:sts::123456789012:assumed-role/hook/"
            "ECS-Lambda-Execution is not authorized to perform: lambda:InvokeFunction on resource: "
            f"{other} because no identity-based policy allows the lambda:InvokeFunction action",
        ),
        ({"roleArn": shop.execution}, f"ECS was unable to assume role {shop.execution}"),
    ]
    for changed, words in cases:
        configuration = with_hooks({**hook, **stage, **changed})
        shop.update(deploymentConfiguration=configuration)
        shop.passes("ROLLBACK_SUCCESSFUL")
        assert shop.reason == f"{begin} {words}"
        assert any(it.endswith(f"deployment failed: {begin} {words}") for it in shop.events)
    for answers, words in (
        ([None], f"ECS was unable to parse the response from {FUNCTION} due to HookStatus must"),
        ([], f"ECS was unable to invoke hook target {FUNCTION} due to Function not found"),
    ):
        shop.cloud.control("PUT", "/ecs/functions", {"arn": FUNCTION, "answers": answers})
        shop.update(deploymentConfiguration=with_hooks({**hook, **stage}))
        shop.passes("ROLLBACK_SUCCESSFUL")
        assert shop.reason.startswith(f"{begin} {words}")
