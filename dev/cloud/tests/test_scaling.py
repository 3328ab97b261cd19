"""Application Auto Scaling: targets, policies and their alarms, scheduled actions."""

from __future__ import annotations

from typing import Any

from conftest import Cloud

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/web/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def test_a_target_needs_its_service(cloud: Cloud) -> None:
    code, message = cloud.refused(
        "application-autoscaling",
        "register_scalable_target",
        **TARGET,
        MinCapacity=1,
        MaxCapacity=2,
    )
    assert (code, message) == ("ValidationException", "ECS service doesn't exist: service/web/web")
    code, _ = cloud.refused(
        "application-autoscaling", "put_scaling_policy", **TARGET, PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
    )  # fmt: skip
    assert code == "ObjectNotFoundException"
    code, _ = cloud.refused("application-autoscaling", "deregister_scalable_target", **TARGET)
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
    code, _ = cloud.refused(
        "application-autoscaling",
        "register_scalable_target",
        **TARGET,
        MinCapacity=3,
        MaxCapacity=2,
    )
    assert code == "ValidationException"
    scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4)
    scaling.register_scalable_target(**TARGET, MaxCapacity=5)
    found = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (2, 5)
    service = ecs.describe_services(cluster="web", services=["web"])["services"][0]
    assert service["desiredCount"] == 2  # clamped at once

    def policy(name: str, metric: str, **more: str) -> dict[str, Any]:
        return {
            **TARGET,
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
    night = {**TARGET, "ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)"}
    scaling.put_scheduled_action(**night, ScalableTargetAction={"MinCapacity": 0})
    code, _ = cloud.refused(
        "application-autoscaling", "put_scheduled_action", **{**night, "Schedule": "at night"}
    )
    assert code == "ValidationException"
    scaling.deregister_scalable_target(**TARGET)
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert not [kind for kind in cloud.objects() if kind.startswith("application-autoscaling")]
