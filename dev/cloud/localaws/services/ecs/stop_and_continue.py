"""StopServiceDeployment and ContinueServiceDeployment."""

from __future__ import annotations

import re
from functools import partial

from localaws.context import AwsError, Context

from . import rollouts
from .causes import ABORTED, REQUESTED
from .model import Json, Service, ServiceDeployment
from .store import state_of

_HOOK = re.compile(r"ecs-[a-z]+-[A-Za-z0-9_-]+\Z")


def _deployment(arn: str, context: Context) -> tuple[Service, ServiceDeployment]:
    """The message is that of ContinueServiceDeployment (developer guide, "Troubleshooting Amazon ECS blue/green
    deployments")."""
    known = state_of(context).deployment(arn)
    if known is None:
        raise AwsError(
            "ServiceDeploymentNotFoundException", "The service deployment does not exist."
        )
    return known


def stop_service_deployment(params: Json, context: Context) -> Json:
    """ROLLBACK works even where it is not configured. One that is stopped or rolled back already goes on doing so
    (developer guide, "Stopping Amazon ECS service deployments"); one that has ended: `ConflictException`, worded from
    memory."""
    service, deployment = _deployment(params["serviceDeploymentArn"], context)
    if not deployment.under_way:
        raise AwsError(
            "ConflictException",
            f"The service deployment cannot be stopped because its status is {deployment.status}.",
        )
    if deployment.status in ("PENDING", "IN_PROGRESS"):
        kind, now = params.get("stopType", "ROLLBACK"), context.clock.now()
        deployment.updated_at = now
        if kind == "ROLLBACK":
            deployment.status = "ROLLBACK_REQUESTED"
            state_of(context).at(now, service, partial(_roll_back, service, deployment))
        else:
            # botocore's enum has ABORT, and no text says what it does.
            _mark(service, now)
            rollouts.request_stop(service, deployment, ABORTED, now, context)
    return {"serviceDeploymentArn": deployment.arn}


def _mark(service: Service, when: float) -> None:
    primary = service.primary
    primary.state, primary.reason = "FAILED", f"ECS deployment {primary.id} stopped."
    primary.updated_at = when


def _roll_back(
    service: Service, deployment: ServiceDeployment, context: Context, when: float
) -> None:
    if deployment.status == "ROLLBACK_REQUESTED":
        _mark(service, when)
        rollouts.roll_back(service, deployment, REQUESTED, when, context)


def continue_service_deployment(params: Json, context: Context) -> Json:
    """Messages: developer guide, "Troubleshooting Amazon ECS blue/green deployments"; the code is the only one in
    botocore that fits."""
    service, deployment = _deployment(params["serviceDeploymentArn"], context)
    if not _HOOK.match(params["hookId"]):
        raise _invalid("Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}")
    if not deployment.under_way:
        raise _invalid(
            "Continuing a service deployment is not allowed for service deployment in terminal states."
        )
    waiting = (it for it in deployment.hooks if it.status == "AWAITING_ACTION")
    hook = next((it for it in waiting if it.id == params["hookId"]), None)
    if hook is None or deployment.status != "IN_PROGRESS":
        raise _invalid(
            "Provided hookId is either completed, unavailable, or not associated with the given Resource ARN"
        )
    # HOOK_FAILED is "you called ContinueServiceDeployment with ROLLBACK" (developer guide, "Pause hooks").
    hook.status = "FAILED" if params.get("action") == "ROLLBACK" else "SUCCEEDED"
    now = context.clock.now()
    state_of(context).at(now, service, service.reconcile)
    return {"serviceDeploymentArn": deployment.arn}


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
