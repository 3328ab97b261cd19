"""What others do to an object behind our back, with boto3: a property changed, tags taken away, the object deleted.

Each change takes the value in our spelling, and is the call that a person at the console would make.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from state import Entry
from world import Cloud

Change = Callable[[Cloud, Entry, str, Any], None]


def cluster(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    ecs = cloud.client("ecs")
    if path == "containerInsights":
        ecs.update_cluster_settings(cluster=it.id, settings=[{"name": path, "value": value}])
    else:
        ecs.put_cluster_capacity_providers(cluster=it.id, capacityProviders=value, defaultCapacityProviderStrategy=[])


def log_group(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    logs = cloud.client("logs")
    if path == "retentionInDays":
        logs.put_retention_policy(logGroupName=it.id, retentionInDays=value)
    else:
        logs.associate_kms_key(logGroupName=it.id, kmsKeyId=value)


def repository(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    ecr = cloud.client("ecr")
    if path == "imageTagMutability":
        ecr.put_image_tag_mutability(repositoryName=it.id, imageTagMutability=value)
    elif path == "scanOnPush":
        ecr.put_image_scanning_configuration(repositoryName=it.id, imageScanningConfiguration={"scanOnPush": value})
    else:
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=it.id)["lifecyclePolicyText"])
        kind = {"keepImages": "imageCountMoreThan", "expireUntaggedAfterDays": "sinceImagePushed"}[path]
        for rule in policy["rules"]:
            if rule["selection"]["countType"] == kind:
                rule["selection"]["countNumber"] = value
        ecr.put_lifecycle_policy(repositoryName=it.id, lifecyclePolicyText=json.dumps(policy))


def role(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    iam = cloud.client("iam")
    if path == "description":
        iam.update_role(RoleName=it.id, Description=value)
    elif path == "permissionsBoundary":
        iam.put_role_permissions_boundary(RoleName=it.id, PermissionsBoundary=value)
    elif path == "managedPolicyArns":
        have = {policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]}
        for arn in have - set(value):
            iam.detach_role_policy(RoleName=it.id, PolicyArn=arn)
        for arn in set(value) - have:
            iam.attach_role_policy(RoleName=it.id, PolicyArn=arn)
    else:
        (name,) = iam.list_role_policies(RoleName=it.id)["PolicyNames"]
        statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::others/*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=it.id, PolicyName=name, PolicyDocument=text)


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


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def load_balancer(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    elb = cloud.client("elbv2")
    attributes = {
        "idleTimeout": "idle_timeout.timeout_seconds",
        "deletionProtection": "deletion_protection.enabled",
        "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    }
    if path == "subnets":
        elb.set_subnets(LoadBalancerArn=it.id, Subnets=value)
    elif path == "securityGroups":
        elb.set_security_groups(LoadBalancerArn=it.id, SecurityGroups=value)
    else:
        attribute = {"Key": attributes[path], "Value": text(value)}
        elb.modify_load_balancer_attributes(LoadBalancerArn=it.id, Attributes=[attribute])


def target_group(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    elb = cloud.client("elbv2")
    names = {
        "path": "HealthCheckPath",
        "port": "HealthCheckPort",
        "interval": "HealthCheckIntervalSeconds",
        "timeout": "HealthCheckTimeoutSeconds",
        "healthyThreshold": "HealthyThresholdCount",
        "unhealthyThreshold": "UnhealthyThresholdCount",
    }
    name = path.removeprefix("healthCheck.")
    if path == "deregistrationDelay":
        attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(value)}
        elb.modify_target_group_attributes(TargetGroupArn=it.id, Attributes=[attribute])
    elif name == "matcher":
        elb.modify_target_group(TargetGroupArn=it.id, Matcher={"HttpCode": value})
    else:
        elb.modify_target_group(TargetGroupArn=it.id, **{names[name]: value})


def listener(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    changes: dict[str, Any] = {
        "port": {"Port": value},
        "sslPolicy": {"SslPolicy": value},
        "certificateArn": {"Certificates": [{"CertificateArn": value}]},
        "targetGroupArn": {"DefaultActions": [{"Type": "forward", "TargetGroupArn": value}]},
        "redirectPort": {
            "DefaultActions": [
                {
                    "Type": "redirect",
                    "RedirectConfig": {"Protocol": "HTTPS", "Port": str(value), "StatusCode": "HTTP_301"},
                }
            ]
        },
        "protocol": {
            "Protocol": value,
            "Certificates": [{"CertificateArn": certificate(cloud)}],
        },
    }
    cloud.client("elbv2").modify_listener(ListenerArn=it.id, **changes[path])


def certificate(cloud: Cloud) -> str:
    return cloud.client("acm").list_certificates()["CertificateSummaryList"][0]["CertificateArn"]


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
            "networkConfiguration": {
                "awsvpcConfiguration": network | {"assignPublicIp": "ENABLED" if value else "DISABLED"}
            }
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
    "AlarmName",
    "AlarmDescription",
    "OKActions",
    "AlarmActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
)


def metric_alarm(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    cloudwatch = cloud.client("cloudwatch")
    (found,) = cloudwatch.describe_alarms(AlarmNames=[it.outputs["name"]])["MetricAlarms"]
    alarm = {name: found[name] for name in ALARM if name in found}
    if path == "dimensions":
        value = [{"Name": name, "Value": it} for name, it in value.items()]
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


# Tags: what is set, and what is taken away.


def _ecs_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    arn = it.outputs["arn"]
    ecs = cloud.client("ecs")
    if tags:
        ecs.tag_resource(resourceArn=arn, tags=[{"key": key, "value": value} for key, value in tags.items()])
    if gone:
        ecs.untag_resource(resourceArn=arn, tagKeys=gone)


def _elb_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    elb = cloud.client("elbv2")
    if tags:
        elb.add_tags(ResourceArns=[it.id], Tags=listed(tags))
    if gone:
        elb.remove_tags(ResourceArns=[it.id], TagKeys=gone)


def _ec2_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    ec2 = cloud.client("ec2")
    if tags:
        ec2.create_tags(Resources=[it.id], Tags=listed(tags))
    if gone:
        ec2.delete_tags(Resources=[it.id], Tags=[{"Key": key} for key in gone])


def _log_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    logs = cloud.client("logs")
    if tags:
        logs.tag_resource(resourceArn=it.outputs["arn"], tags=tags)
    if gone:
        logs.untag_resource(resourceArn=it.outputs["arn"], tagKeys=gone)


def _ecr_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    ecr = cloud.client("ecr")
    if tags:
        ecr.tag_resource(resourceArn=it.outputs["arn"], tags=listed(tags))
    if gone:
        ecr.untag_resource(resourceArn=it.outputs["arn"], tagKeys=gone)


def _role_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    iam = cloud.client("iam")
    if tags:
        iam.tag_role(RoleName=it.id, Tags=listed(tags))
    if gone:
        iam.untag_role(RoleName=it.id, TagKeys=gone)


def _alarm_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    cloudwatch = cloud.client("cloudwatch")
    if tags:
        cloudwatch.tag_resource(ResourceARN=it.outputs["arn"], Tags=listed(tags))
    if gone:
        cloudwatch.untag_resource(ResourceARN=it.outputs["arn"], TagKeys=gone)


def _scaling_tags(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    scaling = cloud.client("application-autoscaling")
    if tags:
        scaling.tag_resource(ResourceARN=it.outputs["arn"], Tags=tags)
    if gone:
        scaling.untag_resource(ResourceARN=it.outputs["arn"], TagKeys=gone)


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


OWNERS = ["fargate:owner", "fargate:service"]
TAGGED: dict[str, Callable[[Cloud, Entry, dict[str, str], list[str]], None]] = {
    "fargate:ecs:Cluster": _ecs_tags,
    "fargate:ecs:Service": _ecs_tags,
    "fargate:ecs:TaskDefinition": _ecs_tags,
    "fargate:cloudwatch:LogGroup": _log_tags,
    "fargate:ecr:Repository": _ecr_tags,
    "fargate:iam:Role": _role_tags,
    "fargate:ec2:SecurityGroup": _ec2_tags,
    "fargate:ec2:SecurityGroupRule": _ec2_tags,
    "fargate:lb:LoadBalancer": _elb_tags,
    "fargate:lb:TargetGroup": _elb_tags,
    "fargate:lb:Listener": _elb_tags,
    "fargate:cloudwatch:MetricAlarm": _alarm_tags,
    "fargate:appautoscaling:Target": _scaling_tags,
}


# The object taken away from us: it is there, and does not say any more that it is ours.


def _disown_dashboard(cloud: Cloud, it: Entry) -> None:
    """Its first widget has the tags."""
    cloudwatch = cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=it.id)["DashboardBody"])
    header = body["widgets"][0]["properties"]
    *text, tags = header["markdown"].splitlines()
    inputs, kept = json.loads(tags.strip("`"))
    for name in OWNERS:
        del kept[name]
    header["markdown"] = "\n".join([*text, f"`{json.dumps([inputs, kept])}`"])
    cloudwatch.put_dashboard(DashboardName=it.id, DashboardBody=json.dumps(body))


def _without_owner(token: str) -> Callable[[Cloud, Entry], None]:
    return lambda cloud, it: TAGGED[token](cloud, it, {}, OWNERS)


# Each task definition registers a revision of its own; the family is nobody's.
SHARED = {"fargate:ecs:TaskDefinition"}
DISOWNS: dict[str, Callable[[Cloud, Entry], None]] = {
    **{token: _without_owner(token) for token in TAGGED if token not in SHARED},
    "fargate:cloudwatch:Dashboard": _disown_dashboard,
}


# The object deleted.


def _delete_role(cloud: Cloud, it: Entry) -> None:
    iam = cloud.client("iam")
    for name in iam.list_role_policies(RoleName=it.id)["PolicyNames"]:
        iam.delete_role_policy(RoleName=it.id, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=it.id, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=it.id)


def _delete_rule(cloud: Cloud, it: Entry) -> None:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    revoke = ec2.revoke_security_group_egress if found["IsEgress"] else ec2.revoke_security_group_ingress
    revoke(GroupId=found["GroupId"], SecurityGroupRuleIds=[it.id])


def _delete_task_definition(cloud: Cloud, it: Entry) -> None:
    cloud.client("ecs").deregister_task_definition(taskDefinition=it.outputs["arn"])


def _delete_service(cloud: Cloud, it: Entry) -> None:
    ecs = cloud.client("ecs")
    cluster = it.id.split("/")[1]
    ecs.delete_service(cluster=cluster, service=it.id, force=True)
    # The local AWS settles at each look.
    for _ in range(5):
        ecs.describe_services(cluster=cluster, services=[it.id])


def _delete_target(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="ecs", ResourceId=it.id, ScalableDimension="ecs:service:DesiredCount"
    )


def _delete_policy(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").delete_scaling_policy(
        PolicyName=it.outputs["name"],
        ServiceNamespace="ecs",
        ResourceId=it.inputs["resourceId"],
        ScalableDimension="ecs:service:DesiredCount",
    )


DELETES: dict[str, Callable[[Cloud, Entry], Any]] = {
    "fargate:ecs:Cluster": lambda cloud, it: cloud.client("ecs").delete_cluster(cluster=it.id),
    "fargate:cloudwatch:LogGroup": lambda cloud, it: cloud.client("logs").delete_log_group(logGroupName=it.id),
    "fargate:ecr:Repository": lambda cloud, it: cloud.client("ecr").delete_repository(repositoryName=it.id, force=True),
    "fargate:iam:Role": _delete_role,
    "fargate:ec2:SecurityGroup": lambda cloud, it: cloud.client("ec2").delete_security_group(GroupId=it.id),
    "fargate:ec2:SecurityGroupRule": _delete_rule,
    "fargate:lb:LoadBalancer": lambda cloud, it: cloud.client("elbv2").delete_load_balancer(LoadBalancerArn=it.id),
    "fargate:lb:TargetGroup": lambda cloud, it: cloud.client("elbv2").delete_target_group(TargetGroupArn=it.id),
    "fargate:lb:Listener": lambda cloud, it: cloud.client("elbv2").delete_listener(ListenerArn=it.id),
    "fargate:ecs:TaskDefinition": _delete_task_definition,
    "fargate:ecs:Service": _delete_service,
    "fargate:appautoscaling:Target": _delete_target,
    "fargate:appautoscaling:Policy": _delete_policy,
    "fargate:cloudwatch:MetricAlarm": lambda cloud, it: cloud.client("cloudwatch").delete_alarms(AlarmNames=[it.id]),
    "fargate:cloudwatch:Dashboard": lambda cloud, it: cloud.client("cloudwatch").delete_dashboards(
        DashboardNames=[it.id]
    ),
}
