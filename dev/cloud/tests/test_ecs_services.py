"""What CreateService, UpdateService and DeleteService answer and refuse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_ecs_world import World, a_world, client

from localaws.services.ecs import operations as ecs


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def refusal(world: World, **more: object) -> tuple[str, str]:
    definition = more.pop("taskDefinition", None) or world.define()
    error = world.refused("CreateService", **world.service_params(str(definition), **more))
    return error.code, error.message


def test_defaults(world: World) -> None:
    service = world.create(deploymentConfiguration={})
    configuration = service["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (100, 200)
    assert service["availabilityZoneRebalancing"] == "ENABLED"
    assert service["platformVersion"] == "LATEST"
    assert service["deployments"][0]["platformVersion"] == "1.4.0"
    assert "launchType" not in service
    assert service["capacityProviderStrategy"] == [
        {"capacityProvider": "FARGATE", "weight": 1, "base": 0}
    ]


def test_names_and_tokens(world: World) -> None:
    definition = world.define()
    params = world.service_params(definition, clientToken="once")
    first = world.call("CreateService", **params)["service"]
    again = world.call("CreateService", **params)["service"]
    assert again["serviceArn"] == first["serviceArn"]
    message = "Creation of service was not idempotent."
    assert refusal(world, clientToken="other") == ("InvalidParameterException", message)
    world.clock.set_speed(1)
    world.call("DeleteService", cluster="main", service="web", force=True)
    message = "Unable to Start a service that is still Draining."
    assert refusal(world) == ("InvalidParameterException", message)


def test_refusals(world: World) -> None:
    group, balancer = world.group, {"containerName": "app", "containerPort": 80}
    invalid = "InvalidParameterException"
    assert refusal(world, cluster="nope") == ("ClusterNotFoundException", "Cluster not found.")
    assert refusal(world, taskDefinition="nope:1") == (
        "ClientException",
        "TaskDefinition not found.",
    )
    assert refusal(world, launchType="FARGATE")[1].startswith("Specifying both a launch type")
    spot = [{"capacityProvider": "nope", "weight": 1}]
    assert "not associated with the cluster" in refusal(world, capacityProviderStrategy=spot)[1]
    text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    assert refusal(world, networkConfiguration={}) == (invalid, text)
    nowhere = {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}
    assert "InvalidSubnetID.NotFound" in refusal(world, networkConfiguration=nowhere)[1]
    other = [balancer | {"targetGroupArn": group, "containerName": "db"}]
    text = "The container db does not exist in the task definition."
    assert refusal(world, loadBalancers=other) == (invalid, text)
    other = [balancer | {"targetGroupArn": group, "containerPort": 81}]
    text = "The container app did not have a container port 81 defined."
    assert refusal(world, loadBalancers=other) == (invalid, text)
    assert (
        "permissions"
        in refusal(world, loadBalancers=[balancer | {"targetGroupArn": group + "0"}])[1]
    )
    never = {"minimumHealthyPercent": 100, "maximumPercent": 100}
    text = "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
    assert refusal(world, deploymentConfiguration=never) == (invalid, text)
    world.neighbours.attached = False
    text = (
        f"The target group with targetGroupArn {group} does not have an associated load balancer."
    )
    assert refusal(world) == (invalid, text)
    world.neighbours.linked_role = False
    text = "Unable to assume the service linked role. Please verify that the ECS service linked role exists."
    assert refusal(world) == (invalid, text)


def test_an_instance_group_does_not_fit_awsvpc(world: World) -> None:
    elbv2 = client("elbv2")
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elbv2.create_target_group(
        Name="i", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
    )
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    balancer = {"targetGroupArn": arn, "containerName": "app", "containerPort": 80}
    assert "target type instance" in refusal(world, loadBalancers=[balancer])[1]


def test_an_inactive_definition_is_refused(world: World) -> None:
    definition = world.define()
    world.create(definition)
    world.service()
    old = world.define()
    world.call("DeregisterTaskDefinition", taskDefinition=old)
    error = world.refused("UpdateService", cluster="main", service="web", taskDefinition=old)
    assert (error.code, error.message) == ("ClientException", "TaskDefinition is inactive")
    # A service goes on with its own, even deregistered.
    world.call("DeregisterTaskDefinition", taskDefinition=definition)
    world.update(desiredCount=3)
    assert len(world.tasks()) == 3
    error = world.refused("UpdateService", cluster="main", service="web", forceNewDeployment=True)
    assert (error.code, error.message) == ("ClientException", "TaskDefinition is inactive")


def test_which_updates_deploy(world: World) -> None:
    world.create()
    world.service()
    network = {"awsvpcConfiguration": {"subnets": world.subnets[:1]}}
    for count, (deploys, change) in enumerate(
        [
            (False, {"desiredCount": 4}),
            (False, {"healthCheckGracePeriodSeconds": 5}),
            (False, {"deploymentConfiguration": {"maximumPercent": 150}}),
            (False, {"enableExecuteCommand": True}),
            (False, {"propagateTags": "SERVICE"}),
            (True, {"forceNewDeployment": True}),
            (True, {"networkConfiguration": network}),
            (True, {"loadBalancers": []}),
            (True, {"taskDefinition": world.define()}),
        ]
    ):
        before = world.service()["deployments"][0]["id"]
        after = world.update(**change)["deployments"][0]["id"]
        assert (before != after) is deploys, (count, change)
    service = world.service()
    assert service["loadBalancers"] == []
    assert service["deploymentConfiguration"]["minimumHealthyPercent"] == 100
    assert service["deploymentConfiguration"]["maximumPercent"] == 150
    assert not world.neighbours.targets


def test_a_strategy_change_needs_force(world: World) -> None:
    world.create()
    world.service()
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    error = world.refused(
        "UpdateService", cluster="main", service="web", capacityProviderStrategy=spot
    )
    assert error.message.startswith("When switching from launch type to capacity provider strategy")
    same = [{"capacityProvider": "FARGATE", "weight": 1}]
    world.update(capacityProviderStrategy=same)
    world.update(capacityProviderStrategy=spot, forceNewDeployment=True)
    assert {t["capacityProviderName"] for t in world.tasks()} == {"FARGATE_SPOT"}


def test_a_strategy_is_told_in_an_order_of_its_own(world: World) -> None:
    both = [{"capacityProvider": name, "weight": 1} for name in ("FARGATE", "FARGATE_SPOT")]
    told = world.create(capacityProviderStrategy=both)["capacityProviderStrategy"]
    assert [item["capacityProvider"] for item in told] == ["FARGATE_SPOT", "FARGATE"]
    # To tell it again in this order is no change, which would have to be forced.
    world.update(capacityProviderStrategy=told)


def test_base_and_weight_share_the_tasks(world: World) -> None:
    strategy = [
        {"capacityProvider": "FARGATE", "base": 2, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    world.create(capacityProviderStrategy=strategy, desiredCount=10)
    world.service()
    providers = [t["capacityProviderName"] for t in world.tasks()]
    assert (providers.count("FARGATE"), providers.count("FARGATE_SPOT")) == (4, 6)


def test_deletion_drains(world: World) -> None:
    world.create()
    world.service()
    text = "The service cannot be stopped while it is scaled above 0."
    assert world.refused("DeleteService", cluster="main", service="web").message == text
    assert world.refused("DeleteCluster", cluster="main").code == "ClusterContainsServicesException"
    world.clock.set_speed(1)
    world.update(desiredCount=0)
    deleted = world.call("DeleteService", cluster="main", service="web")["service"]
    assert deleted["status"] == "DRAINING"
    assert not ecs.service_exists(world.context, "service/main/web")
    error = world.refused("UpdateService", cluster="main", service="web", desiredCount=1)
    assert (error.code, error.message) == ("ServiceNotActiveException", "Service was not ACTIVE.")
    world.pass_time(20)
    assert world.service()["status"] == "DRAINING"
    world.pass_time(400, step=10)
    assert world.service()["status"] == "INACTIVE"
    assert world.call("ListServices", cluster="main")["serviceArns"] == []
    assert (
        world.refused("DeleteService", cluster="main", service="web").code
        == "ServiceNotFoundException"
    )
    assert not world.neighbours.interfaces
    world.call("DeleteCluster", cluster="main")
    kinds = [o["kind"] for o in ecs.objects(world.context)]
    assert kinds == ["ecs:task-definition"]


def test_a_name_is_free_again_once_inactive(world: World) -> None:
    first = world.create()
    world.call("DeleteService", cluster="main", service="web", force=True)
    assert world.service()["status"] == "INACTIVE"
    world.create()
    service = world.service()
    assert service["status"] == "ACTIVE"
    assert service["createdAt"] > first["createdAt"]


def test_a_new_service_may_be_unseen_for_some_looks(world: World) -> None:
    ecs.control_routes["PUT", "/ecs/unseen"]({"looks": 2})
    world.create()
    assert world.refused("ListServiceDeployments", cluster="main", service="web").code == (
        "ServiceNotFoundException"
    )
    answer = world.call("DescribeServices", cluster="main", services=["web"])
    assert [it["reason"] for it in answer["failures"]] == ["MISSING"]
    assert world.service()["status"] == "ACTIVE"


def test_missing_services_are_failures(world: World) -> None:
    answer = world.call("DescribeServices", cluster="main", services=["nope"])
    assert answer["services"] == []
    assert answer["failures"][0]["reason"] == "MISSING"
    assert (
        world.refused("UpdateService", cluster="main", service="nope").code
        == "ServiceNotFoundException"
    )


def test_clamping_by_a_scalable_target(world: World) -> None:
    world.create()
    world.service()
    assert ecs.service_exists(world.context, "service/main/web")
    ecs.set_desired_count(world.context, "service/main/web", 3, 6)
    assert world.service()["desiredCount"] == 3
    assert len(world.tasks()) == 3


def test_a_stopped_task_is_replaced(world: World) -> None:
    world.create()
    world.service()
    task = world.tasks()[0]["taskArn"]
    stopped = world.call("StopTask", cluster="main", task=task, reason="drill")["task"]
    assert stopped["desiredStatus"] == "STOPPED"
    assert task not in [t["taskArn"] for t in world.tasks()]
    assert len(world.tasks()) == 2
    gone = world.tasks("STOPPED")[0]
    assert (gone["stopCode"], gone["stoppedReason"]) == ("UserInitiated", "drill")
    world.clock.advance(3601)
    world.service()
    assert world.tasks("STOPPED") == []


def test_control_shows_and_kills(world: World) -> None:
    world.create()
    world.service()
    view = ecs.control_routes["GET", "/ecs/services"]({})["services"][0]
    assert [t["status"] for t in view["tasks"]] == ["RUNNING", "RUNNING"]
    assert all(t["healthy"] for t in view["tasks"])
    kill = {
        "service": "web",
        "code": "SpotInterruption",
        "reason": "Your Spot Task was interrupted.",
    }
    assert len(ecs.control_routes["POST", "/ecs/tasks/stop"](kill)["stopped"]) == 2
    assert len(world.tasks()) == 2
    assert {t["stopCode"] for t in world.tasks("STOPPED")} == {"SpotInterruption"}


def test_pages(world: World) -> None:
    world.create(desiredCount=5)
    world.service()
    first = world.call("ListTasks", cluster="main", maxResults=2)
    assert len(first["taskArns"]) == 2
    rest = world.call("ListTasks", cluster="main", maxResults=9, nextToken=first["nextToken"])
    assert len(rest["taskArns"]) == 3
    assert "nextToken" not in rest


def test_tags(world: World) -> None:
    service = world.create(tags=[{"key": "a", "value": "1"}])
    arn = service["serviceArn"]
    world.call("TagResource", resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    world.call("UntagResource", resourceArn=arn, tagKeys=["a"])
    assert world.call("ListTagsForResource", resourceArn=arn)["tags"] == [
        {"key": "b", "value": "2"}
    ]
    definition = world.define(tags=[{"key": "t", "value": "3"}])
    assert world.call("ListTagsForResource", resourceArn=definition)["tags"] == [
        {"key": "t", "value": "3"}
    ]
    answer = world.call("DescribeTaskDefinition", taskDefinition=definition, include=["TAGS"])
    assert answer["tags"] == [{"key": "t", "value": "3"}]
    assert world.refused("TagResource", resourceArn=arn, tags=[{"key": "aws:x", "value": ""}])
