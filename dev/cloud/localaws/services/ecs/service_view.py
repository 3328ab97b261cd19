"""A service as CreateService, UpdateService and DescribeServices answer it."""

from __future__ import annotations

import copy

from localaws.context import Context

from .model import Json, Rollout, Service

PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")
# What a deployment or a revision shows of its configuration.
SHOWN = (
    "taskDefinition",
    "launchType",
    "capacityProviderStrategy",
    "networkConfiguration",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)


def counts(service: Service, rollout: Rollout | None = None) -> tuple[int, int]:
    """(running, pending), of one rollout or of all; a task that is draining still runs."""
    tasks = [t for t in service.tasks if rollout is None or t.revision is rollout.revision]
    running = sum(1 for t in tasks if t.last_status in ("RUNNING", "DEACTIVATING"))
    return running, sum(1 for t in tasks if t.last_status in PENDING)


def platform(config: Json) -> Json:
    """LATEST is what the service says, the number behind it what deployments and tasks say."""
    if "platformVersion" not in config:
        return {}
    version = config["platformVersion"]
    return {
        "platformVersion": "1.4.0" if version == "LATEST" else version,
        "platformFamily": "Linux",
    }


def rollout_view(service: Service, rollout: Rollout) -> Json:
    config = rollout.revision.config
    running, pending = counts(service, rollout)
    view: Json = {
        "id": rollout.id,
        "status": rollout.status,
        "desiredCount": service.desired
        if rollout.status == "PRIMARY"
        else len(service.living(rollout)),
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": rollout.failed_tasks,
        "createdAt": rollout.created_at,
        "updatedAt": rollout.updated_at,
        "rolloutState": rollout.state,
        "rolloutStateReason": rollout.reason,
    }
    return view | {m: copy.deepcopy(config[m]) for m in SHOWN if m in config} | platform(config)


def service_view(service: Service, context: Context, tags: bool = True) -> Json:
    running, pending = counts(service)
    config = service.config
    view: Json = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster.arn,
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "taskDefinition": config["taskDefinition"],
        "loadBalancers": copy.deepcopy(config.get("loadBalancers") or []),
        "serviceRegistries": copy.deepcopy(config.get("serviceRegistries") or []),
        "deployments": []
        if service.status == "INACTIVE"
        else [rollout_view(service, r) for r in service.rollouts],
        "events": copy.deepcopy(service.events),
        "createdAt": service.created_at,
        "createdBy": service.created_by,
        "resourceManagementType": "CUSTOMER",
    }
    for member in (
        "launchType",
        "capacityProviderStrategy",
        "networkConfiguration",
        "platformVersion",
    ):
        if member in config:
            view[member] = copy.deepcopy(config[member])
    if "capacityProviderStrategy" in view:
        # Nothing promises the order in which it was told (Terraform keeps a set).
        view["capacityProviderStrategy"].reverse()
    if "platformVersion" in config:
        view["platformFamily"] = "Linux"
    if (config.get("networkConfiguration") or {}).get("awsvpcConfiguration"):
        view["roleArn"] = role_arn(context)
    view |= copy.deepcopy(service.settings)
    if not config.get("loadBalancers"):
        # Answered only where it means something.
        view.pop("healthCheckGracePeriodSeconds")
    if service.deployments and service.current.visible_at <= context.clock.now():
        view["currentServiceDeployment"] = service.current.arn
    if service.status != "INACTIVE":
        view["currentServiceRevisions"] = [_summary(service, r) for r in service.rollouts]
    if tags:
        view["tags"] = list(service.tags)
    return view


def _summary(service: Service, rollout: Rollout) -> Json:
    running, pending = counts(service, rollout)
    requested = service.desired if rollout.status == "PRIMARY" else len(service.living(rollout))
    return {
        "arn": rollout.revision.arn,
        "requestedTaskCount": requested,
        "runningTaskCount": running,
        "pendingTaskCount": pending,
    }


def role_arn(context: Context) -> str:
    name = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    return f"arn:aws:iam::{context.account}:role/{name}"
