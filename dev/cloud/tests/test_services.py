"""ECR, Logs, CloudWatch and Application Auto Scaling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Cloud

ALARM: dict[str, Any] = {
    "AlarmName": "cpu",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 2,
    "Threshold": 80.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "ClusterName", "Value": "web"}],
}


# -- ECR -------------------------------------------------------------------------------------------


def test_repositories(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="team/web", tags=[{"Key": "a", "Value": "b"}])
    code, _ = cloud.refused("ecr", "create_repository", repositoryName="team/web")
    assert code == "RepositoryAlreadyExistsException"
    code, message = cloud.refused("ecr", "create_repository", repositoryName="Web")
    assert code == "InvalidParameterException"
    assert message.startswith("Invalid parameter at 'repositoryName' failed to satisfy constraint")
    pushed = cloud.control(
        "POST",
        "/images/push",
        {"repository": "team/web", "tag": "v1", "content": "one", "region": "eu-central-1"},
    )
    found = ecr.describe_images(repositoryName="team/web", imageIds=[{"imageTag": "v1"}])
    assert found["imageDetails"][0]["imageDigest"] == pushed["digest"]
    code, _ = cloud.refused(
        "ecr", "describe_images", repositoryName="team/web", imageIds=[{"imageTag": "v2"}]
    )
    assert code == "ImageNotFoundException"
    answer = ecr.batch_get_image(repositoryName="team/web", imageIds=[{"imageTag": "v2"}])
    assert answer["failures"][0]["failureCode"] == "ImageNotFound"
    code, _ = cloud.refused("ecr", "delete_repository", repositoryName="team/web")
    assert code == "RepositoryNotEmptyException"
    ecr.delete_repository(repositoryName="team/web", force=True)
    code, _ = cloud.refused("ecr", "describe_repositories", repositoryNames=["team/web"])
    assert code == "RepositoryNotFoundException"
    assert cloud.objects() == {}


def push(cloud: Cloud, content: str) -> str:
    body = {"repository": "web", "tag": "v1", "content": content, "region": "eu-central-1"}
    return str(cloud.control("POST", "/images/push", body)["digest"])


def test_a_moved_tag_has_another_digest(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="web")
    one = push(cloud, "one")
    assert push(cloud, "one") == one
    two = push(cloud, "two")
    assert two != one
    found = cloud.client("ecr").describe_images(repositoryName="web", imageIds=[{"imageTag": "v1"}])
    assert found["imageDetails"][0]["imageDigest"] == two


def test_immutable_tags(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    push(cloud, "one")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/x", "layers": []})
    code, _ = cloud.refused(
        "ecr", "put_image", repositoryName="web", imageTag="v1", imageManifest=manifest
    )
    assert code == "ImageTagAlreadyExistsException"


def selection(**changes: Any) -> dict[str, Any]:
    base = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    return {**base, **changes}


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ([selection()], True),
        ([selection(countType="sinceImagePushed", countUnit="days", tagStatus="untagged")], True),
        ([selection(countType="sinceImagePushed")], False),
        ([selection(tagStatus="tagged")], False),
        ([selection(), selection(tagStatus="untagged")], False),
        ([selection(countNumber=0)], False),
    ],
)
def test_lifecycle_policies(cloud: Cloud, rules: list[dict[str, Any]], fits: bool) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web")
    text = json.dumps(
        {
            "rules": [
                {"rulePriority": n, "selection": rule, "action": {"type": "expire"}}
                for n, rule in enumerate(rules, 1)
            ]
        }
    )
    if fits:
        ecr.put_lifecycle_policy(repositoryName="web", lifecyclePolicyText=text)
        found = ecr.get_lifecycle_policy(repositoryName="web")["lifecyclePolicyText"]
        assert json.loads(found) == json.loads(text)
    else:
        code, message = cloud.refused(
            "ecr", "put_lifecycle_policy", repositoryName="web", lifecyclePolicyText=text
        )
        assert code == "InvalidParameterException" and "LifecyclePolicyText" in message


# -- Logs ------------------------------------------------------------------------------------------


def test_log_groups(cloud: Cloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/web", tags={"a": "b"})
    code, _ = cloud.refused("logs", "create_log_group", logGroupName="/web")
    assert code == "ResourceAlreadyExistsException"
    code, _ = cloud.refused("logs", "create_log_group", logGroupName="a b")
    assert code == "InvalidParameterException"
    code, message = cloud.refused(
        "logs", "put_retention_policy", logGroupName="/web", retentionInDays=4
    )
    assert code == "InvalidParameterException" and "retentionInDays" in message
    logs.put_retention_policy(logGroupName="/web", retentionInDays=7)
    key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-1111-1111-111111111111"
    logs.associate_kms_key(logGroupName="/web", kmsKeyId=key)
    assert logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="/web")
    assert "kmsKeyId" not in logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]
    found = logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]
    assert found["retentionInDays"] == 7
    assert found["arn"].endswith(":*")
    arn = found["logGroupArn"]
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    code, _ = cloud.refused("logs", "list_tags_for_resource", resourceArn=found["arn"])
    assert code == "InvalidParameterException"
    logs.delete_log_group(logGroupName="/web")
    code, message = cloud.refused("logs", "delete_log_group", logGroupName="/web")
    assert (code, message) == (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )


# -- CloudWatch ------------------------------------------------------------------------------------


def test_alarms_are_overwritten(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "b"}])
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="OK", StateReason="fine")
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 90}, Tags=[{"Key": "a", "Value": "c"}])
    found = cloudwatch.describe_alarms(AlarmNames=["cpu"])["MetricAlarms"][0]
    assert (found["Threshold"], found["StateValue"]) == (90.0, "OK")
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "b"}]
    code, _ = cloud.refused("cloudwatch", "delete_alarms", AlarmNames=["cpu", "none"])
    assert code == "ResourceNotFound"
    cloudwatch.delete_alarms(AlarmNames=["cpu"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Period": 61},
        {"Period": 3000, "EvaluationPeriods": 100},
        {"DatapointsToAlarm": 3},
        {"ExtendedStatistic": "p99"},
        {"TreatMissingData": "fine"},
        {"AlarmActions": ["topic"]},
        {"AlarmActions": ["arn:a"] * 6},
        {"ComparisonOperator": "Greater"},
        {"Metrics": [{"Id": "a", "Expression": "1"}]},
        {"AlarmDescription": "x" * 1025},
    ],
)
def test_bad_alarms(cloud: Cloud, changes: dict[str, Any]) -> None:
    code, _ = cloud.refused("cloudwatch", "put_metric_alarm", **{**ALARM, **changes})
    assert code == "ValidationError"


def test_metric_math_alarm(cloud: Cloud) -> None:
    stat = {
        "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount"},
        "Period": 60,
        "Stat": "Sum",
    }
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="rate",
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[
            {"Id": "e", "Expression": "m*2", "ReturnData": True},
            {"Id": "m", "MetricStat": stat, "ReturnData": False},
        ],
    )
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=["rate"])["MetricAlarms"][0]
    assert {item["Id"] for item in found["Metrics"]} == {"e", "m"}


def test_dashboards_are_global(cloud: Cloud) -> None:
    widget = {
        "type": "metric",
        "x": 0,
        "y": 0,
        "width": 12,
        "height": 6,
        "properties": {"region": "eu-central-1", "metrics": [["AWS/ECS", "CPUUtilization"]]},
    }
    body = json.dumps({"widgets": [widget]})
    cloud.client("cloudwatch").put_dashboard(DashboardName="web", DashboardBody=body)
    other = cloud.client("cloudwatch", "us-west-2").get_dashboard(DashboardName="web")
    assert json.loads(other["DashboardBody"]) == json.loads(body)
    del widget["properties"]["region"]  # type: ignore[attr-defined]
    for text in ("{", "[]", json.dumps({"widgets": [widget]})):
        code, _ = cloud.refused(
            "cloudwatch", "put_dashboard", DashboardName="web", DashboardBody=text
        )
        assert code == "InvalidParameterInput"
    cloud.client("cloudwatch").delete_dashboards(DashboardNames=["web"])
    for operation, params in (
        ("get_dashboard", {"DashboardName": "web"}),
        ("delete_dashboards", {"DashboardNames": ["web"]}),
    ):
        assert cloud.refused("cloudwatch", operation, **params)[0] == "ResourceNotFound"


# -- Application Auto Scaling ----------------------------------------------------------------------


def test_a_target_needs_its_service(cloud: Cloud) -> None:
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/web/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    code, message = cloud.refused(
        "application-autoscaling",
        "register_scalable_target",
        **target,
        MinCapacity=1,
        MaxCapacity=2,
    )
    assert (code, message) == ("ValidationException", "ECS service doesn't exist: service/web/web")
    code, _ = cloud.refused(
        "application-autoscaling", "put_scaling_policy", **target, PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
    )  # fmt: skip
    assert code == "ObjectNotFoundException"
    code, _ = cloud.refused("application-autoscaling", "deregister_scalable_target", **target)
    assert code == "ObjectNotFoundException"


def test_scaling_of_a_service(cloud: Cloud) -> None:
    """Target, policies, their alarms and the label; all gone with the target."""
    scaling, elb, ecs = (cloud.client(name) for name in ("application-autoscaling", "elbv2", "ecs"))
    ecs.create_cluster(clusterName="web", capacityProviders=["FARGATE"])
    ecs.register_task_definition(
        family="web", requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256",
        memory="512", containerDefinitions=[{"name": "app", "image": "nginx", "essential": True}],
    )  # fmt: skip
    ecs.create_service(
        cluster="web", serviceName="web", taskDefinition="web", desiredCount=1,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": cloud.subnets()}},
    )  # fmt: skip
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/web/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    code, _ = cloud.refused(
        "application-autoscaling",
        "register_scalable_target",
        **target,
        MinCapacity=3,
        MaxCapacity=2,
    )
    assert code == "ValidationException"
    scaling.register_scalable_target(**target, MinCapacity=2, MaxCapacity=4)
    scaling.register_scalable_target(**target, MaxCapacity=5)
    found = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (2, 5)
    service = ecs.describe_services(cluster="web", services=["web"])["services"][0]
    assert service["desiredCount"] == 2  # clamped at once

    def policy(name: str, metric: str, **more: str) -> dict[str, Any]:
        return {
            **target,
            "PolicyName": name,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 70.0,
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric, **more},
            },
        }

    cpu = policy("cpu", "ECSServiceAverageCPUUtilization")
    made = scaling.put_scaling_policy(**cpu)
    assert len(made["Alarms"]) == 2
    assert scaling.put_scaling_policy(**cpu)["PolicyARN"] == made["PolicyARN"]
    alarms = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == 2
    assert alarms[0]["AlarmName"].startswith("TargetTracking-service/web/web-Alarm")
    assert "cloudwatch:alarm" not in cloud.objects()
    count = "ALBRequestCountPerTarget"
    refused = cloud.refused(
        "application-autoscaling", "put_scaling_policy", **policy("count", count)
    )
    assert refused[0] == "ValidationException"
    balancer = elb.create_load_balancer(Name="web", Subnets=cloud.subnets())["LoadBalancers"][0]
    group = elb.create_target_group(
        Name="web", Port=80, Protocol="HTTP", TargetType="ip", VpcId=cloud.vpc()
    )["TargetGroups"][0]
    label = "/".join(
        [
            balancer["LoadBalancerArn"].split(":loadbalancer/")[1],
            group["TargetGroupArn"].rsplit(":", 1)[1],
        ]
    )
    labelled = policy("count", count, ResourceLabel=label)
    refused = cloud.refused("application-autoscaling", "put_scaling_policy", **labelled)
    assert "is not associated with load balancer" in refused[1]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Port=80, Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )  # fmt: skip
    scaling.put_scaling_policy(**labelled)
    names = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["count"])
    assert [item["PolicyName"] for item in names["ScalingPolicies"]] == ["count"]
    night = {**target, "ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)"}
    scaling.put_scheduled_action(**night, ScalableTargetAction={"MinCapacity": 0})
    code, _ = cloud.refused(
        "application-autoscaling", "put_scheduled_action", **{**night, "Schedule": "at night"}
    )
    assert code == "ValidationException"
    scaling.deregister_scalable_target(**target)
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert not [kind for kind in cloud.objects() if kind.startswith("application-autoscaling")]


def test_reserved_tags(cloud: Cloud) -> None:
    tag = {"Key": "aws:mine", "Value": "x"}
    for service, operation, params, expected in (
        ("ecr", "create_repository", {"repositoryName": "web", "tags": [tag]}, "InvalidTagParam"),
        ("logs", "create_log_group", {"logGroupName": "w", "tags": {"aws:x": ""}}, "InvalidParam"),
        ("cloudwatch", "put_metric_alarm", {**ALARM, "Tags": [tag]}, "InvalidParameterValue"),
    ):
        assert cloud.refused(service, operation, **params)[0].startswith(expected)
