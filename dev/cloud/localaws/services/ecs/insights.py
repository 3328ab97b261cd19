"""Container Insights: what AWS itself writes of a cluster's tasks, into a log group that it makes."""

from __future__ import annotations

from moto.logs.models import logs_backends

from localaws.context import Context

from .model import Task


def record(task: Task, context: Context) -> None:
    """The group comes with the first task, has no tags, and outlives the cluster; one that is there
    already is used (aws/containers-roadmap#2315)."""
    cluster = task.service.cluster
    levels = [s["value"] for s in cluster.settings if s["name"] == "containerInsights"]
    if levels not in (["enabled"], ["enhanced"]):
        return
    backend = logs_backends[context.account][context.region]
    group = f"/aws/ecs/containerinsights/{cluster.name}/performance"
    if group not in backend.groups:
        backend.create_log_group(group, {})
