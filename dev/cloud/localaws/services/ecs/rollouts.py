"""Deployments from begin to end: started, superseded, completed, failed, rolled back."""

from __future__ import annotations

import copy
from functools import partial

from localaws.context import Context

from . import events, images, names
from .model import Json, Revision, Rollout, Service, ServiceDeployment
from .store import State, state_of
from .times import seconds

# Wording from Terraform's acceptance tests (ecs/service_test.go) and from transcripts.
BREAKER_ROLLED_BACK = (
    "Service deployment rolled back because the circuit breaker threshold was exceeded."
)
NO_CANDIDATE = "No rollback candidate was found to run the rollback."
# Wording from memory; what is certain is that the status is STOPPED.
BREAKER_STOPPED = "Service deployment stopped because the circuit breaker threshold was exceeded."
SUPERSEDED = "Service deployment stopped because a newer service deployment was started."
DELETED = "Service deployment stopped because the service was deleted."
REQUESTED = "Service deployment rolled back because of a user request."
ABORTED = "Service deployment stopped because of a user request."
ROLLBACK_BROKE = "The rollback failed because the circuit breaker threshold was exceeded."


def start(service: Service, config: Json, when: float, context: Context) -> None:
    """A new revision becomes PRIMARY; whatever was under way is STOPPED (aws.md 5.3)."""
    state = state_of(context)
    revision = _new_revision(state, service, config, when, context)
    sources = [r.revision for r in service.rollouts if service.living(r)]
    if service.deployments:
        end(service.current, "STOPPED", SUPERSEDED, when)
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
    if deployment.status == "PENDING":
        deployment.status = "IN_PROGRESS"
        deployment.started_at = deployment.updated_at = when
        service.reconcile(context, when)


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


def trip(
    service: Service, deployment: ServiceDeployment, rollback: bool, when: float, context: Context
) -> None:
    primary = service.primary
    primary.state = "FAILED"
    primary.reason = "ECS deployment circuit breaker: tasks failed to start."
    primary.updated_at = when
    events.failed(service, when, primary)
    if not rollback:
        end(deployment, "STOPPED", BREAKER_STOPPED, when)
        return
    roll_back(service, deployment, BREAKER_ROLLED_BACK, when, context)


def roll_back(
    service: Service, deployment: ServiceDeployment, reason: str, when: float, context: Context
) -> None:
    """To the last revision that completed. Without one AWS ends in ROLLBACK_FAILED (AWS docs on
    action logs: SERVICE_DEPLOYMENT_ROLLBACK_FAILED; Terraform's acceptance test of a failing first
    deployment)."""
    candidate = next(
        (r for r in reversed(service.revisions) if r.completed and r is not deployment.target), None
    )
    if candidate is None:
        deployment.rollback = {"reason": reason, "startedAt": when}
        end(deployment, "ROLLBACK_FAILED", NO_CANDIDATE, when)
        return
    deployment.status = "ROLLBACK_IN_PROGRESS"
    deployment.reason = reason
    deployment.updated_at = when
    deployment.rollback = {"reason": reason, "startedAt": when, "serviceRevisionArn": candidate.arn}
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
    if reason == BREAKER_ROLLED_BACK:
        target.reason = f"ECS deployment circuit breaker: rolling back to deploymentId {target.id}."
    service.config = copy.deepcopy(candidate.config)
    service.steady = False
    events.rolling_back(service, when, target)
    service.reconcile(context, when)


def fail_rollback(deployment: ServiceDeployment, rollout: Rollout, when: float) -> None:
    rollout.state = "FAILED"
    rollout.reason = "ECS deployment circuit breaker: tasks failed to start."
    end(deployment, "ROLLBACK_FAILED", ROLLBACK_BROKE, when)


def prune(service: Service) -> None:
    """A replaced deployment leaves the `deployments` view with its last task."""
    service.rollouts = [
        r
        for r in service.rollouts
        if r.status == "PRIMARY"
        or any(t.revision is r.revision and t.last_status != "STOPPED" for t in service.tasks)
    ]
