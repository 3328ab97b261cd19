"""What AWS says of an object, property by property, asked with boto3 and left in AWS's own spelling.

Each function gives the inputs that AWS tells, under the child's names for them. Lists whose order means nothing are
sorted; `tags` are those that are not the provider's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import traffic
from keyed import by_key, program_tags
from state import Entry
from traffic import Facts
from world import Cloud

Look = Callable[[Cloud, Entry], Facts]


def cluster(cloud: Cloud, it: Entry) -> Facts:
    answer = cloud.client("ecs").describe_clusters(clusters=[it.id], include=["SETTINGS", "TAGS"])
    (found,) = answer["clusters"]
    return {
        "containerInsights": found["settings"][0]["value"],
        "capacityProviders": sorted(found["capacityProviders"]),
        "tags": program_tags(by_key(found["tags"], "key", "value")),
    }


def log_group(cloud: Cloud, it: Entry) -> Facts:
    logs = cloud.client("logs")
    (found,) = logs.describe_log_groups(logGroupNamePrefix=it.id)["logGroups"]
    tags = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    return {
        "retentionInDays": found.get("retentionInDays"),
        "kmsKeyId": found.get("kmsKeyId"),
        "tags": program_tags(tags),
    }


def repository(cloud: Cloud, it: Entry) -> Facts:
    ecr = cloud.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=[it.id])["repositories"]
    rules = json.loads(ecr.get_lifecycle_policy(repositoryName=it.id)["lifecyclePolicyText"])["rules"]
    counts = {rule["rulePriority"]: rule["selection"]["countNumber"] for rule in rules}
    encryption = found["encryptionConfiguration"]
    return {
        "imageTagMutability": found["imageTagMutability"],
        "scanOnPush": found["imageScanningConfiguration"]["scanOnPush"],
        "keepImages": counts[3],
        "keepUntaggedImages": counts[2],
        "kmsKeyArn": encryption.get("kmsKey") if encryption["encryptionType"] == "KMS" else "AES256",
        "tags": program_tags(by_key(ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"])),
    }


def document(found: Any) -> Any:
    """A policy, in whichever of its two forms it comes."""
    return json.loads(unquote(found)) if isinstance(found, str) else found


def role(cloud: Cloud, it: Entry) -> Facts:
    iam = cloud.client("iam")
    found = iam.get_role(RoleName=it.id)["Role"]
    inline = iam.list_role_policies(RoleName=it.id)["PolicyNames"]
    statements = [
        statement
        for name in inline
        for statement in document(iam.get_role_policy(RoleName=it.id, PolicyName=name)["PolicyDocument"])["Statement"]
    ]
    attached = iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]
    return {
        "description": found.get("Description", ""),
        "statements": statements,
        "managedPolicyArns": sorted(policy["PolicyArn"] for policy in attached),
        "permissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "tags": program_tags(by_key(iam.list_role_tags(RoleName=it.id)["Tags"])),
    }


def task_definition(cloud: Cloud, it: Entry) -> Facts:
    arn = it.outputs["arn"]
    answer = cloud.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    found = answer["taskDefinition"]
    (container,) = found["containerDefinitions"]
    check = container.get("healthCheck", {})
    return {
        "cpu": found["cpu"],
        "memory": found["memory"],
        "ephemeralStorage": found.get("ephemeralStorage", {}).get("sizeInGiB"),
        "architecture": found["runtimePlatform"]["cpuArchitecture"],
        "executionRoleArn": found["executionRoleArn"],
        "taskRoleArn": found["taskRoleArn"],
        "image": container["image"],
        "containerPort": container["portMappings"][0]["containerPort"],
        "environment": by_key(container["environment"], "name", "value"),
        "secrets": by_key(container.get("secrets", []), "name", "valueFrom"),
        "command": container.get("command", []),
        "entryPoint": container.get("entryPoint", []),
        "user": container.get("user"),
        "workingDirectory": container.get("workingDirectory"),
        "readonlyRootFilesystem": container.get("readonlyRootFilesystem", False),
        "initProcessEnabled": container.get("linuxParameters", {}).get("initProcessEnabled", False),
        "stopTimeout": container.get("stopTimeout"),
        "healthCheck": check.get("command"),
        "healthCheck.command": check.get("command"),
        "healthCheck.interval": check.get("interval"),
        "healthCheck.timeout": check.get("timeout"),
        "healthCheck.retries": check.get("retries"),
        "healthCheck.startPeriod": check.get("startPeriod"),
        "logGroupName": container["logConfiguration"]["options"]["awslogs-group"],
        "tags": program_tags(by_key(answer["tags"], "key", "value")),
    }


def service(cloud: Cloud, it: Entry) -> Facts:
    cluster = it.id.split("/")[1]
    answer = cloud.client("ecs").describe_services(cluster=cluster, services=[it.id], include=["TAGS"])
    (found,) = answer["services"]
    network = found["networkConfiguration"]["awsvpcConfiguration"]
    deployment = found["deploymentConfiguration"]
    (balancer,) = found["loadBalancers"]
    return {
        "clusterArn": found["clusterArn"],
        "taskDefinitionArn": found["taskDefinition"],
        "desiredCount": found["desiredCount"],
        "subnets": sorted(network["subnets"]),
        "securityGroups": sorted(network["securityGroups"]),
        "assignPublicIp": network["assignPublicIp"],
        "targetGroupArn": balancer["targetGroupArn"],
        "containerPort": balancer["containerPort"],
        "capacityProviderStrategy": [
            {"base": 0, "weight": 0} | item
            for item in sorted(found["capacityProviderStrategy"], key=lambda item: item["capacityProvider"])
        ],
        "minimumHealthyPercent": deployment["minimumHealthyPercent"],
        "maximumPercent": deployment["maximumPercent"],
        "circuitBreaker": deployment["deploymentCircuitBreaker"]["enable"],
        "rollback": deployment["deploymentCircuitBreaker"]["rollback"],
        "healthCheckGracePeriodSeconds": found["healthCheckGracePeriodSeconds"],
        "enableExecuteCommand": found["enableExecuteCommand"],
        "tags": program_tags(by_key(found["tags"], "key", "value")),
    }


def scaling_target(cloud: Cloud, it: Entry) -> Facts:
    scaling = cloud.client("application-autoscaling")
    answer = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[it.outputs["resourceId"]])
    (found,) = answer["ScalableTargets"]
    _, cluster, service = found["ResourceId"].split("/")
    return {
        "clusterName": cluster,
        "serviceName": service,
        "minCapacity": found["MinCapacity"],
        "maxCapacity": found["MaxCapacity"],
        "tags": program_tags(scaling.list_tags_for_resource(ResourceARN=found["ScalableTargetARN"])["Tags"]),
    }


def scaling_policy(cloud: Cloud, it: Entry) -> Facts:
    scaling = cloud.client("application-autoscaling")
    answer = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=[it.outputs["name"]])
    (found,) = answer["ScalingPolicies"]
    tracking = found["TargetTrackingScalingPolicyConfiguration"]
    metric = tracking["PredefinedMetricSpecification"]
    return {
        "resourceId": found["ResourceId"],
        "metric": metric["PredefinedMetricType"],
        "targetValue": tracking["TargetValue"],
        "resourceLabel": metric.get("ResourceLabel"),
        "scaleInCooldown": tracking["ScaleInCooldown"],
        "scaleOutCooldown": tracking["ScaleOutCooldown"],
    }


def metric_alarm(cloud: Cloud, it: Entry) -> Facts:
    cloudwatch = cloud.client("cloudwatch")
    (found,) = cloudwatch.describe_alarms(AlarmNames=[it.outputs["name"]])["MetricAlarms"]
    return {
        "description": found["AlarmDescription"],
        "namespace": found["Namespace"],
        "metricName": found["MetricName"],
        "dimensions": by_key(found["Dimensions"], "Name"),
        "statistic": found.get("Statistic"),
        "extendedStatistic": found.get("ExtendedStatistic"),
        "comparisonOperator": found["ComparisonOperator"],
        "threshold": found["Threshold"],
        "period": found["Period"],
        "evaluationPeriods": found["EvaluationPeriods"],
        "treatMissingData": found["TreatMissingData"],
        "alarmActions": sorted(found["AlarmActions"]),
        "okActions": sorted(found["OKActions"]),
        "tags": program_tags(by_key(cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"])),
    }


class Somewhere:
    """A text that stands somewhere in a dashboard's body."""

    def __init__(self, body: str) -> None:
        self.body = body

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Somewhere):
            return other.body == self.body
        return isinstance(other, str) and other in self.body

    def __repr__(self) -> str:
        return self.body


def dashboard(cloud: Cloud, it: Entry) -> Facts:
    body = cloud.client("cloudwatch").get_dashboard(DashboardName=it.outputs["name"])["DashboardBody"]
    header, *others = json.loads(body)["widgets"]
    _, tags = json.loads(header["properties"]["markdown"].splitlines()[-1].strip("`"))
    widgets = json.dumps(others)
    names = ("clusterName", "serviceName", "loadBalancer", "targetGroup", "logGroupName")
    return {name: Somewhere(widgets) for name in names} | {
        "containerInsights": "ECS/ContainerInsights" in widgets,
        "tags": program_tags(tags),
    }


LOOKS: dict[str, Look] = {
    "fargate:ecs:Cluster": cluster,
    "fargate:cloudwatch:LogGroup": log_group,
    "fargate:ecr:Repository": repository,
    "fargate:iam:Role": role,
    "fargate:ec2:SecurityGroup": traffic.security_group,
    "fargate:ec2:SecurityGroupRule": traffic.security_group_rule,
    "fargate:lb:LoadBalancer": traffic.load_balancer,
    "fargate:lb:TargetGroup": traffic.target_group,
    "fargate:lb:Listener": traffic.listener,
    "fargate:ecs:TaskDefinition": task_definition,
    "fargate:ecs:Service": service,
    "fargate:appautoscaling:Target": scaling_target,
    "fargate:appautoscaling:Policy": scaling_policy,
    "fargate:cloudwatch:MetricAlarm": metric_alarm,
    "fargate:cloudwatch:Dashboard": dashboard,
}


def look(cloud: Cloud, it: Entry) -> Facts:
    """What AWS says of the object of this entry; nothing for kinds that have none."""
    looks = LOOKS.get(it.type)
    return looks(cloud, it) if looks else {}
