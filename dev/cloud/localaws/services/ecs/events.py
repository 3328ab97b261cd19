"""Service events, in AWS's wording.

Sources: AWS docs "service-event-messages-list" and transcripts of `describe-services` in public
incident reports; see each function.
"""

from __future__ import annotations

import uuid

from .model import Rollout, Service, Task

KEPT = 100


def say(service: Service, when: float, text: str) -> None:
    """Newest first, the last 100 (aws.md 4.3)."""
    service.events.insert(
        0,
        {"id": str(uuid.uuid4()), "createdAt": when, "message": f"(service {service.name}) {text}"},
    )
    del service.events[KEPT:]


def started(service: Service, when: float, tasks: list[Task]) -> None:
    say(service, when, f"has started {len(tasks)} tasks: {_listed(tasks)}.")


def stopped_running(service: Service, when: float, tasks: list[Task]) -> None:
    say(service, when, f"has stopped {len(tasks)} running tasks: {_listed(tasks)}.")


def stopped_pending(service: Service, when: float, count: int) -> None:
    say(service, when, f"stopped {count} pending tasks.")


def registered(service: Service, when: float, group: str) -> None:
    say(service, when, f"registered 1 targets in (target-group {group})")


def deregistered(service: Service, when: float, group: str) -> None:
    say(service, when, f"deregistered 1 targets in (target-group {group})")


def draining(service: Service, when: float) -> None:
    say(service, when, "has begun draining connections on 1 tasks.")


def target_unhealthy(task: Task, when: float, port: int, group: str, reason: str) -> None:
    """Since 2025 the event names the task as well (transcripts of describe-services)."""
    text = f"(task {task.id}) (port {port}) is unhealthy in (target-group {group}) due to (reason {reason})."
    say(task.service, when, text)


def container_unhealthy(task: Task, when: float) -> None:
    """AWS docs: repost "ecs-troubleshoot-deployment-failures"."""
    say(task.service, when, f"(task {task.id}) failed container health checks.")


def launch_failed(service: Service, when: float, error: str) -> None:
    say(service, when, f"failed to launch a task with (error {error}).")


def not_placed(service: Service, when: float, reason: str) -> None:
    """AWS docs, "service event messages", with the end that transcripts show."""
    text = (
        f"was unable to place a task. Reason: {reason.rstrip('.')}. For more information, see the Troubleshooting section of the "
        "Amazon ECS Developer Guide."
    )
    say(service, when, text)


def inconsistent(service: Service, when: float) -> None:
    text = (
        "is unable to consistently start tasks successfully. For more information, see the Troubleshooting "
        "section of the Amazon ECS Developer Guide."
    )
    say(service, when, text)


def no_instances(service: Service, when: float) -> None:
    text = (
        "was unable to place a task because no container instance met all of its requirements. "
        "Reason: No Container Instances were found in your cluster. For more information, see the "
        "Troubleshooting section of the Amazon ECS Developer Guide."
    )
    say(service, when, text)


def completed(service: Service, when: float, rollout: Rollout) -> None:
    say(service, when, f"(deployment {rollout.id}) deployment completed.")


def failed(service: Service, when: float, rollout: Rollout, why: str) -> None:
    say(service, when, f"(deployment {rollout.id}) deployment failed: {why}")


def rolling_back(service: Service, when: float, rollout: Rollout) -> None:
    say(service, when, f"rolling back to deployment {rollout.id}.")


def steady(service: Service, when: float) -> None:
    say(service, when, "has reached a steady state.")


def _listed(tasks: list[Task]) -> str:
    return " ".join(f"(task {t.id})" for t in tasks)
