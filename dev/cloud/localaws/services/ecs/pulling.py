"""Why an image cannot be pulled, in the words of Fargate's agent.

Sources: aws/containers-roadmap#2687 (not found); transcripts of "image Manifest does not contain descriptor matching
platform", such as AWS re:Post; ActionIQ/terraform-aws-retool-ecs-fargate#20 and transcripts of `GetAuthorizationToken`
without a route; ECS developer guide, "CannotPullContainer task errors" (rate limit, access).
"""

from __future__ import annotations

from localaws.context import Context

from .assumed import words
from .images import Image, registry_of
from .model import Json, Task

_CANNOT = "CannotPullContainerError: pull image manifest has been retried"
_AUTH = "ResourceInitializationError: unable to pull secrets or registry auth:"
_LIMIT = (
    "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase "
    "the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit"
)


def problem(task: Task, container: Json, image: Image, context: Context) -> str | None:
    reference, run = str(container["image"]), image.behaviour["run"]
    if run == "no_route":
        return _no_route(reference, context)
    if run == "denied":
        return _denied(task, reference, context)
    if run == "rate_limited":
        host, name, tag = _parts(reference)
        at = f"https://{host}/v2/{name}/manifests/{tag}"
        return f"{_CANNOT} 5 time(s): httpReaderSeeker: failed open: unexpected status code {at}: {_LIMIT}"
    if not image.found or run == "missing":
        return f"{_CANNOT} 1 time(s): failed to resolve ref {reference}: {reference}: not found"
    platform = _platform(task)
    other = image.platforms and platform not in image.platforms
    if other or run == "other_processor":
        return f"{_CANNOT} 7 time(s): image Manifest does not contain descriptor matching platform '{platform}'"
    return None


def _no_route(reference: str, context: Context) -> str:
    region = registry_of(reference)
    if region is not None:
        return (
            f"{_AUTH} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task "
            "and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, "
            "exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send "
            f'failed, Post "https://api.ecr.{region}.amazonaws.com/": dial tcp 13.53.180.123:443: i/o timeout'
        )
    host, name, tag = _parts(reference)
    return (
        f"{_CANNOT} 5 time(s): failed to resolve ref {_full(reference)}: failed to do request: Head "
        f'"https://{host}/v2/{name}/manifests/{tag}": dial tcp 34.205.13.154:443: i/o timeout'
    )


def _denied(task: Task, reference: str, context: Context) -> str:
    if registry_of(reference) is None:
        return (
            f"{_CANNOT} 1 time(s): failed to resolve ref {_full(reference)}: pull access denied, repository does not "
            "exist or may require authorization: server message: insufficient_scope: authorization failed"
        )
    role = str(task.definition.body.get("executionRoleArn", ""))
    refused = words(role, task.id, "ecr:GetAuthorizationToken", "*")
    return (
        f"{_AUTH} execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been "
        f"retried 1 time(s): AccessDeniedException: {refused}"
    )


def _full(reference: str) -> str:
    host, name, tag = _parts(reference)
    host = "docker.io" if host == "registry-1.docker.io" else host
    return f"{host}/{name}:{tag}"


def _parts(reference: str) -> tuple[str, str, str]:
    """Host, repository, tag, as Docker fills them in."""
    first, _, rest = reference.partition("/")
    known = bool(rest) and ("." in first or ":" in first)
    host, path = (first, rest) if known else ("registry-1.docker.io", reference)
    name, _, tag = path.partition(":")
    if host == "registry-1.docker.io" and "/" not in name:
        name = f"library/{name}"
    return host, name, tag or "latest"


def _platform(task: Task) -> str:
    asked = task.definition.body.get("runtimePlatform") or {}
    return "linux/arm64" if asked.get("cpuArchitecture") == "ARM64" else "linux/amd64"
