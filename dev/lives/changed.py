"""A property of an object that somebody changes with boto3, in the call that a person at the console would make.

Where one call sets the property and nothing else, it is a line of a table. Where the call sets more, a function reads
first what is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keyed import listed
from spelling import enabled, text
from state import Entry
from world import Cloud

# The value comes in our spelling.
Change = Callable[[Cloud, Entry, str, Any], None]


@dataclass(frozen=True)
class Call:
    """One call that sets a property and nothing else."""

    service: str
    operation: str
    # How it names the object, and the members that hold the value.
    named: str
    members: Callable[[Any], dict[str, Any]]

    def __call__(self, cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        getattr(cloud.client(self.service), self.operation)(**{self.named: it.id}, **self.members(value))


def by_path(**changes: Change) -> Change:
    return lambda cloud, it, path, value: changes[path.removeprefix("healthCheck.")](cloud, it, path, value)


def member(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {name: value}


def attribute(key: str) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {"Attributes": [{"Key": key, "Value": text(value)}]}


cluster = by_path(
    containerInsights=Call(
        "ecs",
        "update_cluster_settings",
        "cluster",
        lambda value: {"settings": [{"name": "containerInsights", "value": value}]},
    ),
    capacityProviders=Call(
        "ecs",
        "put_cluster_capacity_providers",
        "cluster",
        lambda value: {"capacityProviders": value, "defaultCapacityProviderStrategy": []},
    ),
)

log_group = by_path(
    retentionInDays=Call("logs", "put_retention_policy", "logGroupName", member("retentionInDays")),
    kmsKeyId=Call("logs", "associate_kms_key", "logGroupName", member("kmsKeyId")),
)


def lifecycle_rule(priority: int) -> Change:
    """The rule of the lifecycle policy with this priority."""

    def change(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        ecr = cloud.client("ecr")
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=it.id)["lifecyclePolicyText"])
        for rule in policy["rules"]:
            if rule["rulePriority"] == priority:
                rule["selection"]["countNumber"] = value
        ecr.put_lifecycle_policy(repositoryName=it.id, lifecyclePolicyText=json.dumps(policy))

    return change


repository = by_path(
    imageTagMutability=Call("ecr", "put_image_tag_mutability", "repositoryName", member("imageTagMutability")),
    scanOnPush=Call(
        "ecr",
        "put_image_scanning_configuration",
        "repositoryName",
        lambda value: {"imageScanningConfiguration": {"scanOnPush": value}},
    ),
    keepImages=lifecycle_rule(3),
    keepUntaggedImages=lifecycle_rule(2),
)


def attached_policies(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    iam = cloud.client("iam")
    have = {policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]}
    for arn in have - set(value):
        iam.detach_role_policy(RoleName=it.id, PolicyArn=arn)
    for arn in set(value) - have:
        iam.attach_role_policy(RoleName=it.id, PolicyArn=arn)


def statements(cloud: Cloud, it: Entry, _path: str, _value: Any) -> None:
    """Another statement than ours, whatever ours was."""
    iam = cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=it.id)["PolicyNames"]
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::others/*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=it.id, PolicyName=name, PolicyDocument=text)


role = by_path(
    description=Call("iam", "update_role", "RoleName", member("Description")),
    permissionsBoundary=Call("iam", "put_role_permissions_boundary", "RoleName", member("PermissionsBoundary")),
    managedPolicyArns=attached_policies,
    statements=statements,
)


def security_group_rule(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    names = {"protocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort", "description": "Description"}
    rule = {
        name: found[name] for name in ("IpProtocol", "FromPort", "ToPort", "CidrIpv4", "Description") if name in found
    }
    rule[names[path]] = value
    rules = [{"SecurityGroupRuleId": it.id, "SecurityGroupRule": rule}]
    ec2.modify_security_group_rules(GroupId=found["GroupId"], SecurityGroupRules=rules)


def of_balancer(members: Callable[[Any], dict[str, Any]], operation: str = "modify_load_balancer_attributes") -> Change:
    return Call("elbv2", operation, "LoadBalancerArn", members)


load_balancer = by_path(
    ipAddressType=of_balancer(member("IpAddressType"), "set_ip_address_type"),
    subnets=of_balancer(member("Subnets"), "set_subnets"),
    securityGroups=of_balancer(member("SecurityGroups"), "set_security_groups"),
    idleTimeout=of_balancer(attribute("idle_timeout.timeout_seconds")),
    deletionProtection=of_balancer(attribute("deletion_protection.enabled")),
    dropInvalidHeaderFields=of_balancer(attribute("routing.http.drop_invalid_header_fields.enabled")),
)


def of_group(members: Callable[[Any], dict[str, Any]], operation: str = "modify_target_group") -> Change:
    return Call("elbv2", operation, "TargetGroupArn", members)


target_group = by_path(
    path=of_group(member("HealthCheckPath")),
    port=of_group(member("HealthCheckPort")),
    interval=of_group(member("HealthCheckIntervalSeconds")),
    timeout=of_group(member("HealthCheckTimeoutSeconds")),
    healthyThreshold=of_group(member("HealthyThresholdCount")),
    unhealthyThreshold=of_group(member("UnhealthyThresholdCount")),
    matcher=of_group(lambda value: {"Matcher": {"HttpCode": value}}),
    deregistrationDelay=of_group(attribute("deregistration_delay.timeout_seconds"), "modify_target_group_attributes"),
)


def of_listener(members: Callable[[Any], dict[str, Any]]) -> Change:
    return Call("elbv2", "modify_listener", "ListenerArn", members)


def redirect(port: Any) -> dict[str, Any]:
    config = {"Protocol": "HTTPS", "Port": str(port), "StatusCode": "HTTP_301"}
    return {"DefaultActions": [{"Type": "redirect", "RedirectConfig": config}]}


def protocol(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    """With any certificate: HTTPS needs one."""
    arn = cloud.client("acm").list_certificates()["CertificateSummaryList"][0]["CertificateArn"]
    change = of_listener(lambda value: {"Protocol": value, "Certificates": [{"CertificateArn": arn}]})
    change(cloud, it, path, value)


listener = by_path(
    port=of_listener(member("Port")),
    sslPolicy=of_listener(member("SslPolicy")),
    certificateArn=of_listener(lambda value: {"Certificates": [{"CertificateArn": value}]}),
    targetGroupArn=of_listener(lambda value: {"DefaultActions": [{"Type": "forward", "TargetGroupArn": value}]}),
    redirectPort=of_listener(redirect),
    protocol=protocol,
)


def service(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    ecs = cloud.client("ecs")
    where = {"cluster": it.id.split("/")[1], "service": it.id}
    (found,) = ecs.describe_services(cluster=where["cluster"], services=[it.id])["services"]
    network = found["networkConfiguration"]["awsvpcConfiguration"]
    breaker = found["deploymentConfiguration"]["deploymentCircuitBreaker"]
    (balancer,) = found["loadBalancers"]
    deployment = {
        "maximumPercent": found["deploymentConfiguration"]["maximumPercent"],
        "minimumHealthyPercent": found["deploymentConfiguration"]["minimumHealthyPercent"],
        "deploymentCircuitBreaker": {"enable": breaker["enable"], "rollback": breaker["rollback"]},
    }
    changes: dict[str, dict[str, Any]] = {
        "subnets": {"networkConfiguration": {"awsvpcConfiguration": network | {"subnets": value}}},
        "securityGroups": {"networkConfiguration": {"awsvpcConfiguration": network | {"securityGroups": value}}},
        "assignPublicIp": {
            "networkConfiguration": {"awsvpcConfiguration": network | {"assignPublicIp": enabled(value)}}
        },
        "targetGroupArn": {"loadBalancers": [balancer | {"targetGroupArn": value}]},
        "minimumHealthyPercent": {"deploymentConfiguration": deployment | {"minimumHealthyPercent": value}},
        "maximumPercent": {"deploymentConfiguration": deployment | {"maximumPercent": value}},
        "rollback": {
            "deploymentConfiguration": deployment
            | {"deploymentCircuitBreaker": {"enable": breaker["enable"], "rollback": value}}
        },
        "capacityProviderStrategy": {"capacityProviderStrategy": value, "forceNewDeployment": True},
        "enableExecuteCommand": {"enableExecuteCommand": value, "forceNewDeployment": True},
        "circuitBreaker": {
            "deploymentConfiguration": deployment
            | {"deploymentCircuitBreaker": {"enable": value, "rollback": breaker["rollback"] and value}}
        },
        "taskDefinitionArn": {"taskDefinition": value, "loadBalancers": [balancer | {"containerPort": 8080}]},
        "containerPort": {},
    }
    change = changes.get(path, {path: value})
    ecs.update_service(**where, **change)


def scaling_target(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    scaling = cloud.client("application-autoscaling")
    (found,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[it.id])["ScalableTargets"]
    names = {"minCapacity": "MinCapacity", "maxCapacity": "MaxCapacity"}
    limits = {name: found[name] for name in names.values()} | {names[path]: value}
    scaling.register_scalable_target(
        ServiceNamespace="ecs", ResourceId=it.id, ScalableDimension=found["ScalableDimension"], **limits
    )


def scaling_policy(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    scaling = cloud.client("application-autoscaling")
    answer = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=[it.outputs["name"]])
    (found,) = answer["ScalingPolicies"]
    names = {"targetValue": "TargetValue", "scaleInCooldown": "ScaleInCooldown", "scaleOutCooldown": "ScaleOutCooldown"}
    tracking = found["TargetTrackingScalingPolicyConfiguration"] | {names[path]: value}
    kept = {
        name: found[name]
        for name in ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")
    }
    scaling.put_scaling_policy(**kept, TargetTrackingScalingPolicyConfiguration=tracking)


ALARM = (
    "AlarmName", "AlarmDescription", "OKActions", "AlarmActions", "MetricName", "Namespace", "Statistic",
    "ExtendedStatistic", "Dimensions", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData",
)  # fmt: skip


def metric_alarm(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    cloudwatch = cloud.client("cloudwatch")
    (found,) = cloudwatch.describe_alarms(AlarmNames=[it.outputs["name"]])["MetricAlarms"]
    alarm = {name: found[name] for name in ALARM if name in found}
    if path == "dimensions":
        value = listed(value, "Name")
    spelled = {"description": "AlarmDescription", "okActions": "OKActions"}
    alarm[spelled.get(path, path[0].upper() + path[1:])] = value
    cloudwatch.put_metric_alarm(**alarm)


def dashboard(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    """A widget that somebody changed by hand; which input it was made of, nobody can tell."""
    cloudwatch = cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=it.id)["DashboardBody"])
    body["widgets"][1]["properties"]["title"] = f"{path} {value}"
    cloudwatch.put_dashboard(DashboardName=it.id, DashboardBody=json.dumps(body))


CHANGES: dict[str, Change] = {
    "fargate:ecs:Cluster": cluster,
    "fargate:cloudwatch:LogGroup": log_group,
    "fargate:ecr:Repository": repository,
    "fargate:iam:Role": role,
    "fargate:ec2:SecurityGroupRule": security_group_rule,
    "fargate:lb:LoadBalancer": load_balancer,
    "fargate:lb:TargetGroup": target_group,
    "fargate:lb:Listener": listener,
    "fargate:ecs:Service": service,
    "fargate:appautoscaling:Target": scaling_target,
    "fargate:appautoscaling:Policy": scaling_policy,
    "fargate:cloudwatch:MetricAlarm": metric_alarm,
    "fargate:cloudwatch:Dashboard": dashboard,
}
