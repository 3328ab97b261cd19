"""How many tasks a service has after an update that failed, and whose number that is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from life import Life
from world import IMAGE, Cloud

BAD = "public.ecr.aws/team/broken:1"
FIXED: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev"}


def program(life: Life, count: int, image: str = IMAGE, **more: Any) -> Life:
    return life.service("web", None, image=image, desiredCount=count, **(FIXED | more))


def count(life: Life, cloud: Cloud) -> int:
    arn = life.outputs()["serviceArn"]
    (found,) = cloud.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])["services"]
    return found["desiredCount"]


@pytest.mark.parametrize(("before", "after"), [(1, 3), (5, 2)])
@pytest.mark.parametrize("refreshed", [False, True])
def test_after_a_failed_deployment_the_count_is_the_programs(
    life: Life, cloud: Cloud, before: int, after: int, refreshed: bool
) -> None:
    cloud.behave(BAD, run="exit", code=3, after=0)
    program(life, before).up()
    program(life, before, BAD).up(fails=True)
    if refreshed:
        life.refresh()
    program(life, after).up()
    assert count(life, cloud) == after
    life.no_change()


def test_a_count_that_came_with_a_failed_image_is_taken_back(life: Life, cloud: Cloud) -> None:
    cloud.behave(BAD, run="exit", code=3, after=0)
    program(life, 1).up()
    program(life, 4, BAD).up(fails=True)
    program(life, 1).up()
    assert count(life, cloud) == 1


def test_a_count_that_was_refused_or_whose_answer_was_lost_is_right_in_the_end(life: Life, cloud: Cloud) -> None:
    # What is lost every time need not be asked for eight times.
    life.configure("maxRetries", "1")
    program(life, 1).up()
    refusal = {"code": "AccessDeniedException", "message": "no"}
    cloud.fault("ecs", "UpdateService", "error", every=True, **refusal)
    program(life, 3).up(fails=True)
    cloud.control("DELETE", "faults")
    program(life, 3).up()
    assert count(life, cloud) == 3
    cloud.fault("ecs", "UpdateService", "reset_after", every=True)
    program(life, 2).up(fails=True)
    cloud.control("DELETE", "faults")
    program(life, 3).up()
    assert count(life, cloud) == 3


def test_what_scales_keeps_its_count_until_it_does_not_scale_any_more(life: Life, cloud: Cloud) -> None:
    cloud.behave(BAD, run="exit", code=3, after=0)
    scaled = {"autoscaling": {"enabled": True, "minCapacity": 1, "maxCapacity": 9}}
    program(life, 1, **scaled).up()
    arn = life.outputs()["serviceArn"]
    ecs = cloud.client("ecs")
    ecs.update_service(cluster=arn.split("/")[1], service=arn, desiredCount=6)
    program(life, 1, BAD, **scaled).up(fails=True)
    program(life, 1, **scaled).up()
    assert count(life, cloud) == 6
    program(life, 1).up()
    assert count(life, cloud) == 1


def test_a_service_that_ecs_does_not_see_at_once_is_waited_for(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "ecs/unseen", {"looks": 3})
    program(life, 1).up()
    life.no_change()
    life.destroy()
    assert cloud.objects() == []


def test_a_service_that_ecs_does_not_see_at_its_first_update_is_waited_for(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "ecs/unseen", {"looks": 3})
    program(life, 1, waitForSteadyState=False).up()
    program(life, 2, waitForSteadyState=False).up()
    assert count(life, cloud) == 2


def test_a_service_that_others_have_deleted_is_told_at_once(life: Life, cloud: Cloud) -> None:
    program(life, 1).up()
    arn = life.outputs()["serviceArn"]
    cloud.client("ecs").delete_service(cluster=arn.split("/")[1], service=arn, force=True)
    begun = time.monotonic()
    program(life, 2).up(fails=True).says("is gone from AWS", "pulumi refresh")
    assert time.monotonic() - begun < 20


def test_a_cluster_that_others_have_deleted_is_told_at_once(life: Life, cloud: Cloud) -> None:
    cloud.fault("ecs", "CreateService", "error", code="AccessDeniedException", message="no")
    program(life, 1).up(fails=True)
    (cluster,) = cloud.client("ecs").list_clusters()["clusterArns"]
    cloud.client("ecs").delete_cluster(cluster=cluster)
    begun = time.monotonic()
    program(life, 1).up(fails=True).says("is gone from AWS", "pulumi refresh")
    assert time.monotonic() - begun < 20
