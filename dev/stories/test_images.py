"""The images of a service's own repository, as the days pass."""

from __future__ import annotations

from typing import Any

from world import Cloud, Stack

SMALL: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev"}


def repository_of(cloud: Cloud) -> str:
    return next(it.split()[1] for it in cloud.objects() if it.startswith("ecr:repository"))


def test_what_runs_outlives_thirty_days_of_pushes_a_rollback_and_a_scale_out(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL, repository={"keepImages": 3, "keepUntaggedImages": 2})
    stack.up()
    repository = repository_of(cloud)
    good = cloud.push(repository, "latest", "good", "linux/amd64", "linux/arm64")
    stack.up()
    bad = cloud.push(repository, "latest", "bad")
    cloud.behave(f"{repository}@{bad}", run="exit", code=1)
    stack.up(fails=True).says("exit code 1")

    # Nobody deploys any more, and everybody pushes.
    for day in range(30):
        newest = cloud.push(repository, "latest", f"latest of day {day}")
        cloud.push(repository, f"v{day}", f"release of day {day}")
        cloud.wait_days(1)
    left = cloud.images(repository)
    tags = {tag for tags in left.values() for tag in tags if not tag.startswith("fargate-keep-")}
    assert tags == {"v28", "v29", "latest"} and "latest" in left[newest], left
    # With both of the good image's manifests, and two that lost their tag.
    assert good in left and bad in left and len(left) == 3 + 2 + 2 + 2, left

    # What was gone back to can still be started, by anybody who needs another task.
    ecs = cloud.client("ecs")
    name = stack.resources()["web-service"]["outputs"]["name"]
    ecs.update_service(cluster=name, service=name, desiredCount=3)
    service = ecs.describe_services(cluster=name, services=[name])["services"][0]
    assert service["runningCount"] == 3, service["events"][:5]
    tasks = ecs.describe_tasks(cluster=name, tasks=ecs.list_tasks(cluster=name)["taskArns"])["tasks"]
    assert {container["imageDigest"] for task in tasks for container in task["containers"]} == {good}
    stack.destroy()
    assert cloud.objects() == []


def test_an_image_for_another_processor_is_told_with_the_platform_to_build_for(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up().says("docker build --platform linux/amd64 --tag")
    repository = repository_of(cloud)
    cloud.push(repository, "latest", "mac", "linux/arm64")
    stack.up(fails=True).says(
        "does not contain descriptor matching platform 'linux/amd64'", "`docker build --platform linux/amd64`"
    )
    stack.service(**SMALL, architecture="ARM64")
    stack.up()
    stack.no_change()


def test_a_tag_that_is_not_there_stops_no_service(stack: Stack, cloud: Cloud) -> None:
    program = SMALL | {"name": "web", "desiredCount": 2, "autoscaling": {"enabled": False}}
    stack.service(**program, imageTag="v1")
    stack.up().says("docker build")
    cloud.push("web", "v1", "first")
    stack.up()
    stack.service(**program, imageTag="v11")
    for ran in (stack.preview(fails=True), stack.up(fails=True)):
        ran.says("`imageTag`: There is no image with the tag `v11` in the repository web; it has `v1`.")
    ecs = cloud.client("ecs")
    service = ecs.describe_services(cluster="web", services=["web"])["services"][0]
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)
    cloud.push("web", "v11", "second")
    stack.up()
    stack.no_change()
