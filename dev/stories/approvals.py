"""Deployments that wait for a person, and the person."""

from __future__ import annotations

from typing import Any, NamedTuple

from account import Cloud


class Pause(NamedTuple):
    deployment: str
    hook: str


def pause(cloud: Cloud) -> Pause | None:
    """What waits for somebody in the account, if anything does."""
    ecs = cloud.client("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        for service in ecs.list_services(cluster=cluster)["serviceArns"]:
            listed = ecs.list_service_deployments(cluster=cluster, service=service, status=["IN_PROGRESS"])
            arns = [it["serviceDeploymentArn"] for it in listed["serviceDeployments"]]
            found: dict[str, Any] = ecs.describe_service_deployments(serviceDeploymentArns=arns) if arns else {}
            for it in found.get("serviceDeployments", []):
                for hook in it.get("lifecycleHookDetails", []):
                    if hook["status"] == "AWAITING_ACTION":
                        return Pause(it["serviceDeploymentArn"], hook["hookId"])
    return None


def answer(cloud: Cloud, waiting: Pause, action: str = "CONTINUE") -> None:
    """Lets it go on, or with `ROLLBACK` back."""
    cloud.client("ecs").continue_service_deployment(
        serviceDeploymentArn=waiting.deployment, hookId=waiting.hook, action=action
    )
