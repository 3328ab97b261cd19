"""Why deployments end, in AWS's words where they are public, and in ours where not.

Public: Terraform's acceptance tests (ecs/service_test.go) and transcripts of `describe-services` for the circuit breaker;
transcripts of deployments that an alarm ended for "one or more active alarms" and "alarm detected."; the developer guide's
"Troubleshooting Amazon ECS blue/green deployments" for networks and hooks; a transcript of a service's events for "deployment
failed: " followed by the whole reason.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_CANDIDATE = "No rollback candidate was found to run the rollback."
# Ours; what is certain is that the status is STOPPED.
SUPERSEDED = "Service deployment stopped because a newer service deployment was started."
DELETED = "Service deployment stopped because the service was deleted."
# Ours; what is certain are the statuses.
ABORTED = "Service deployment stopped because of a user request."
ROLLBACK_BROKE = "The rollback failed because the circuit breaker threshold was exceeded."

NETWORKING = "Service deployment rolled back because of invalid networking configuration"


@dataclass(frozen=True)
class Cause:
    """`event` follows "deployment failed: "; none for what somebody wanted."""

    rolled_back: str
    event: str | None = None
    # Ours, but for the circuit breaker's.
    rollout: str = ""
    # The rolloutStateReason of the deployment to which the service goes back.
    rolling_back: str = ""

    @property
    def stopped(self) -> str:
        """The wording is ours; what is certain is that the status is STOPPED."""
        return self.rolled_back.replace("rolled back", "stopped")


BREAKER = Cause(
    "Service deployment rolled back because the circuit breaker threshold was exceeded.",
    "tasks failed to start.",
    "ECS deployment circuit breaker: tasks failed to start.",
    "ECS deployment circuit breaker: rolling back to deploymentId",
)
ALARM = Cause(
    "Service deployment rolled back because of one or more active alarms.",
    "alarm detected.",
    "ECS deployment failed: alarm detected.",
)
# The wording is ours.
REQUESTED = Cause("Service deployment rolled back because of a user request.")


def networking(detail: str) -> Cause:
    """`detail` begins with its own colon or full stop, of which AWS uses both."""
    return _whole(f"{NETWORKING}{detail}")


def hooks_failed(stage: str, detail: str) -> Cause:
    return _whole(
        f"Service deployment rolled back because {stage} lifecycle hook(s) failed. {detail}".strip()
    )


def pause_timed_out(stage: str) -> Cause:
    return _whole(f"Service deployment rolled back because {stage} pause hook timed out.")


def stage_timed_out(stage: str) -> Cause:
    """The wording is ours; that it happens is in the developer guide ("blue/green service deployments workflow")."""
    return _whole(f"Service deployment rolled back because the {stage} stage timed out.")


def _whole(reason: str) -> Cause:
    return Cause(reason, reason, f"ECS deployment failed: {reason}")
