"""A service deployment and a service revision as their Describe calls answer them."""

from __future__ import annotations

import copy

from localaws.context import Context

from . import deployment_alarms, failures, hooks, strategies, targets, traffic
from .model import Json, Revision, Service, ServiceDeployment
from .service_view import PENDING, SHOWN, platform
from .store import state_of


def brief(deployment: ServiceDeployment, service: Service) -> Json:
    told: Json = {
        "serviceDeploymentArn": deployment.arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster.arn,
        "createdAt": deployment.created_at,
        "targetServiceRevisionArn": deployment.target.arn,
        "status": deployment.status,
    }
    known = {
        "startedAt": deployment.started_at,
        "finishedAt": deployment.finished_at,
        "statusReason": deployment.reason,
    }
    return told | {member: value for member, value in known.items() if value is not None}


def full(deployment: ServiceDeployment, service: Service) -> Json:
    view = brief(deployment, service)
    del view["targetServiceRevisionArn"]
    is_target = service.primary.revision is deployment.target
    view |= {
        "updatedAt": deployment.updated_at,
        "sourceServiceRevisions": [
            _counts(service, r, len([t for t in service.living() if t.revision is r]))
            | _weights(deployment, r)
            for r in deployment.sources
        ],
        "targetServiceRevision": _counts(
            service, deployment.target, service.desired if is_target else 0
        )
        | _weights(deployment, deployment.target),
        "deploymentConfiguration": copy.deepcopy(deployment.configuration),
        "deploymentCircuitBreaker": _breaker(deployment, service),
        "alarms": deployment_alarms.view(deployment),
    }
    if deployment.stopped_at is not None:
        view["stoppedAt"] = deployment.stopped_at
    if deployment.rollback is not None:
        view["rollback"] = dict(deployment.rollback)
    stage = _stage(deployment)
    if stage is not None:
        view["lifecycleStage"] = stage
    if deployment.hooks:
        view["lifecycleHookDetails"] = hooks.view(deployment)
    return view


def _stage(deployment: ServiceDeployment) -> str | None:
    """PRE_PRODUCTION_TRAFFIC_SHIFT is told too: botocore's text of `lifecycleStage` has it, its enum does not. Of a
    rolling deployment the stage is a guess."""
    if strategies.shifts(deployment):
        return deployment.stage if deployment.under_way else None
    return strategies.SCALE_UP if deployment.status == "IN_PROGRESS" else None


def _weights(deployment: ServiceDeployment, revision: Revision) -> Json:
    """Only where traffic is shifted (kayac/ecspresso tells rolling deployments by their lack)."""
    if not strategies.shifts(deployment):
        return {}
    production, test = deployment.production, deployment.test
    if revision is not deployment.target:
        has_rest = revision is deployment.blue
        production, test = (100 - production, 100 - test) if has_rest else (0.0, 0.0)
    return {
        "requestedTestTrafficWeight": float(test),
        "requestedProductionTrafficWeight": float(production),
    }


def _breaker(deployment: ServiceDeployment, service: Service) -> Json:
    if not failures.breaker_of(service)["enable"]:
        return {"status": "DISABLED", "failureCount": 0, "threshold": 0}
    return {
        "status": deployment.breaker_status,
        "failureCount": deployment.failures,
        "threshold": failures.threshold(service),
    }


def _counts(service: Service, revision: Revision, requested: int) -> Json:
    statuses = [t.last_status for t in service.tasks if t.revision is revision]
    return {
        "arn": revision.arn,
        "requestedTaskCount": requested,
        "runningTaskCount": sum(1 for s in statuses if s in ("RUNNING", "DEACTIVATING")),
        "pendingTaskCount": sum(1 for s in statuses if s in PENDING),
    }


def revision(service: Service, revision: Revision, context: Context) -> Json:
    config = revision.config
    view: Json = {
        "serviceRevisionArn": revision.arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster.arn,
        "createdAt": revision.created_at,
        "loadBalancers": copy.deepcopy(config.get("loadBalancers") or []),
        "serviceRegistries": copy.deepcopy(config.get("serviceRegistries") or []),
        "containerImages": [],
        "guardDutyEnabled": False,
    }
    definition = state_of(context).find_definition(config["taskDefinition"])
    for container in definition.containers if definition else []:
        image: Json = {"containerName": container["name"], "image": container["image"]}
        if container["name"] in revision.digests:
            image["imageDigest"] = revision.digests[container["name"]]
        view["containerImages"].append(image)
    rules = traffic.production_rules(revision)
    groups = [
        {"targetGroupArn": group} | ({"productionListenerRule": rules[at]} if rules else {})
        for at, (group, _, _) in enumerate(targets.groups_of(revision))
    ]
    if groups:
        view["resolvedConfiguration"] = {"loadBalancers": groups}
    return view | {m: copy.deepcopy(config[m]) for m in SHOWN if m in config} | platform(config)
