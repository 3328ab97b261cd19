"""Service deployments and service revisions: the view by which one waits (aws.md 5.1 to 5.3)."""

from __future__ import annotations

from localaws.context import AwsError, Context

from .deployment_view import brief, full, revision
from .model import Json
from .pages import at_most, page
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
        brief(d, service)
        for d in reversed(service.deployments)
        if d.visible_at <= now
        and (not wanted or d.status in wanted)
        and d.created_at >= float(bounds.get("after", 0))
        and d.created_at <= float(bounds.get("before", float("inf")))
    ]
    return page(briefs, params, "serviceDeployments", 20)


def describe_service_deployments(params: Json, context: Context) -> Json:
    state = state_of(context)
    at_most(params["serviceDeploymentArns"], 20, "serviceDeploymentArns")
    found, missing = [], []
    for arn in params["serviceDeploymentArns"]:
        known = state.deployment(arn)
        if known is None:
            missing.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(full(known[1], known[0]))
    return {"serviceDeployments": found, "failures": missing}


def describe_service_revisions(params: Json, context: Context) -> Json:
    state = state_of(context)
    at_most(params["serviceRevisionArns"], 20, "serviceRevisionArns")
    known = {r.arn: (s, r) for s in state.services for r in s.revisions}
    found, missing = [], []
    for arn in params["serviceRevisionArns"]:
        if arn in known:
            found.append(revision(*known[arn], context))
        else:
            missing.append({"arn": arn, "reason": "MISSING"})
    return {"serviceRevisions": found, "failures": missing}
