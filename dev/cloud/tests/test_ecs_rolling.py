"""Rolling deployments beyond the breaker: alarms, early success, superseded; and deployments without a balancer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_ecs_world import World, a_world

from localaws.services.ecs import asks


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def test_a_rolling_deployment_ends_at_an_alarm() -> None:
    """It goes on after the last task has been replaced, as long as the alarm looks back."""
    with a_world(speed=1.0) as world:
        world.neighbours.alarms["errors"] = "OK"
        alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
        good = world.define("nginx:1")
        world.create(good, deploymentConfiguration={"alarms": alarms}, loadBalancers=[])
        world.pass_time(300, step=5)
        assert world.deployments()[0]["status"] == "SUCCESSFUL"
        world.update(taskDefinition=world.define("nginx:2"))
        world.pass_time(140, step=5)
        assert {c["image"] for t in world.tasks() for c in t["containers"]} == {"nginx:2"}
        assert world.deployments()[0]["status"] == "IN_PROGRESS"
        world.neighbours.alarms["errors"] = "ALARM"
        world.pass_time(20, step=5)
        newest = world.deployments()[0]
        assert newest["status"] == "ROLLBACK_IN_PROGRESS"
        assert newest["alarms"]["triggeredAlarmNames"] == ["errors"]
        world.pass_time(300, step=5)
        assert world.deployments()[0]["status"] == "ROLLBACK_SUCCESSFUL"
        assert world.service()["taskDefinition"] == good
        alarms["rollback"] = False
        world.neighbours.alarms["errors"] = "OK"
        world.update(
            taskDefinition=world.define("nginx:3"), deploymentConfiguration={"alarms": alarms}
        )
        world.pass_time(30, step=5)
        world.neighbours.alarms["errors"] = "ALARM"
        world.pass_time(30, step=5)
        newest = world.deployments()[0]
        assert newest["status"] == "STOPPED"
        assert newest["statusReason"].endswith("because of one or more active alarms.")


@pytest.mark.parametrize(
    ("cleanup", "found"), [("DEFERRED", "SUCCESSFUL"), ("BLOCKING", "IN_PROGRESS")]
)
def test_a_deployment_may_succeed_early(cleanup: str, found: str) -> None:
    with a_world(speed=1.0) as world:
        early = {"enable": True, "healthyPercent": 50, "sourceServiceRevisionCleanup": cleanup}
        configuration = {
            "minimumHealthyPercent": 50,
            "maximumPercent": 100,
            "earlySuccessCriteria": early,
        }
        world.create(desiredCount=4, deploymentConfiguration=configuration)
        world.pass_time(300, step=20)
        world.update(taskDefinition=world.define("nginx:2"))
        world.pass_time(90, step=5)
        # Half of them run; the others have only begun.
        assert sorted(t["lastStatus"] == "RUNNING" for t in world.tasks()) == [
            False,
            False,
            True,
            True,
        ]
        assert world.deployments()[0]["status"] == found
        world.pass_time(900, step=20)
        assert world.deployments()[0]["status"] == "SUCCESSFUL"
        assert {c["image"] for t in world.tasks() for c in t["containers"]} == {"nginx:2"}


def test_a_superseded_deployment_is_asked_to_stop_first() -> None:
    with a_world(speed=1.0) as world:
        world.create()
        world.pass_time(10)
        world.update(taskDefinition=world.define("nginx:2"))
        older = world.deployments()[-1]
        assert (older["status"], "newer" in older["statusReason"]) == ("STOP_REQUESTED", True)
        world.pass_time(2)
        assert world.deployments()[-1]["status"] == "STOPPED"


def test_without_a_balancer_nothing_is_shifted_and_hooks_run(world: World) -> None:
    """Also with time at its fastest a pause waits for a word."""
    pause = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}
    configuration = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 60, "lifecycleHooks": [pause]}
    world.create(loadBalancers=[], deploymentConfiguration=configuration)
    for _ in range(3):
        now = world.deployments()[0]
        assert (now["status"], now["lifecycleStage"]) == ("IN_PROGRESS", "POST_SCALE_UP")
    world.call(
        "ContinueServiceDeployment",
        serviceDeploymentArn=now["serviceDeploymentArn"],
        hookId=now["lifecycleHookDetails"][0]["hookId"],
    )
    assert world.deployments()[0]["status"] == "SUCCESSFUL"


def test_who_makes_such_a_service_passes_its_roles(world: World) -> None:
    roles = {"advancedConfiguration": {"roleArn": "arn:infrastructure"}}
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    hooks = [{"roleArn": "arn:hook"}, {"targetType": "PAUSE"}]
    params = {"cluster": "main", "serviceName": "web", "loadBalancers": [roles]} | {
        "deploymentConfiguration": {"alarms": alarms, "lifecycleHooks": hooks}
    }
    found = asks.of_a_call("CreateService", params, world.context) or []
    passed = [it.resource for it in found if it.action == "iam:PassRole"]
    assert passed == ["arn:infrastructure", "arn:hook"]
    assert "cloudwatch:DescribeAlarms" in [it.action for it in found]
    arn = "arn:aws:ecs:us-east-1:1:service-deployment/main/web/1"
    for operation in ("StopServiceDeployment", "ContinueServiceDeployment"):
        (service, deployment) = (
            asks.of_a_call(operation, {"serviceDeploymentArn": arn}, world.context) or []
        )
        assert (service.resource, deployment.resource) == (
            "arn:aws:ecs:us-east-1:1:service/main/web",
            arn,
        )
