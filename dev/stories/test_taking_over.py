"""A service that another tool created, taken over without an interruption, as docs/taking-over.md describes it."""

import json
from typing import Any

import pytest
from foreign import MAKERS, Foreign, Maker, created
from world import Cloud, Stack, Step

IMAGE, NEXT = "public.ecr.aws/nginx/nginx:1.27", "public.ecr.aws/nginx/nginx:1.28"
# ECS names of the CDK and of Copilot are no `name`: their service goes when ours serves.
BY_NAME = [it for it in MAKERS if it.service.islower() and len(it.service) <= 26]
BESIDE = [it for it in MAKERS if it not in BY_NAME]
KEPT = ("web-alb", "web-target-group", "web-http", "web-logs", "web-network")


def tasks_of(cloud: Cloud, targets: str) -> list[str]:
    """The states of all targets."""
    answer = cloud.client("elbv2").describe_target_health(TargetGroupArn=targets)
    return [it["TargetHealth"]["State"] for it in answer["TargetHealthDescriptions"]]


def taken(stack: Stack, found: Foreign, *more: str) -> list[Step]:
    """Imports what is there, by the file that the engine proposes; what comes next."""
    path = stack.folder / "take.json"
    stack.run("preview", "--import-file", str(path))
    proposed = json.loads(path.read_text())
    ids = {
        "web-alb": found.balancer,
        "web-target-group": found.target_group,
        "web-http": found.listener,
        "web-service": found.service,
        "web-logs": found.logs,
        "web-network": found.given["vpcId"],
    }
    entries: list[dict[str, Any]] = []
    for entry in proposed["resources"]:
        if entry["name"] in (*KEPT, *more):
            entries.append(entry | {"id": ids[entry["name"]]})
        elif entry.get("component"):
            entries.append(entry)
    path.write_text(json.dumps(proposed | {"resources": entries}))
    stack.run("import", "--file", str(path), "--generate-code=false", "--protect=false", "--yes", "--skip-preview")
    return stack.plan()


def inputs(found: Foreign, name: str) -> dict[str, Any]:
    given = found.given | {"name": name, "image": IMAGE, "monitoring": {"level": "none"}}
    return given | {"desiredCount": 2, "autoscaling": {"enabled": False}}


@pytest.mark.parametrize("maker", BY_NAME, ids=lambda it: it.tool)
def test_a_service_whose_name_fits_is_taken_over_itself(stack: Stack, cloud: Cloud, maker: Maker) -> None:
    found = created(cloud, maker, IMAGE)
    program = inputs(found, maker.service)
    stack.service(**program)
    steps = taken(stack, found, "web-service")
    assert not [it for it in steps if "replace" in it.op or it.op == "delete"], steps
    stack.up()
    stack.no_change()
    outputs = stack.resources()["web"]["outputs"]
    assert (outputs["loadBalancerArn"], outputs["targetGroupArn"]) == (found.balancer, found.target_group)
    assert outputs["serviceArn"] == found.service
    assert tasks_of(cloud, found.target_group).count("healthy") == 2
    stack.service(**program | {"image": NEXT})
    stack.up()
    running = cloud.client("ecs").describe_services(cluster=found.given["clusterArn"], services=[found.service])
    revision = cloud.client("ecs").describe_task_definition(taskDefinition=running["services"][0]["taskDefinition"])
    (container,) = revision["taskDefinition"]["containerDefinitions"]
    assert (container["name"], container["image"]) == (maker.container, NEXT)
    gone(stack, cloud, found, program)


def test_traffic_moves_behind_a_balancer_that_was_taken_over(stack: Stack, cloud: Cloud) -> None:
    """It keeps its name, and the first target group does: neither begins as our names do."""
    maker = next(it for it in BY_NAME if not it.balancer.startswith(it.service))
    found = created(cloud, maker, IMAGE)
    program = inputs(found, maker.service)
    stack.service(**program)
    taken(stack, found, "web-service")
    stack.up()
    moving = program | {"deployment": {"strategy": "blueGreen", "bakeTimeInMinutes": 0}}
    for image in (IMAGE, NEXT, IMAGE):
        cloud.control("POST", "ecs/serving")
        stack.service(**moving | {"image": image})
        stack.up()
        (service,) = cloud.control("GET", "ecs/serving")["services"].values()
        assert (service["now"], service["lost"]) == (2, 0) and service["least"] >= 1
        stack.no_change()
    assert stack.resources()["web"]["outputs"]["loadBalancerArn"] == found.balancer
    # ECS reaches this balancer, and no other of the account.
    role = stack.resources()["web-infrastructure-role"]["outputs"]["name"]
    policy = cloud.client("iam").get_role_policy(RoleName=role, PolicyName="fargate")["PolicyDocument"]
    reached = {on for it in policy["Statement"] for on in one_or_all(it["Resource"]) if ":listener-rule/" in on}
    path = found.balancer.partition(":loadbalancer/")[2]
    assert {it.partition(":listener-rule/")[2] for it in reached} == {f"app/{maker.service}-*", f"{path}/*"}
    gone(stack, cloud, found, program)


def one_or_all(listed: str | list[str]) -> list[str]:
    return [listed] if isinstance(listed, str) else listed


@pytest.mark.parametrize("maker", BESIDE, ids=lambda it: it.tool)
def test_a_service_whose_name_does_not_fit_goes_when_ours_serves(stack: Stack, cloud: Cloud, maker: Maker) -> None:
    found = created(cloud, maker, IMAGE)
    program = inputs(found, "web")
    stack.service(**program)
    steps = taken(stack, found)
    assert not [it for it in steps if "replace" in it.op or it.op == "delete"], steps
    stack.up()
    stack.no_change()
    # Both serve behind the one target group; then the old one goes.
    assert tasks_of(cloud, found.target_group).count("healthy") == 4
    cloud.client("ecs").delete_service(cluster=found.given["clusterArn"], service=found.service, force=True)
    assert tasks_of(cloud, found.target_group).count("healthy") == 2
    stack.no_change()
    stack.service(**program | {"image": NEXT})
    stack.up()
    gone(stack, cloud, found, program)


def gone(stack: Stack, cloud: Cloud, found: Foreign, program: dict[str, Any]) -> None:
    """A destroy leaves what was given, and nothing else of the service."""
    stack.service(**program | {"deletionProtection": False})
    stack.up()
    stack.destroy()
    left = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert found.balancer not in [it["LoadBalancerArn"] for it in left]
    cluster = found.given["clusterArn"]
    assert cloud.client("ecs").describe_clusters(clusters=[cluster])["clusters"][0]["status"] == "ACTIVE"
    groups = [found.given["albSecurityGroupId"], found.given["serviceSecurityGroupId"]]
    assert len(cloud.client("ec2").describe_security_groups(GroupIds=groups)["SecurityGroups"]) == 2
