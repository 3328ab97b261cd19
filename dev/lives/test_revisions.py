"""The revisions of a family, of which anybody may register one."""

from __future__ import annotations

from typing import Any

import pytest
from life import Life
from walk import Walk
from world import IMAGE, Cloud

BAD = "public.ecr.aws/team/broken:1"
DEV: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev"}


def revisions(cloud: Cloud, family: str, status: str = "ACTIVE") -> list[int]:
    """The numbers, newest first."""
    ecs = cloud.client("ecs")
    found = ecs.list_task_definitions(familyPrefix=family, status=status, sort="DESC")["taskDefinitionArns"]
    return [int(arn.rsplit(":")[-1]) for arn in found]


def register(cloud: Cloud, family: str, container: str) -> str:
    """As a pipeline does it: the newest revision with another image, and without its tags."""
    ecs = cloud.client("ecs")
    newest = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
    told = ("family", "networkMode", "requiresCompatibilities", "cpu", "memory", "executionRoleArn", "taskRoleArn")
    (mine,) = newest["containerDefinitions"]
    more = {"containerDefinitions": [mine | {"name": container, "image": "public.ecr.aws/team/pipeline:7"}]}
    return ecs.register_task_definition(**{name: newest[name] for name in told}, **more)["taskDefinition"][
        "taskDefinitionArn"
    ]


@pytest.mark.parametrize("container", ["app", "pipeline"])
def test_revisions_of_others_stand_in_no_way_and_stay(life: Life, cloud: Cloud, container: str) -> None:
    life.service("web", None, image=IMAGE, **DEV).up()
    family = life.outputs()["taskDefinitionFamily"]
    theirs = [register(cloud, family, container) for _ in range(2)]
    assert life.refresh().steps == []
    life.no_change()
    life.service("web", None, image=f"{IMAGE}-2", **DEV).up()
    assert life.refresh().steps == []
    theirs.append(register(cloud, family, container))
    life.destroy()
    assert cloud.objects() == sorted(f"ecs:task-definition {arn.rsplit('/')[-1]}" for arn in theirs)


def test_ten_failed_updates_take_nothing_from_the_revision_that_runs(life: Life, cloud: Cloud) -> None:
    cloud.behave(BAD, run="exit", code=3, after=0)
    life.service("web", None, image=IMAGE, **DEV).up()
    family = life.outputs()["taskDefinitionFamily"]
    for number in range(11):
        life.service("web", None, image=BAD, environment={"N": f"{number}"}, **DEV).up(fails=True)
    ecs = cloud.client("ecs")
    (service,) = ecs.describe_services(cluster=family, services=[family])["services"]
    running = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert (running["revision"], running["status"]) == (1, "ACTIVE")

    # What ran until now stays with the ten; the next update takes it.
    life.service("web", None, image=IMAGE, **DEV).up()
    assert revisions(cloud, family) == [*range(13, 3, -1), 1]
    life.service("web", None, image=f"{IMAGE}-2", **DEV).up()
    assert revisions(cloud, family) == list(range(14, 4, -1))
    assert revisions(cloud, family, "INACTIVE") == []
    life.no_change()
    life.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("kind", ["reset_after", "error500"])
def test_a_registration_whose_answer_is_lost_is_not_done_twice(life: Life, cloud: Cloud, kind: str) -> None:
    cloud.fault("ecs", "RegisterTaskDefinition", kind)
    walk = Walk.begin(life, "fargate:ecs:TaskDefinition")
    assert revisions(cloud, "life") == [1]
    cloud.fault("ecs", "RegisterTaskDefinition", kind)
    walk.up(walk.inputs | {"cpu": 512, "memory": 1024})
    assert revisions(cloud, "life") == [2, 1]
    life.destroy()
    assert walk.standing() == walk.before


def test_inactive_revisions_of_ours_go_and_those_of_others_stay(life: Life, cloud: Cloud) -> None:
    walk = Walk.begin(life, "fargate:ecs:TaskDefinition")
    ecs = cloud.client("ecs")
    (container,) = {
        it["name"]
        for it in ecs.describe_task_definition(taskDefinition="life")["taskDefinition"]["containerDefinitions"]
    }
    theirs = register(cloud, "life", container)
    for arn in (walk.entry().outputs["arn"], theirs):
        ecs.deregister_task_definition(taskDefinition=arn)
    walk.up(walk.inputs | {"cpu": 512, "memory": 1024, "environment": {"A": "1"}})
    life.destroy()
    assert [it for it in walk.standing() if it not in walk.before] == [f"ecs:task-definition {theirs.rsplit('/')[-1]}"]
