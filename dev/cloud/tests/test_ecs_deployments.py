"""Deployments in time: success, failure, rollback, superseded, stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.logs.models import logs_backends
from test_ecs_world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture
def slow_world() -> Iterator[World]:
    with a_world(speed=1.0) as made:
        yield made


def broken(world: World, **behaviour: object) -> str:
    world.behave("broken", **behaviour)
    return world.define("broken:1")


def test_a_new_service_settles_at_the_next_look(world: World) -> None:
    created = world.create()
    assert created["status"] == "ACTIVE"
    assert created["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert created["runningCount"] == 0

    service = world.service()
    assert service["runningCount"] == 2
    assert [d["rolloutState"] for d in service["deployments"]] == ["COMPLETED"]
    assert world.deployments()[0]["status"] == "SUCCESSFUL"
    assert service["events"][0]["message"] == "(service web) has reached a steady state."
    assert set(world.neighbours.targets.values()) == {"healthy"}
    number = service["deployments"][0]["id"].removeprefix("ecs-svc/")
    assert world.deployments()[0]["targetServiceRevision"]["arn"].endswith(f"/{number}")
    assert {t["startedBy"] for t in world.tasks()} == {f"ecs-svc/{number}"}


def test_states_go_by_in_aws_like_time(slow_world: World) -> None:
    world = slow_world
    world.create(desiredCount=1)
    seen: list[str] = []
    for _ in range(120):
        world.pass_time(1)
        service = world.service()
        tasks = world.tasks()
        state = f"{service['deployments'][0]['rolloutState']} {tasks[0]['lastStatus'] if tasks else '-'}"
        if state not in seen:
            seen.append(state)
    assert seen == [
        "IN_PROGRESS PROVISIONING",
        "IN_PROGRESS PENDING",
        "IN_PROGRESS RUNNING",
        "COMPLETED RUNNING",
    ]


def test_a_rolling_update_keeps_the_healthy_ones(slow_world: World) -> None:
    world = slow_world
    world.create()
    world.pass_time(120)
    assert world.service()["runningCount"] == 2
    world.update(taskDefinition=world.define("nginx:1.28"))
    for _ in range(600):
        world.pass_time(1)
        healthy = [s for s in world.neighbours.targets.values() if s == "healthy"]
        assert len(healthy) >= 2
        assert len(world.tasks()) <= 4
    service = world.service()
    assert [d["rolloutState"] for d in service["deployments"]] == ["COMPLETED"]
    assert {c["image"] for t in world.tasks() for c in t["containers"]} == {"nginx:1.28"}
    assert len(world.neighbours.interfaces) == 2
    assert "(service web) has begun draining connections on 1 tasks." in world.events()


def test_the_breaker_rolls_back_and_stable_lies(world: World) -> None:
    good = world.define()
    world.create(good)
    before = world.service()["deployments"][0]["id"]
    bad = broken(world, run="exit", code=3, after=2, logs=["no database"])
    updated = world.update(taskDefinition=bad)
    assert updated["deployments"][0]["rolloutState"] == "IN_PROGRESS"

    service = world.service()
    assert service["taskDefinition"] == good
    assert [(d["id"], d["status"], d["rolloutState"]) for d in service["deployments"]] == [
        (before, "PRIMARY", "COMPLETED")
    ]
    newest = world.deployments()[0]
    assert newest["status"] == "ROLLBACK_SUCCESSFUL"
    reason = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert newest["statusReason"] == newest["rollback"]["reason"] == reason
    assert newest["deploymentCircuitBreaker"] == {
        "status": "TRIGGERED",
        "failureCount": 3,
        "threshold": 3,
    }
    failed = updated["deployments"][0]["id"]
    events = world.events()
    assert (
        f"(service web) (deployment {failed}) deployment failed: tasks failed to start." in events
    )
    assert f"(service web) rolling back to deployment {before}." in events

    stopped = [t for t in world.tasks("STOPPED") if t["startedBy"] == failed]
    assert len(stopped) >= 3
    crashed = [t for t in stopped if t["stopCode"] == "EssentialContainerExited"]
    assert crashed[0]["stoppedReason"] == "Essential container in task exited"
    assert crashed[0]["containers"][0]["exitCode"] == 3
    stream = "app/app/" + crashed[0]["taskArn"].rpartition("/")[2]
    lines = world.logs.get_log_events(logGroupName="/web", logStreamName=stream)["events"]
    assert [line["message"] for line in lines] == ["no database"]


def test_rollback_can_be_watched(slow_world: World) -> None:
    world = slow_world
    world.create(desiredCount=1)
    world.pass_time(120)
    world.update(taskDefinition=broken(world, run="exit", code=1, after=1))
    seen: list[str] = []
    for _ in range(900):
        world.pass_time(1)
        listed = world.deployments()
        status = listed[0]["status"]
        if len(listed) == 2 and status not in seen:
            seen.append(status)
    assert seen == ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]


def test_a_failing_first_deployment_has_nothing_to_roll_back_to(world: World) -> None:
    world.create(broken(world, run="missing"))
    service = world.service()
    assert service["deployments"][0]["rolloutState"] == "FAILED"
    newest = world.deployments()[0]
    assert newest["status"] == "ROLLBACK_FAILED"
    assert newest["statusReason"] == "No rollback candidate was found to run the rollback."
    stopped = world.tasks("STOPPED")[0]
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("CannotPullContainerError: ")
    assert stopped["stoppedReason"].endswith("not found")
    assert not world.tasks()


def test_without_rollback_the_deployment_is_stopped(world: World) -> None:
    world.create()
    world.service()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    world.update(deploymentConfiguration=breaker, taskDefinition=broken(world, run="missing"))
    assert world.service()["runningCount"] == 2
    assert world.deployments()[0]["status"] == "STOPPED"
    assert "stoppedAt" in world.deployments()[0]


def test_without_a_breaker_it_crash_loops_for_ever(world: World) -> None:
    world.create(
        broken(world, run="exit", code=1, after=0),
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": False, "rollback": False}},
    )
    failed = 0
    for _ in range(5):
        newest = world.service()["deployments"][0]
        assert newest["rolloutState"] == "IN_PROGRESS"
        assert newest["failedTasks"] > failed
        failed = newest["failedTasks"]
    assert world.deployments()[0]["status"] == "IN_PROGRESS"
    assert any("unable to consistently start tasks" in e for e in world.events())


def test_a_crash_loop_ends_when_the_image_is_mended(world: World) -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    world.create(broken(world, run="exit", code=1), deploymentConfiguration=breaker)
    world.service()
    world.behave("broken", run="well")
    world.service()
    assert world.deployments()[0]["status"] == "SUCCESSFUL"


def test_thresholds_are_honoured(world: World) -> None:
    for rule, desired, expected in (
        ({"type": "COUNT", "value": 1}, 2, 1),
        ({"type": "BOUNDED_PERCENT", "value": 50}, 2, 3),
        ({"type": "BOUNDED_PERCENT", "value": 50}, 9, 5),
        ({"type": "UNBOUNDED_PERCENT", "value": 50}, 2, 1),
    ):
        breaker = {"enable": True, "rollback": False, "thresholdConfiguration": rule}
        world.create(
            broken(world, run="exit", code=1),
            desiredCount=desired,
            deploymentConfiguration={"deploymentCircuitBreaker": breaker},
        )
        newest = world.deployments()[0]
        assert newest["status"] == "STOPPED"
        assert newest["deploymentCircuitBreaker"]["threshold"] == expected
        world.call("DeleteService", cluster="main", service="web", force=True)


def test_unhealthy_targets_are_killed_after_the_grace_period(slow_world: World) -> None:
    world = slow_world
    text = "Health checks failed with these codes: [404]"
    bad = broken(world, run="unhealthy", reason="Target.ResponseCodeMismatch", description=text)
    world.create(bad, desiredCount=1, healthCheckGracePeriodSeconds=100)
    world.pass_time(80)
    assert set(world.neighbours.targets.values()) == {"unhealthy"}
    assert world.service()["deployments"][0]["failedTasks"] == 0
    world.pass_time(80)
    assert world.service()["deployments"][0]["failedTasks"] == 1
    stopped = world.tasks("STOPPED")[0]
    assert (
        stopped["stoppedReason"] == f"Task failed ELB health checks in (target-group {world.group})"
    )
    number = stopped["taskArn"].rpartition("/")[2]
    event = f"(service web) (task {number}) (port 80) is unhealthy in (target-group {world.group}) due to (reason {text})."
    assert event in world.events()


def test_targets_stay_initial_until_the_balancer_is_active(world: World) -> None:
    world.neighbours.balancer = "provisioning"
    world.create()
    for _ in range(3):
        assert world.service()["runningCount"] == 2
        assert world.deployments()[0]["status"] == "IN_PROGRESS"
        assert set(world.neighbours.targets.values()) == {"initial"}
    world.neighbours.balancer = "active"
    world.service()
    assert world.deployments()[0]["status"] == "SUCCESSFUL"


def test_a_newer_deployment_supersedes(slow_world: World) -> None:
    world = slow_world
    world.create()
    world.pass_time(10)
    world.update(taskDefinition=world.define("nginx:2"))
    world.pass_time(600)
    newest, older = world.deployments()
    assert (newest["status"], older["status"]) == ("SUCCESSFUL", "STOPPED")
    assert "newer" in older["statusReason"]


def test_stopping_rolls_back(slow_world: World) -> None:
    world = slow_world
    good = world.define()
    world.create(good)
    world.pass_time(120)
    world.update(taskDefinition=broken(world, run="slow", seconds=1000))
    world.pass_time(30)
    arn = world.deployments()[0]["serviceDeploymentArn"]
    world.call("StopServiceDeployment", serviceDeploymentArn=arn, stopType="ROLLBACK")
    # Once more is no mistake while it goes back (developer guide, "Stopping Amazon ECS service deployments").
    world.call("StopServiceDeployment", serviceDeploymentArn=arn)
    assert world.deployments()[0]["status"] == "ROLLBACK_IN_PROGRESS"
    world.call("StopServiceDeployment", serviceDeploymentArn=arn)
    world.pass_time(60)
    assert world.deployments()[0]["status"] == "ROLLBACK_SUCCESSFUL"
    assert world.service()["taskDefinition"] == good
    assert (
        world.refused("StopServiceDeployment", serviceDeploymentArn=arn).code == "ConflictException"
    )


def test_no_tasks_wanted_succeeds_at_once(slow_world: World) -> None:
    slow_world.create(desiredCount=0)
    slow_world.pass_time(3)
    assert slow_world.deployments()[0]["status"] == "SUCCESSFUL"


def test_a_fresh_role_counts_as_failure(world: World) -> None:
    role = f"arn:aws:iam::{world.context.account}:role/execution"
    world.neighbours.fresh_roles.add(role)
    world.create()
    assert world.deployments()[0]["deploymentCircuitBreaker"]["failureCount"] == 3
    stopped = world.tasks("STOPPED")[0]
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith(
        f"ECS was unable to assume the role '{role}' that was provided"
    )
    assert any("failed to launch a task with (error ECS was unable" in e for e in world.events())


def test_a_missing_log_group_is_an_initialization_error(world: World) -> None:
    world.logs.delete_log_group(logGroupName="/web")
    world.create()
    world.service()
    assert world.tasks("STOPPED")[0]["stoppedReason"].startswith("ResourceInitializationError: ")


def test_percentages_that_leave_no_room_for_a_task_never_deploy(world: World) -> None:
    """What must stay is rounded up, and what may run down (botocore, DeploymentConfiguration)."""
    for least, most, moves in (
        (100, 150, False),
        (50, 100, False),
        (100, 200, True),
        (0, 100, True),
    ):
        percentages = {"minimumHealthyPercent": least, "maximumPercent": most}
        world.create(desiredCount=1, deploymentConfiguration=percentages)
        world.service()
        world.update(taskDefinition=world.define())
        for _ in range(10):
            world.service()
        status = world.deployments()[0]["status"]
        assert status == ("SUCCESSFUL" if moves else "IN_PROGRESS"), (least, most)
        world.call("DeleteService", cluster="main", service="web", force=True)
        for _ in range(5):
            world.call("DescribeServices", cluster="main", services=["web"])


def test_container_insights_leave_a_log_group(world: World) -> None:
    group = "/aws/ecs/containerinsights/main/performance"
    groups = logs_backends[world.context.account][world.context.region].groups
    world.create()
    world.service()
    assert group not in groups
    setting = {"name": "containerInsights", "value": "enabled"}
    world.call("UpdateClusterSettings", cluster="main", settings=[setting])
    world.update(forceNewDeployment=True)
    world.service()
    assert group in groups


def test_scaling_starts_no_deployment(world: World) -> None:
    world.create()
    before = world.service()["deployments"][0]["id"]
    world.update(desiredCount=4)
    assert len(world.tasks()) == 4
    world.update(desiredCount=1)
    assert len(world.tasks()) == 1
    assert world.service()["deployments"][0]["id"] == before
    assert len(world.deployments()) == 1
    assert len(world.neighbours.interfaces) == 1
