"""The table of every input of the component: a value beside its default, and what else the program must say for it.

What a change does to the children, and what AWS has before and after it, stands in changes.txt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from authentication import WAYS, of_route, of_service, route_rows, service_rows
from kinds import KINDS
from rows import Input
from samples import HTTP2, OTHER_CHECK, READ, READ_ONLY, TLS, WRITE, secret_arn, shares, topic_arn
from values import Secret
from world import IMAGE, ROOT

Inputs = dict[str, Any]


# Programs in which the inputs below are changed one after another.
SERVICE: Inputs = {"image": IMAGE, "useDefaultVpc": True, "name": "shop"}
IN_SUBNETS: Inputs = {"image": IMAGE, "publicSubnetIds": ["$subnet1", "$subnet2"], "name": "shop"}
OWN_NETWORK: Inputs = {"image": IMAGE, "name": "shop", "preset": "dev", "network": {"nat": "single"}}
SMALL: Inputs = SERVICE | {"preset": "dev"}
CHECKED: Inputs = SMALL | {"containerHealthCheck": {"command": ["CMD-SHELL", "true"]}}
SHARED: Inputs = SMALL | {"capacityProviderStrategies": shares(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 1))}
ALLOWED: Inputs = SMALL | {"taskRoleStatements": [READ]}
# A builder that pushes pretended images, and a folder for it.
BUILDER = ROOT / "dev" / "lives" / "builder"
BUILT: Inputs = {
    "useDefaultVpc": True,
    "name": "shop",
    "preset": "dev",
    "build": {"context": str(BUILDER), "builder": str(BUILDER / "podman")},
}
OWN_IMAGE: Inputs = {"useDefaultVpc": True, "name": "shop", "preset": "dev"}


@dataclass(frozen=True)
class Group:
    """Inputs that are changed in one living service."""

    program: Inputs
    inputs: dict[str, Input]


def share(name: str, value: Any) -> Input:
    first, second = shares(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 1))
    changed = [first, second | {name: value}] if name == "weight" else [first | {name: value}, second]
    return Input(changed)


def statement(name: str) -> Input:
    return Input([READ | {name: (READ | WRITE | {"sid": "Other"})[name]}])


VERIFY: Inputs = {"certificateArn": "$certificate1", "mutualTls.mode": "verify"}


def schedule(**changed: Any) -> Input:
    """A list of one schedule."""
    night = {"name": "night", "cron": "0 20 ? * MON-FRI *", "minCapacity": 0, "maxCapacity": 2} | changed
    return Input([{name: it for name, it in night.items() if it is not None}])


GROUPS: dict[str, Group] = {
    "container": Group(
        SMALL,
        {
            "image": Input("public.ecr.aws/nginx/nginx:1.28"),
            "containerName": Input("server"),
            "containerPort": Input(8080),
            "cpu": Input(512),
            "memory": Input(1024),
            "ephemeralStorage": Input(50),
            "architecture": Input("ARM64"),
            "environment": Input({"GREETING": "hello"}),
            "secrets": Input({"KEY": "$secret1"}),
            "databaseSecretArn": Input(secret_arn("database-AbCdEf")),
            "secretsKmsKeyArns": Input(["$key1"], changes_with={"databaseSecretArn": secret_arn("database-AbCdEf")}),
            "command": Input(["serve"]),
            "entryPoint": Input(["/bin/run"]),
            "user": Input("1000:1000"),
            "workingDirectory": Input("/srv"),
            "readonlyRootFilesystem": Input(True),
            "initProcessEnabled": Input(False),
            "stopTimeout": Input(60),
            "repository.enabled": Input(True),
        },
    ),
    "container health check": Group(
        CHECKED,
        {
            "containerHealthCheck.command": Input(OTHER_CHECK["command"]),
            "containerHealthCheck.interval": Input(20),
            "containerHealthCheck.timeout": Input(4),
            "containerHealthCheck.retries": Input(2),
            "containerHealthCheck.startPeriod": Input(9),
        },
    ),
    "load balancer": Group(
        SMALL,
        {
            "internal": Input(True),
            "loadBalancer.ipAddressType": Input("dualstack"),
            "healthCheck.path": Input("/health"),
            "healthCheck.port": Input("8081"),
            "healthCheck.matcher": Input("200"),
            "healthCheck.interval": Input(30),
            "healthCheck.timeout": Input(3),
            "healthCheck.healthyThreshold": Input(4),
            "healthCheck.unhealthyThreshold": Input(5),
            "healthCheckGracePeriodSeconds": Input(0),
            "deregistrationDelay": Input(300),
            "idleTimeout": Input(120),
            "certificateArn": Input("$certificate1"),
            "listenerPort": Input(8080),
            "allowedCidrBlocks": Input(
                ["10.0.0.0/8", "2001:db8::/32"], changes_with={"loadBalancer.ipAddressType": "dualstack"}
            ),
            "deletionProtection": Input(True),
            "loadBalancer.desyncMitigationMode": Input("strictest"),
            "webAclArn": Input("$acl1"),
            "allowedPrefixListIds": Input(["$list1"]),
            "loadBalancer.accessLogs.bucket": Input("$logs1"),
            "loadBalancer.accessLogs.prefix": Input("shop", changes_with={"loadBalancer.accessLogs.bucket": "$logs1"}),
            "loadBalancer.connectionLogs.bucket": Input("$logs1"),
            "loadBalancer.connectionLogs.prefix": Input(
                "shop", changes_with={"loadBalancer.connectionLogs.bucket": "$logs1"}
            ),
            "loadBalancer.healthCheckLogs.bucket": Input("$logs1"),
            "loadBalancer.healthCheckLogs.prefix": Input(
                "shop", changes_with={"loadBalancer.healthCheckLogs.bucket": "$logs1"}
            ),
            "loadBalancer.minimumCapacityUnits": Input(100),
            "loadBalancer.responseHeaders.xContentTypeOptions": Input("nosniff"),
            "loadBalancer.responseHeaders.contentSecurityPolicy": Input("default-src 'self'"),
            "loadBalancer.responseHeaders.xFrameOptions": Input("DENY"),
            "loadBalancer.responseHeaders.accessControlAllowOrigin": Input("https://example.com"),
            "loadBalancer.responseHeaders.accessControlAllowMethods": Input("GET,POST"),
            "loadBalancer.responseHeaders.accessControlAllowHeaders": Input("Authorization"),
            "loadBalancer.responseHeaders.accessControlExposeHeaders": Input("ETag"),
            "loadBalancer.responseHeaders.strictTransportSecurity": Input(
                "max-age=600", changes_with={"certificateArn": "$certificate1"}
            ),
            "additionalCertificateArns": Input(["$certificate2"], changes_with={"certificateArn": "$certificate1"}),
            "mutualTls.mode": Input("passthrough", changes_with={"certificateArn": "$certificate1"}),
            "mutualTls.trustStoreArn": Input("$store1", changes_with=VERIFY),
            "mutualTls.ignoreClientCertificateExpiry": Input(
                True, changes_with=VERIFY | {"mutualTls.trustStoreArn": "$store1"}
            ),
            "mutualTls.advertiseTrustStoreCaNames": Input(
                True, changes_with=VERIFY | {"mutualTls.trustStoreArn": "$store1"}
            ),
            "loadBalancer.xffHeaderProcessing": Input("preserve"),
        },
    ),
    "target group": Group(
        SMALL,
        {
            "targetGroup.protocol": Input("HTTPS", changes_with={"image": TLS}),
            "targetGroup.protocolVersion": Input(
                "HTTP2", changes_with={"image": HTTP2, "certificateArn": "$certificate1"}
            ),
            "targetGroup.algorithm": Input("least_outstanding_requests"),
            "targetGroup.anomalyMitigation": Input(True, changes_with={"targetGroup.algorithm": "weighted_random"}),
            "targetGroup.slowStart": Input(60),
            "targetGroup.stickiness.enabled": Input(True),
            "targetGroup.stickiness.type": Input(
                "app_cookie",
                changes_with={"targetGroup.stickiness.enabled": True, "targetGroup.stickiness.cookieName": "basket"},
            ),
            "targetGroup.stickiness.duration": Input(60, changes_with={"targetGroup.stickiness.enabled": True}),
            "targetGroup.stickiness.cookieName": Input(
                "basket",
                changes_with={"targetGroup.stickiness.enabled": True, "targetGroup.stickiness.type": "app_cookie"},
            ),
        },
    ),
    "network": Group(
        IN_SUBNETS | {"preset": "dev"},
        {
            "vpcId": Input("$vpc1"),
            "publicSubnetIds": Input(["$subnet2", "$subnet3"]),
            "privateSubnetIds": Input(["$subnet2", "$subnet3"]),
            "assignPublicIp": Input(False),
            "useDefaultVpc": Input(True, changes_with={"publicSubnetIds": None}),
            "albSecurityGroupId": Input("$one.albSecurityGroupId"),
            "serviceSecurityGroupId": Input("$one.serviceSecurityGroupId"),
        },
    ),
    "network of its own": Group(
        OWN_NETWORK,
        {
            "network.cidr": Input("10.9.0.0/20"),
            "network.zones": Input(3),
            "network.nat": Input("perZone"),
            "network.ipv6": Input(True),
        },
    ),
    "cluster and service": Group(
        SMALL,
        {
            "containerInsights": Input("enhanced"),
            "clusterArn": Input("$one.clusterArn"),
            "desiredCount": Input(2),
            "spot": Input("mixed"),
            "deployment.minimumHealthyPercent": Input(50),
            "deployment.maximumPercent": Input(150, changes_with={"deployment.minimumHealthyPercent": 0}),
            "deployment.circuitBreaker.enable": Input(
                False, changes_with={"deployment.circuitBreaker.rollback": False}
            ),
            "deployment.circuitBreaker.rollback": Input(False),
            "deployment.circuitBreaker.threshold.type": Input("COUNT"),
            "deployment.circuitBreaker.threshold.value": Input(30),
            "deployment.circuitBreaker.resetOnHealthyTask": Input(False),
            "waitForSteadyState": Input(False),
            "enableExecuteCommand": Input(True),
            "triggers": Input({"at": "noon"}),
            "forceNewDeployment": Input(True),
        },
    ),
    "capacity providers": Group(
        SHARED,
        {
            "capacityProviderStrategies[].base": share("base", 2),
            "capacityProviderStrategies[].weight": share("weight", 3),
            "capacityProviderStrategies[].capacityProvider": Input(shares(("FARGATE_SPOT", 0, 1))),
        },
    ),
    "repository": Group(
        OWN_IMAGE,
        {
            "imageTag": Input("stable"),
            "repository.imageTagMutability": Input("IMMUTABLE"),
            "repository.scanOnPush": Input(False),
            "repository.keepImages": Input(5),
            "repository.keepUntaggedImages": Input(7),
            "repository.forceDelete": Input(False),
        },
    ),
    "build": Group(
        BUILT,
        {
            "build.context": Input(str(BUILDER / "other")),
            "build.dockerfile": Input(str(BUILDER / "other" / "Dockerfile")),
            "build.target": Input("release"),
            "build.args": Input({"VERSION": "1"}),
            "build.secrets": Input({"npm": Secret("hunter2")}),
            "build.builder": Input("podman"),
            "build.cacheFrom": Input(["type=gha"]),
            "build.cacheTo": Input(["type=gha"]),
            "build.extraOptions": Input(["--network=host"]),
            "build.onPreview": Input(True),
        },
    ),
    "image in ECR": Group(SMALL | {"image": "$given1"}, {"resolveImage": Input(False)}),
    "encrypted repository": Group(
        OWN_IMAGE,
        {"repository.kmsKeyArn": Input("$key1")},
    ),
    "autoscaling": Group(
        SERVICE,
        {
            "autoscaling.enabled": Input(False),
            "autoscaling.minCapacity": Input(3),
            "autoscaling.maxCapacity": Input(5),
            "autoscaling.cpuTarget": Input(50),
            "autoscaling.memoryTarget": Input(60.5),
            "autoscaling.requestCountTarget": Input(1000),
            "autoscaling.scaleOutCooldown": Input(60),
            "autoscaling.scaleInCooldown": Input(0),
            "autoscaling.schedules[].name": schedule(name="off"),
            "autoscaling.schedules[].cron": schedule(),
            "autoscaling.schedules[].at": schedule(cron=None, at="2030-12-24T18:00:00"),
            "autoscaling.schedules[].rate": schedule(cron=None, rate="12 hours"),
            "autoscaling.schedules[].timezone": schedule(timezone="Europe/Berlin"),
            "autoscaling.schedules[].minCapacity": schedule(minCapacity=1),
            "autoscaling.schedules[].maxCapacity": schedule(maxCapacity=3),
        },
    ),
    "operations": Group(
        SERVICE,
        {
            "logRetentionInDays": Input(14),
            "logKmsKeyId": Input("$key1"),
            "monitoring.level": Input("basic"),
            "monitoring.alarmActions": Input([topic_arn("pager")]),
            "monitoring.cpuThreshold": Input(50),
            "monitoring.memoryThreshold": Input(60),
            "monitoring.serverErrorThreshold": Input(0),
            "monitoring.clientErrorThreshold": Input(100),
            "monitoring.redirectThreshold": Input(1000),
            "monitoring.responseTimeThreshold": Input(0.5),
            "monitoring.dashboard": Input(False),
            "preset": Input("staging"),
            "silence": Input(["plainHttp"]),
            "tags": Input({"team": "shop"}),
        },
    ),
    "permissions": Group(
        SMALL,
        {
            "taskRoleArn": Input("$one.taskRoleArn"),
            "executionRoleArn": Input("$one.executionRoleArn"),
            "taskRolePolicyArns": Input([READ_ONLY]),
            "permissionsBoundary": Input(READ_ONLY),
        },
    ),
    "statements": Group(
        ALLOWED,
        {
            "taskRoleStatements[].sid": statement("sid"),
            "taskRoleStatements[].actions": statement("actions"),
            "taskRoleStatements[].resources": statement("resources"),
            "taskRoleStatements[].conditions": statement("conditions"),
        },
    ),
    "listener of another stack": Group(
        SMALL | {"routes": [{"hostHeaders": ["shop.example.com"]}]}, {"listenerArn": Input("$one.httpListenerArn")}
    ),
    "name": Group(SMALL, {"name": Input("store")}),
    **{way: Group(SMALL | of_service(way), service_rows(way)) for way in WAYS},
    **{f"{way} by a route": Group(SMALL | of_route(way), route_rows(way)) for way in WAYS},
}

# A kind that only some services have brings its own.
FEATURES = [kind.feature for kind in KINDS.values() if kind.feature]
GROUPS |= {it.name: Group(SMALL | it.program, it.inputs) for it in FEATURES}

# A simple input needs no row: its declaration has a value beside the default.
LISTED = {path for group in GROUPS.values() for path in group.inputs}
DECLARED = json.loads((ROOT / "provider/component/inputs/inputs.json").read_text())
SAMPLED = {it["path"]: it["sample"] for it in DECLARED if it["sample"] is not None and it["path"] not in LISTED}
if SAMPLED:
    GROUPS["simple"] = Group(SMALL, {path: Input(sample) for path, sample in SAMPLED.items()})
