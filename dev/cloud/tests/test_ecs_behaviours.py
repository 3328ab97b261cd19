"""What images do when they run, and what ECS makes of it: stop codes, reasons, exit codes, events, health."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.elbv2.models import elbv2_backends
from test_ecs_world import ACCOUNT, REGION, World, a_world, client

from localaws.context import AwsError

ECR = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:1"
CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
AUTH = "ResourceInitializationError: unable to pull secrets or registry auth:"
CANNOT = "CannotPullContainerError: pull image manifest has been retried"


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        client("ecr").create_repository(repositoryName="shop")
        yield made


# image, what it does, why its task stopped, part of an event
STOPPED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "nginx:1",
        {"run": "exit", "code": 3},
        "EssentialContainerExited Essential container in task exited",
        "",
    ),
    (
        "nginx:1",
        {"run": "oom", "after": 5},
        "EssentialContainerExited Essential container in task exited",
        "",
    ),
    (
        "nginx:1",
        {"run": "missing"},
        f"TaskFailedToStart {CANNOT} 1 time(s): failed to resolve ref nginx:1: nginx:1: not found",
        "",
    ),
    (
        "nginx:1",
        {"run": "other_processor"},
        f"TaskFailedToStart {CANNOT} 7 time(s): image Manifest does not contain descriptor matching platform "
        "'linux/amd64'",
        "",
    ),
    (
        "nginx:1",
        {"run": "no_route"},
        f"TaskFailedToStart {CANNOT} 5 time(s): failed to resolve ref docker.io/library/nginx:1: failed to do request: "
        'Head "https://registry-1.docker.io/v2/library/nginx/manifests/1": dial tcp',
        "",
    ),
    (
        ECR,
        {"run": "no_route"},
        f"TaskFailedToStart {AUTH} The task cannot pull registry auth from Amazon ECR: There is a connection issue",
        f"was unable to place a task. Reason: {AUTH} The task cannot pull",
    ),
    (
        "nginx:1",
        {"run": "denied"},
        f"TaskFailedToStart {CANNOT} 1 time(s): failed to resolve ref docker.io/library/nginx:1: pull access denied",
        "",
    ),
    (
        ECR,
        {"run": "denied"},
        f"TaskFailedToStart {AUTH} execution resource retrieval failed: unable to retrieve ecr registry auth: service "
        f"call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::{ACCOUNT}:assumed-role/execution/",
        "was unable to place a task. Reason: ",
    ),
    (
        "nginx:1",
        {"run": "rate_limited"},
        f"TaskFailedToStart {CANNOT} 5 time(s): httpReaderSeeker: failed open: unexpected status code "
        "https://registry-1.docker.io/v2/library/nginx/manifests/1: 429 Too Many Requests",
        "",
    ),
    (
        "nginx:1",
        {"run": "no_capacity"},
        f"TaskFailedToStart {CAPACITY}",
        f"was unable to place a task. Reason: {CAPACITY}. For more information",
    ),
    (
        "nginx:1",
        {"run": "quota"},
        "TaskFailedToStart You've reached the limit on the number of vCPUs you can run concurrently",
        "was unable to place a task. Reason: You've reached the limit on the number of vCPUs",
    ),
    (
        "nginx:1",
        {"run": "no_addresses"},
        "TaskFailedToStart Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-",
        "InsufficientFreeAddressesInSubnet. For more information",
    ),
]


def ended(world: World, image: str, behaviour: dict[str, Any]) -> str:
    """The end of a first deployment of this image; the service is gone before the next."""
    world.call("DeleteService", cluster="main", service="web", force=True)
    world.service()
    world.behave(image, **behaviour)
    world.create(world.define(image), desiredCount=1)
    return str(world.deployments()[0]["status"])


def test_why_a_task_stopped(world: World) -> None:
    world.create(desiredCount=1)
    for image, behaviour, stopped, event in STOPPED:
        assert ended(world, image, behaviour) == "ROLLBACK_FAILED", behaviour
        task = world.tasks("STOPPED")[0]
        assert f"{task['stopCode']} {task['stoppedReason']}".startswith(stopped)
        assert any(event in it for it in world.events()), behaviour


def test_exit_codes_and_reasons_of_containers(world: World) -> None:
    world.behave("nginx:1", run="oom", logs=["reading all of it"])
    world.create(world.define("nginx:1"), desiredCount=1)
    world.service()
    (container,) = world.tasks("STOPPED")[0]["containers"]
    assert container["exitCode"] == 137
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    streams = world.logs.describe_log_streams(logGroupName="/web")["logStreams"]
    lines = world.logs.get_log_events(
        logGroupName="/web", logStreamName=streams[0]["logStreamName"]
    )["events"]
    assert [it["message"] for it in lines] == ["reading all of it"]


def test_capacity_of_one_provider_only(world: World) -> None:
    world.behave("nginx:1", run="no_capacity", provider="FARGATE_SPOT")
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    world.create(world.define("nginx:1"), capacityProviderStrategy=spot)
    assert world.deployments()[0]["status"] == "ROLLBACK_FAILED"
    fargate = [{"capacityProvider": "FARGATE", "weight": 1}]
    world.update(capacityProviderStrategy=fargate, forceNewDeployment=True)
    world.service()
    assert world.deployments()[0]["status"] == "SUCCESSFUL"


def test_a_subnet_without_free_addresses(world: World) -> None:
    """Also without a word of the test: the network has the say."""

    def full(*_: Any, **__: Any) -> tuple[str, str]:
        raise AwsError("InsufficientFreeAddressesInSubnet", "There are not enough free addresses.")

    world.neighbours.claim_interface = full  # type: ignore[method-assign, assignment]
    network = {"awsvpcConfiguration": {"subnets": world.subnets, "assignPublicIp": "ENABLED"}}
    world.create(networkConfiguration=network)
    world.service()
    assert world.tasks("STOPPED")[0]["stoppedReason"] == (
        "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet "
        f"'{world.subnets[0]}': InsufficientFreeAddressesInSubnet"
    )


def test_health_checks_are_judged_by_the_matcher(world: World) -> None:
    group = elbv2_backends[ACCOUNT][REGION].target_groups[world.group]
    world.create(desiredCount=1)
    cases: list[tuple[dict[str, Any], str, str | None]] = [
        ({"run": "answers", "status": 200}, "200", None),
        ({"run": "answers", "status": 302}, "200-399", None),
        ({"run": "answers", "status": 204}, "200,204", None),
        ({"run": "answers", "status": 302}, "200", "Health checks failed with these codes: [302]"),
        (
            {"run": "unhealthy", "status": 503},
            "200",
            "Health checks failed with these codes: [503]",
        ),
        ({"run": "silent"}, "200", "Request timed out"),
    ]
    for behaviour, matcher, words in cases:
        group.matcher = {"HttpCode": matcher}
        found = ended(world, "nginx:1", behaviour)
        assert found == ("SUCCESSFUL" if words is None else "ROLLBACK_FAILED"), behaviour
        told = any(f"due to (reason {words})" in it for it in world.events())
        assert told == (words is not None)


@pytest.mark.parametrize(
    ("reset", "found"), [(True, "IN_PROGRESS"), (False, "ROLLBACK_SUCCESSFUL")]
)
def test_what_is_healthy_for_a_moment_resets_the_breaker(reset: bool, found: str) -> None:
    """aws/containers-roadmap#1206."""
    with a_world(speed=1.0) as world:
        breaker = {"enable": True, "rollback": True, "resetOnHealthyTask": reset}
        # One at a time, so that the deployment is not done with the first.
        configuration = {"deploymentCircuitBreaker": breaker, "maximumPercent": 150}
        world.create(deploymentConfiguration=configuration)
        world.pass_time(150, step=15)
        world.behave("broken", run="unhealthy", status=500, after=5)
        world.update(taskDefinition=world.define("broken:1"))
        world.pass_time(900, step=15)
        assert world.deployments()[0]["status"] == found


def test_what_no_image_does(world: World) -> None:
    for behaviour, words in (
        ({"run": "dances"}, "must be one of well, slow, exit"),
        ({"run": "exit", "status": 500}, "behaviour exit does not know status"),
        ({"run": "answers"}, "behaviour answers needs a status"),
    ):
        with pytest.raises(AwsError, match=words):
            world.behave("nginx:1", **behaviour)


def test_an_image_may_take_its_time() -> None:
    with a_world(speed=1.0) as world:
        world.behave("nginx:1", run="well", starts=300)
        world.create(world.define("nginx:1"), desiredCount=1)
        world.pass_time(310, step=10)
        assert world.tasks()[0]["lastStatus"] == "PENDING"
        world.pass_time(200, step=10)
        assert world.deployments()[0]["status"] == "SUCCESSFUL"
