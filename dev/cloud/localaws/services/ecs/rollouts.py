"""Deployments from begin to end: started, superseded, completed, failed, rolled back."""

from __future__ import annotations

import copy
from functools import partial

from localaws.context import Context

from . import deployment_alarms, events, images, names, strategies, traffic
from .causes import NO_CANDIDATE, SUPERSEDED, Cause
from .model import Json, Revision, Rollout, Service, ServiceDeployment
from .store import State, state_of
from .times import seconds


def start(service: Service, config: Json, when: float, context: Context) -> None:
    """A new revision becomes PRIMARY; whatever was under way is stopped: `STOP_REQUESTED` when "a user starts a new
    service deployment", then `STOPPED` (developer guide, "Service deployment states")."""
    state = state_of(context)
    revision = _new_revision(state, service, config, when, context)
    sources = [r.revision for r in service.rollouts if service.living(r)]
    if service.deployments:
        request_stop(service, service.current, SUPERSEDED, when, context)
    for rollout in service.rollouts:
        rollout.status = "ACTIVE"
    service.rollouts.insert(0, _new_rollout(revision, when))
    service.revisions.append(revision)
    service.config = copy.deepcopy(config)
    service.steady = False
    owner = f"{service.cluster.name}/{service.name}"
    deployment = ServiceDeployment(
        arn=state.arn(f"service-deployment/{owner}/{names.deployment_name()}"),
        target=revision,
        sources=sources,
        configuration=copy.deepcopy(service.settings["deploymentConfiguration"]),
        created_at=when,
        visible_at=when + seconds(context, "deployment_visible"),
        updated_at=when,
    )
    if strategies.shifts(deployment):
        # The last revision that worked has the traffic, or the newest of those that never did.
        deployment.blue = next((r for r in reversed(sources) if r.completed), None) or (
            sources[0] if sources else None
        )
        deployment.path = strategies.path(deployment)
        revision.alternate = traffic.alternates(revision, deployment.blue)
    service.deployments.append(deployment)
    prune(service)
    state.at(
        when + seconds(context, "deployment_start"), service, partial(_begin, service, deployment)
    )


def _new_revision(
    state: State, service: Service, config: Json, when: float, context: Context
) -> Revision:
    number = names.revision_number()
    revision = Revision(
        number=number,
        arn=state.arn(f"service-revision/{service.cluster.name}/{service.name}/{number}"),
        config=copy.deepcopy(config),
        created_at=when,
    )
    definition = state.find_definition(config["taskDefinition"])
    for container in definition.containers if definition else []:
        image = images.look_up(container["image"], context)
        if image.digest and container.get("versionConsistency") != "disabled":
            revision.digests[container["name"]] = image.digest
    return revision


def _new_rollout(revision: Revision, when: float) -> Rollout:
    rollout = Rollout(revision, "PRIMARY", created_at=when, updated_at=when)
    rollout.reason = f"ECS deployment {rollout.id} in progress."
    return rollout


def _begin(service: Service, deployment: ServiceDeployment, context: Context, when: float) -> None:
    if deployment.status != "PENDING":
        return
    deployment.status = "IN_PROGRESS"
    deployment.started_at = deployment.updated_at = when
    deployment_alarms.begin(deployment, context)
    if deployment.alarms_status == "MONITORING":
        _watch_alarms(service, deployment, context, when)
    service.reconcile(context, when)


def _watch_alarms(
    service: Service, deployment: ServiceDeployment, context: Context, when: float
) -> None:
    if not deployment_alarms.watched(deployment):
        return
    if deployment_alarms.look(deployment, context):
        rollback = bool(deployment.configuration["alarms"]["rollback"])
        fail(service, deployment, deployment_alarms.CAUSE, rollback, when, context)
        return
    look = partial(_watch_alarms, service, deployment)
    state_of(context).again(when, seconds(context, "alarm_look"), service, look)


def request_stop(
    service: Service, deployment: ServiceDeployment, reason: str, when: float, context: Context
) -> None:
    if not deployment.under_way:
        return
    deployment.status, deployment.reason, deployment.updated_at = "STOP_REQUESTED", reason, when
    stopped = when + seconds(context, "deployment_stop")
    state_of(context).at(stopped, service, partial(_stopped, deployment))


def _stopped(deployment: ServiceDeployment, context: Context, when: float) -> None:
    if deployment.status == "STOP_REQUESTED":
        end(deployment, "STOPPED", None, when)


def end(deployment: ServiceDeployment, status: str, reason: str | None, when: float) -> None:
    if not deployment.under_way:
        return
    deployment.status = status
    deployment.reason = reason or deployment.reason
    deployment.finished_at = deployment.updated_at = when
    if status == "STOPPED":
        deployment.stopped_at = when
    if deployment.breaker_status == "MONITORING":
        deployment.breaker_status = "MONITORING_COMPLETE"
    deployment_alarms.end(deployment)


def complete(service: Service, when: float) -> None:
    """After a rollback the old revision is PRIMARY and COMPLETED: this is why "stable" lies (aws.md
    5.2)."""
    primary = service.primary
    primary.state, primary.reason = "COMPLETED", f"ECS deployment {primary.id} completed."
    primary.updated_at = when
    primary.revision.completed = True
    # The newest completed revision is the candidate of the next rollback.
    service.revisions.remove(primary.revision)
    service.revisions.append(primary.revision)
    events.completed(service, when, primary)
    if service.current.status == "ROLLBACK_IN_PROGRESS":
        end(service.current, "ROLLBACK_SUCCESSFUL", None, when)
    else:
        end(service.current, "SUCCESSFUL", None, when)
    prune(service)


def fail(
    service: Service,
    deployment: ServiceDeployment,
    cause: Cause,
    rollback: bool,
    when: float,
    context: Context,
) -> None:
    primary = service.primary
    primary.state, primary.reason = "FAILED", cause.rollout
    primary.updated_at = when
    if cause.event:
        events.failed(service, when, primary, cause.event)
    if rollback:
        roll_back(service, deployment, cause, when, context)
    else:
        request_stop(service, deployment, cause.stopped, when, context)


def roll_back(
    service: Service, deployment: ServiceDeployment, cause: Cause, when: float, context: Context
) -> None:
    """To the last revision that completed. Without one AWS ends in ROLLBACK_FAILED (AWS docs on
    action logs: SERVICE_DEPLOYMENT_ROLLBACK_FAILED; Terraform's acceptance test of a failing first
    deployment)."""
    reason = cause.rolled_back
    candidate = next(
        (r for r in reversed(service.revisions) if r.completed and r is not deployment.target), None
    )
    deployment.rollback = {"reason": reason, "startedAt": when}
    if candidate is None:
        end(deployment, "ROLLBACK_FAILED", NO_CANDIDATE, when)
        return
    deployment.status = "ROLLBACK_IN_PROGRESS"
    deployment.reason = reason
    deployment.updated_at = when
    deployment.rollback["serviceRevisionArn"] = candidate.arn
    if strategies.shifts(deployment):
        deployment.path, deployment.place = strategies.way_back(deployment), -1
    for rollout in service.rollouts:
        rollout.status = "ACTIVE"
    target = next((r for r in service.rollouts if r.revision is candidate), None)
    if target is None:
        target = _new_rollout(candidate, when)
    else:
        service.rollouts.remove(target)
    service.rollouts.insert(0, target)
    target.status, target.state = "PRIMARY", "IN_PROGRESS"
    target.settling = False
    target.failed_tasks, target.hold_until = 0, 0.0
    target.created_at = target.updated_at = when
    target.reason = f"ECS deployment {target.id} in progress."
    if cause.rolling_back:
        target.reason = f"{cause.rolling_back} {target.id}."
    service.config = copy.deepcopy(candidate.config)
    service.steady = False
    events.rolling_back(service, when, target)
    service.reconcile(context, when)


def fail_rollback(
    deployment: ServiceDeployment, rollout: Rollout, state_reason: str, reason: str, when: float
) -> None:
    rollout.state, rollout.reason = "FAILED", state_reason
    end(deployment, "ROLLBACK_FAILED", reason, when)


def prune(service: Service) -> None:
    """A replaced deployment leaves the `deployments` view with its last task."""
    service.rollouts = [
        r
        for r in service.rollouts
        if r.status == "PRIMARY"
        or any(t.revision is r.revision and t.last_status != "STOPPED" for t in service.tasks)
    ]
