"""The table of every input of every child: two values each, what a change does, and how AWS spells it.

A row says as little as it can: without more it is an input that must be given, that changes in place, and that AWS
spells as we do. `$names` are things that stand already (ground.py).
"""

from __future__ import annotations

from typing import Any

from rows import ABSENT, REQUIRED, UNTOLD, Kept, Kind, Row
from samples import AUDIT, CHECK, OTHER_CHECK, READ, READ_ONLY, WRITE, secret_arn, shares, topic_arn
from spelling import enabled, ordered, statements, text

SUBNETS, OTHER_SUBNETS = ["$subnet1", "$subnet2"], ["$subnet2", "$subnet3"]
WITH_SUBNETS = {"useDefaultVpc": False, "publicSubnetIds": SUBNETS}
OLD_TLS, NEW_TLS = "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
OVER_TLS = {"protocol": "HTTPS", "certificateArn": "$certificate1", "sslPolicy": OLD_TLS}


def in_check(name: str, first: Any, second: Any) -> Row:
    """A member of the container's health check, which is one object."""
    return Row(first, second, beside={"healthCheck": CHECK})


KINDS: dict[str, Kind] = {
    "fargate:index:BaseName": Kind(
        {
            "component": Kept(
                "it is the component's name when the base name was chosen; a later one changes nothing", "web"
            ),
            "name": Row("orders", "shop", replaces=True, spelled=UNTOLD),
            "chosen": Kept("the first check chooses it", ABSENT),
            "drawn": Kept("the first check says it of its choice", ABSENT),
            "retained": Kept("once it is said it stays", ABSENT),
            "drawnLineage": Kept("the first check draws it", ABSENT),
            "generation": Kept("the check counts the plans", ABSENT),
            # The check says which one it is, whatever the program says.
            "plan": Row("one", "two", spelled=UNTOLD, along={"generation": 0}),
            "kinds": Row(["ecs:Cluster"], ["ecs:Cluster", "logs:LogGroup"], spelled=UNTOLD),
        },
        tagged=False,
    ),
    "fargate:index:Completion": Kind(
        {
            "generation": Row(1, 2, spelled=UNTOLD),
            "kinds": Row(["ecs:Cluster"], ["ecs:Cluster", "logs:LogGroup"], spelled=UNTOLD),
            "objects": Row(["one"], ["two"], spelled=UNTOLD),
            "retained": Row(True, False, spelled=UNTOLD, absent=None),
        },
        tagged=False,
    ),
    "fargate:index:DeletionProtection": Kind(
        {
            "loadBalancerArn": Row("$one.loadBalancerArn", "$two.loadBalancerArn", spelled=UNTOLD),
            "repositoryName": Row("$images1", "$images2", spelled=UNTOLD, absent=None),
            "forceDelete": Row(True, False, spelled=UNTOLD, absent=None, along={"repositoryName": ABSENT}),
        },
        tagged=False,
    ),
    "fargate:ec2:Network": Kind(
        {
            "vpcId": Row("$vpc1", "$vpc1", spelled=UNTOLD, absent=None, beside=WITH_SUBNETS),
            "publicSubnetIds": Row(SUBNETS, OTHER_SUBNETS, spelled=UNTOLD, beside={"useDefaultVpc": False}),
            "privateSubnetIds": Row(SUBNETS, OTHER_SUBNETS, spelled=UNTOLD, beside=WITH_SUBNETS, absent=None),
            "useDefaultVpc": Row(True, False, spelled=UNTOLD, along={"publicSubnetIds": SUBNETS}),
            "internal": Row(False, True, spelled=UNTOLD),
            "dualstack": Row(True, False, spelled=UNTOLD, absent=None),
            "assignPublicIp": Row(True, False, spelled=UNTOLD, absent=None),
        },
        tagged=False,
    ),
    "fargate:ecs:GivenCluster": Kind(
        {
            "clusterArn": Row("$one.clusterArn", "$two.clusterArn", spelled=UNTOLD),
            "capacityProviders": Row(["FARGATE"], ["FARGATE", "FARGATE_SPOT"], spelled=UNTOLD),
        },
        tagged=False,
    ),
    "fargate:cloudwatch:LogGroup": Kind(
        {
            "retentionInDays": Row(7, 14, absent=None),
            "kmsKeyId": Row("$key1", "$key2", absent=None),
        },
    ),
    "fargate:ecr:Repository": Kind(
        {
            "imageTagMutability": Row("MUTABLE", "IMMUTABLE"),
            "scanOnPush": Row(True, False),
            "keepImages": Row(30, 5),
            "keepUntaggedImages": Row(10, 7),
            "forceDelete": Row(False, True, spelled=UNTOLD),
            "kmsKeyArn": Row("$key1", "$key2", replaces=True, absent="AES256"),
        },
    ),
    "fargate:ecr:Image": Kind(
        {
            "repositoryName": Row("$images1", "$images2", spelled=UNTOLD),
            "repositoryUrl": Row("$images1.url", "$images2.url", spelled=UNTOLD),
            "tag": Row("latest", "stable", spelled=UNTOLD),
            "image": Row("nginx:1.27", "nginx:1.28", spelled=UNTOLD, absent=None, beside={"tag": "latest"}),
            "architecture": Row("X86_64", "ARM64", spelled=UNTOLD),
        },
        tagged=False,
    ),
    "fargate:iam:Role": Kind(
        {
            "purpose": Row("task", "execution", replaces=True, spelled=UNTOLD),
            "description": Row("One", "Another"),
            "statements": Row([READ], [WRITE], spelled=statements),
            "managedPolicyArns": Row([AUDIT, READ_ONLY], [READ_ONLY], spelled=ordered),
            "permissionsBoundary": Row(READ_ONLY, AUDIT, absent=None),
        },
    ),
    "fargate:ec2:SecurityGroup": Kind(
        {
            "purpose": Row("service", "alb", replaces=True, spelled=UNTOLD),
            "description": Row("One", "Another", replaces=True),
            "vpcId": Row("$vpc1", "$vpc2", replaces=True),
        },
    ),
    "fargate:ec2:SecurityGroupRule": Kind(
        {
            "securityGroupId": Row("$one.serviceSecurityGroupId", "$two.serviceSecurityGroupId", replaces=True),
            "direction": Row("ingress", "egress", replaces=True),
            # AWS could change these in place, and would cut off whoever is served: another rule comes first.
            "protocol": Row("tcp", "udp", replaces=True, anothers=True),
            "fromPort": Row(8000, 8001, replaces=True, anothers=True),
            "toPort": Row(8005, 8006, replaces=True, anothers=True),
            "cidrIpv4": Row("10.0.0.0/8", "10.1.0.0/16", replaces=True),
            "cidrIpv6": Row("2001:db8::/32", "2001:db8:1::/48", replaces=True, beside={"cidrIpv4": ABSENT}),
            "referencedSecurityGroupId": Row(
                "$one.albSecurityGroupId", "$two.albSecurityGroupId", replaces=True, beside={"cidrIpv4": ABSENT}
            ),
            "description": Row("One", ""),
        },
        moves={"securityGroupId": "$two.serviceSecurityGroupId"},
    ),
    "fargate:ecs:Cluster": Kind(
        {
            "containerInsights": Row("enabled", "enhanced"),
            "capacityProviders": Row(["FARGATE", "FARGATE_SPOT"], ["FARGATE"]),
        },
    ),
    "fargate:lb:LoadBalancer": Kind(
        {
            "internal": Row(False, True, replaces=True, spelled=lambda it: "internal" if it else "internet-facing"),
            "vpcId": Row(
                "$vpc1",
                "$vpc2",
                replaces=True,
                along={"subnets": ["$other1", "$other2"], "securityGroups": ["$others"]},
            ),
            "subnets": Row(SUBNETS, OTHER_SUBNETS, spelled=ordered),
            "securityGroups": Row(["$one.albSecurityGroupId"], ["$two.albSecurityGroupId"], spelled=ordered),
            "idleTimeout": Row(60, 120, spelled=text),
            "deletionProtection": Row(False, True, spelled=text),
            "dropInvalidHeaderFields": Row(True, False, spelled=text),
            "ipAddressType": Row("ipv4", "dualstack"),
        },
    ),
    "fargate:lb:TargetGroup": Kind(
        {
            "protocol": Row("HTTP", "HTTPS", replaces=True),
            "vpcId": Row("$vpc1", "$vpc2", replaces=True),
            "internal": Row(False, True, replaces=True, spelled=UNTOLD),
            "healthCheck.path": Row("/", "/health"),
            "healthCheck.port": Row("traffic-port", "8081"),
            "healthCheck.matcher": Row("200-399", "200,204"),
            "healthCheck.interval": Row(10, 30),
            "healthCheck.timeout": Row(5, 3),
            "healthCheck.healthyThreshold": Row(2, 4),
            "healthCheck.unhealthyThreshold": Row(3, 5),
            "deregistrationDelay": Row(30, 300, spelled=text),
        },
    ),
    "fargate:lb:Listener": Kind(
        {
            "loadBalancerArn": Row(
                "$one.loadBalancerArn", "$two.loadBalancerArn", replaces=True, along={"targetGroupArn": "$targets2"}
            ),
            "port": Row(8000, 8001),
            "protocol": Row("HTTP", "HTTPS", along={"certificateArn": "$certificate1", "sslPolicy": OLD_TLS}),
            "certificateArn": Row("$certificate1", "$certificate2", beside=OVER_TLS, spelled=lambda arn: [arn]),
            # What AWS takes when none is sent (CreateListener, SslPolicy).
            "sslPolicy": Row(OLD_TLS, NEW_TLS, beside=OVER_TLS, absent="ELBSecurityPolicy-2016-08"),
            "targetGroupArn": Row("$targets1", "$targets2"),
            "redirectPort": Row(443, 8443, beside={"targetGroupArn": ABSENT}, spelled=text),
        },
        moves={"loadBalancerArn": "$two.loadBalancerArn", "targetGroupArn": "$targets2"},
    ),
    "fargate:ecs:TaskDefinition": Kind(
        {
            "cpu": Row(256, 512, spelled=text, along={"memory": 1024}),
            "memory": Row(512, 1024, spelled=text),
            "ephemeralStorage": Row(21, 200, absent=None),
            "architecture": Row("X86_64", "ARM64"),
            "executionRoleArn": Row("$one.executionRoleArn", "$two.executionRoleArn"),
            "taskRoleArn": Row("$one.taskRoleArn", "$two.taskRoleArn"),
            "image": Row("nginx:1.27", "nginx:1.28"),
            "containerPort": Row(80, 8080),
            "environment": Row({"A": "1"}, {"A": "2", "B": ""}),
            "secrets": Row(
                {"KEY": secret_arn("one-AbCdEf")}, {"KEY": secret_arn("two-AbCdEf"), "C": secret_arn("c-AbCdEf")}
            ),
            "command": Row(["serve"], ["serve", "--fast"], absent=[]),
            "entryPoint": Row(["/bin/run"], ["/bin/sh", "-c"], absent=[]),
            "user": Row("1000", "1000:1000", absent=None),
            "workingDirectory": Row("/one", "/two", absent=None),
            "readonlyRootFilesystem": Row(False, True),
            "initProcessEnabled": Row(True, False),
            "stopTimeout": Row(30, 60, absent=None),
            "healthCheck": Row(CHECK, OTHER_CHECK, absent=None, spelled=lambda check: check["command"]),
            "healthCheck.command": in_check("command", ["CMD-SHELL", "true"], ["CMD", "true"]),
            "healthCheck.interval": in_check("interval", 10, 20),
            "healthCheck.timeout": in_check("timeout", 5, 6),
            "healthCheck.retries": in_check("retries", 3, 2),
            "healthCheck.startPeriod": in_check("startPeriod", 0, 15),
            "logGroupName": Row("$one.logGroupName", "$two.logGroupName"),
        },
        upserted=True,
    ),
    "fargate:ecs:Service": Kind(
        {
            "clusterArn": Row("$one.clusterArn", "$two.clusterArn", replaces=True),
            "taskDefinitionArn": Row("$one.taskDefinitionArn", "$two.taskDefinitionArn", along={"containerPort": 8080}),
            "desiredCount": Row(1, 2, anybodys=True),
            "scaled": Row(False, True, spelled=UNTOLD),
            "subnets": Row(SUBNETS, OTHER_SUBNETS, spelled=ordered),
            "securityGroups": Row(["$one.serviceSecurityGroupId"], ["$two.serviceSecurityGroupId"], spelled=ordered),
            "assignPublicIp": Row(True, False, spelled=enabled),
            "targetGroupArn": Row(
                "$one.targetGroupArn", "$two.targetGroupArn", along={"loadBalancerArn": "$two.loadBalancerArn"}
            ),
            "loadBalancerArn": Row("$one.loadBalancerArn", "$two.loadBalancerArn", spelled=UNTOLD),
            "containerPort": Row(80, 8080, along={"taskDefinitionArn": "$two.taskDefinitionArn"}),
            "capacityProviderStrategy": Row(
                shares(("FARGATE", 0, 1)),
                shares(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 3)),
            ),
            "minimumHealthyPercent": Row(100, 50),
            "maximumPercent": Row(200, 150),
            "circuitBreaker": Row(True, False, along={"rollback": False}),
            "rollback": Row(True, False),
            "healthCheckGracePeriodSeconds": Row(60, 0),
            "enableExecuteCommand": Row(False, True),
            "waitForSteadyState": Row(True, False, spelled=UNTOLD),
            "triggers": Row({}, {"at": "1"}, spelled=UNTOLD),
            "forceNewDeployment": Row(False, True, spelled=UNTOLD),
            "logGroupName": Row("$one.logGroupName", "$two.logGroupName", spelled=UNTOLD),
        },
        unread=frozenset({"loadBalancerArn", "logGroupName"}),
    ),
    "fargate:appautoscaling:Target": Kind(
        {
            "clusterName": Row(
                "$one.clusterName", "$two.clusterName", replaces=True, along={"serviceName": "$two.serviceName"}
            ),
            "serviceName": Row(
                "$one.serviceName", "$two.serviceName", replaces=True, along={"clusterName": "$two.clusterName"}
            ),
            "minCapacity": Row(1, 2),
            "maxCapacity": Row(3, 4),
        },
        moves={"clusterName": "$two.clusterName", "serviceName": "$two.serviceName"},
    ),
    "fargate:appautoscaling:Policy": Kind(
        {
            "resourceId": Row("$one.resourceId", "$two.resourceId", replaces=True),
            "metric": Row("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", replaces=True),
            "targetValue": Row(70, 55.5),
            "resourceLabel": Row(
                "$one.label", "$one.label", beside={"metric": "ALBRequestCountPerTarget"}, spelled=UNTOLD
            ),
            "scaleInCooldown": Row(900, 600),
            "scaleOutCooldown": Row(300, 0),
        },
        tagged=False,
        scalable=True,
        unread=frozenset({"baseName", "tags"}),
        upserted=True,
    ),
    "fargate:cloudwatch:MetricAlarm": Kind(
        {
            "purpose": Row("busy", "idle", replaces=True, spelled=UNTOLD),
            "description": Row("One", "Another"),
            "namespace": Row("AWS/ECS", "AWS/ApplicationELB"),
            "metricName": Row("CPUUtilization", "MemoryUtilization"),
            "dimensions": Row({"ClusterName": "a"}, {"ClusterName": "a", "ServiceName": "b"}),
            "statistic": Row("Average", "Maximum", absent=REQUIRED),
            "extendedStatistic": Row("p99", "p99.9", beside={"statistic": ABSENT}),
            "comparisonOperator": Row("GreaterThanThreshold", "LessThanOrEqualToThreshold"),
            "threshold": Row(80, 0.5),
            "period": Row(60, 300),
            "evaluationPeriods": Row(5, 1),
            "treatMissingData": Row("notBreaching", "missing"),
            "alarmActions": Row([topic_arn("a")], [topic_arn("b"), topic_arn("a")], spelled=ordered),
            "okActions": Row([topic_arn("a")], [], spelled=ordered),
        },
        upserted=True,
    ),
    "fargate:cloudwatch:Dashboard": Kind(
        {
            "clusterName": Row("one-cluster", "other-cluster"),
            "serviceName": Row("one-service", "other-service"),
            "loadBalancer": Row("app/one/1a", "app/other/2b"),
            "targetGroup": Row("targetgroup/one/3c", "targetgroup/other/4d"),
            "logGroupName": Row("/one", "/other"),
            "containerInsights": Row(False, True),
        },
        upserted=True,
        one_text=True,
    ),
}
