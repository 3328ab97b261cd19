"""Service deployments and service revisions: the view by which one waits (aws.md 5.1 to 5.3)."""

from __future__ import annotations

import copy
from functools import partial

from localaws.context import AwsError, Context

from . import failures, rollouts
from .model import Json, Revision, Service, ServiceDeployment
from .pages import at_most, page
from .service_view import PENDING, SHOWN, platform
from .services import unseen
from .store import state_of


def list_service_deployments(params: Json, context: Context) -> Json:
    """Newest first; a new one appears after a few seconds."""
    state = state_of(context)
    service = state.service(state.cluster(params.get("cluster")), params["service"])
    if unseen(service):
        raise AwsError("ServiceNotFoundException", "Service not found.")
    now = context.clock.now()
    bounds = params.get("createdAt") or {}
    wanted = params.get("status") or []
    briefs = [
        _brief(d, service)
        for d in reversed(service.deployments)
        if d.visible_at <= now
        and (not wanted or d.status in wanted)
        and d.created_at >= float(bounds.get("after", 0))
        and d.created_at <= float(bounds.get("before", float("inf")))
    ]
    return page(briefs, params, "serviceDeployments", 20)


def _brief(deployment: ServiceDeployment, service: Service) -> Json:
    brief: Json = {
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
    return brief | {member: value for member, value in known.items() if value is not None}


def describe_service_deployments(params: Json, context: Context) -> Json:
    state = state_of(context)
    at_most(params["serviceDeploymentArns"], 20, "serviceDeploymentArns")
    found, missing = [], []
    for arn in params["serviceDeploymentArns"]:
        known = state.deployment(arn)
        if known is None:
            missing.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(_full(known[1], known[0]))
    return {"serviceDeployments": found, "failures": missing}


def _full(deployment: ServiceDeployment, service: Service) -> Json:
    view = _brief(deployment, service)
    del view["targetServiceRevisionArn"]
    is_target = service.primary.revision is deployment.target
    view |= {
        "updatedAt": deployment.updated_at,
        "sourceServiceRevisions": [
            _counts(service, r, len([t for t in service.living() if t.revision is r]))
            for r in deployment.sources
        ],
        "targetServiceRevision": _counts(
            service, deployment.target, service.desired if is_target else 0
        ),
        "deploymentConfiguration": copy.deepcopy(deployment.configuration),
        "deploymentCircuitBreaker": _breaker(deployment, service),
    }
    if deployment.stopped_at is not None:
        view["stoppedAt"] = deployment.stopped_at
    if deployment.rollback is not None:
        view["rollback"] = dict(deployment.rollback)
    if deployment.status == "IN_PROGRESS":
        view["lifecycleStage"] = "SCALE_UP"
    return view


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
        "requestedTestTrafficWeight": 0.0,
        "requestedProductionTrafficWeight": 100.0 if service.primary.revision is revision else 0.0,
    }


def describe_service_revisions(params: Json, context: Context) -> Json:
    state = state_of(context)
    at_most(params["serviceRevisionArns"], 20, "serviceRevisionArns")
    known = {r.arn: (s, r) for s in state.services for r in s.revisions}
    found, missing = [], []
    for arn in params["serviceRevisionArns"]:
        if arn in known:
            found.append(_revision(*known[arn], context))
        else:
            missing.append({"arn": arn, "reason": "MISSING"})
    return {"serviceRevisions": found, "failures": missing}


def _revision(service: Service, revision: Revision, context: Context) -> Json:
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
    groups = [
        {"targetGroupArn": b["targetGroupArn"]}
        for b in view["loadBalancers"]
        if "targetGroupArn" in b
    ]
    if groups:
        view["resolvedConfiguration"] = {"loadBalancers": groups}
    return view | {m: copy.deepcopy(config[m]) for m in SHOWN if m in config} | platform(config)


def stop_service_deployment(params: Json, context: Context) -> Json:
    """ROLLBACK works even where it is not configured; one that has ended or is ending:
    `ConflictException` (aws.md 5.3). Both messages are worded from memory."""
    state = state_of(context)
    known = state.deployment(params["serviceDeploymentArn"])
    if known is None:
        raise AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.")
    service, deployment = known
    if deployment.status not in ("PENDING", "IN_PROGRESS"):
        raise AwsError(
            "ConflictException",
            f"The service deployment cannot be stopped because its status is {deployment.status}.",
        )
    kind = params.get("stopType", "ROLLBACK")
    now = context.clock.now()
    deployment.status = "ROLLBACK_REQUESTED" if kind == "ROLLBACK" else "STOP_REQUESTED"
    deployment.updated_at = now
    state.at(now, service, partial(_carry_out, service, deployment, kind))
    return {"serviceDeploymentArn": deployment.arn}


def _carry_out(
    service: Service, deployment: ServiceDeployment, kind: str, context: Context, when: float
) -> None:
    if deployment.status not in ("ROLLBACK_REQUESTED", "STOP_REQUESTED"):
        return
    primary = service.primary
    primary.state, primary.reason = "FAILED", f"ECS deployment {primary.id} stopped."
    primary.updated_at = when
    if kind == "ROLLBACK":
        rollouts.roll_back(service, deployment, rollouts.REQUESTED, when, context)
    else:
        rollouts.end(deployment, "STOPPED", rollouts.ABORTED, when)
