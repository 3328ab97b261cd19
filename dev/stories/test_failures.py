"""What goes wrong, and what the terminal says of it."""

from world import IMAGE, SMALL, Cloud, Stack

BAD = "public.ecr.aws/team/broken:1"


def crash(cloud: Cloud) -> None:
    cloud.behave(BAD, run="exit", code=3, after=1, logs=["starting", "KeyError: 'DATABASE_URL'"])


def test_a_crashing_first_deployment_fails_with_its_reason_and_can_be_mended(stack: Stack, cloud: Cloud) -> None:
    crash(cloud)
    fixed = {"useDefaultVpc": True, "autoscaling": {"enabled": False}}
    stack.service(image=BAD, desiredCount=1, **fixed)
    failed = stack.up(fails=True)
    name = stack.resources()["web-service"]["outputs"]["name"]
    failed.says(name, "exit code 3", "KeyError: 'DATABASE_URL'", "Essential container", "nothing to go back to")
    failed.says_not("what ran before")
    assert "web-service" in stack.resources()
    arn = stack.resources()["web-service"]["id"]

    stack.service(image=IMAGE, desiredCount=3, **fixed)
    stack.up()
    assert stack.resources()["web-service"]["id"] == arn
    assert running(cloud, arn) == 3
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def running(cloud: Cloud, arn: str) -> int:
    (found,) = cloud.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])["services"]
    return found["runningCount"]


def test_a_rolled_back_update_is_a_failed_run(stack: Stack, cloud: Cloud) -> None:
    crash(cloud)
    fixed = {"useDefaultVpc": True, "autoscaling": {"enabled": False}}
    stack.service(image=IMAGE, desiredCount=1, **fixed)
    stack.up()
    stack.service(image=BAD, desiredCount=3, **fixed)
    stack.up(fails=True).says("went back to what ran before", "exit code 3", "KeyError")
    # Nothing was mended, so the next run fails again and does not pretend.
    stack.up(fails=True).says("exit code 3")
    # Taken back, the image and the count are as they were.
    stack.service(image=IMAGE, desiredCount=1, **fixed)
    stack.up()
    stack.no_change()
    assert running(cloud, stack.resources()["web-service"]["id"]) == 1


def test_a_missing_image_and_a_failing_health_check_say_so(stack: Stack, cloud: Cloud) -> None:
    cloud.behave("gone:1", run="missing")
    stack.service(image="public.ecr.aws/team/gone:1", useDefaultVpc=True, preset="dev")
    stack.up(fails=True).says("CannotPullContainerError")
    cloud.behave("sick:1", run="unhealthy", reason="Target.ResponseCodeMismatch",
                 description="Health checks failed with these codes: [404]", logs=["GET / 404"])  # fmt: skip
    stack.service(image="public.ecr.aws/team/sick:1", useDefaultVpc=True, preset="dev")
    stack.up(fails=True).says("404", "healthCheck.path")


def test_wrong_inputs_are_told_all_at_once_before_anything_is_made(stack: Stack, cloud: Cloud) -> None:
    stack.service(useDefaultVpc=True, cpu=300, healthCheck={"path": "health"}, imageTag="a/b")
    for run in (stack.preview(fails=True), stack.up(fails=True)):
        run.says("cpu", "300 CPU units", "healthCheck.path", "imageTag")
    assert cloud.objects() == [] and "web-name" not in stack.resources()


def test_a_network_that_cannot_work_is_told_in_the_preview(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, publicSubnetIds=["subnet-0a", "subnet-0b"])
    stack.preview(fails=True).says("subnet-0a", "There is no subnet")
    assert cloud.objects() == []


def test_a_cluster_on_which_no_task_could_run_is_told_in_the_preview(stack: Stack, cloud: Cloud) -> None:
    ecs = cloud.client("ecs")
    arn = ecs.create_cluster(clusterName="shared")["cluster"]["clusterArn"]
    stack.service(**SMALL, clusterArn=arn)
    stack.preview(fails=True).says("clusterArn", "The cluster shared does not have", "put-cluster-capacity-providers")
    assert cloud.objects() == ["ecs:cluster shared"]
    ecs.put_cluster_capacity_providers(
        cluster="shared", capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    stack.up()
    cloud.forget_calls()
    stack.no_change()
    assert cloud.counts() == {}
    stack.destroy()
    assert cloud.objects() == ["ecs:cluster shared"]


def test_a_secret_is_never_plain(stack: Stack) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, environment={"TOKEN": {"fn::secret": "hunter2"}})
    refused = stack.up(fails=True)
    refused.says("environment.TOKEN", "Secrets Manager")
    refused.says_not("hunter2")
    stack.service(
        image=IMAGE, useDefaultVpc=True, user={"fn::secret": "hunter2"}, tags={"key": {"fn::secret": "hunter3"}}
    )
    refused = stack.up("--diff", fails=True)
    refused.says("`user`", "`tags.key`")
    refused.says_not("hunter2", "hunter3")
    exported = str(stack.export())
    assert "hunter2" not in exported and "hunter3" not in exported


def test_a_part_that_failed_leaves_those_that_need_it_as_they_are(stack: Stack, cloud: Cloud) -> None:
    inputs = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
    stack.service(**inputs)
    stack.up()
    before = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    cloud.fault("ecs", "UpdateService", "error", code="AccessDenied", every=True)
    stack.service(**inputs | {"desiredCount": 2, "monitoring": {"cpuThreshold": 70}})
    failed = stack.up("--continue-on-error", fails=True)
    failed.says("ecs:UpdateService")
    after = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [it["Dimensions"] for it in after] == [it["Dimensions"] for it in before]
    cloud.control("DELETE", "faults")
    stack.up()
    assert 70 in [it["Threshold"] for it in cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]]
    stack.no_change()


def test_a_part_that_was_not_made_is_not_asked_for_by_those_that_need_it(stack: Stack, cloud: Cloud) -> None:
    """Without a listener ECS would refuse the service for minutes."""
    cloud.fault("elbv2", "CreateListener", "error", code="AccessDenied", every=True)
    stack.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    stack.up("--continue-on-error", fails=True).says("elasticloadbalancing:CreateListener")
    assert "ecs:CreateService" not in cloud.counts()
    cloud.control("DELETE", "faults")
    stack.up()
    stack.no_change()


def test_a_failed_run_says_nothing_but_what_failed(stack: Stack, cloud: Cloud) -> None:
    cloud.fault("elbv2", "CreateLoadBalancer", "error", code="AccessDenied", every=True)
    stack.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    failed = stack.up(fails=True)
    failed.says("elasticloadbalancing:CreateLoadBalancer")
    failed.says_not("client connection is closing", "has a problem", "another message")
