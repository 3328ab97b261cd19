"""What an image does when it runs, and whether it can be pulled at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from moto.ecr.models import ecr_backends

from localaws.context import AwsError, Context
from localaws.services.ecr import images, policies

from .model import Json, Task

# The hosts of a registry in all partitions, with FIPS and dual-stack ones (the pattern of Kubernetes'
# ecr-credential-provider, and the sovereign cloud's).
_ECR = re.compile(
    r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)"
    r"|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)/(.+)\Z"
)
RUNS = ("well", "exit", "unhealthy", "missing", "slow")


@dataclass
class Behaviours:
    """Kept apart from the accounts' state: a test sets them before it knows the account's
    clusters."""

    known: list[tuple[str, Json]] = field(default_factory=list)

    def put(self, image: str, behaviour: Json) -> None:
        if behaviour.get("run") not in RUNS:
            raise AwsError("ValidationError", f"behaviour.run must be one of {', '.join(RUNS)}")
        self.known = [(i, b) for i, b in self.known if i != image] + [(image, behaviour)]

    def drop(self, image: str | None) -> None:
        self.known = [(i, b) for i, b in self.known if image is not None and i != image]

    def of(self, names: list[str]) -> Json:
        """An exact name wins over a substring, a later setting over an earlier one."""
        for image, behaviour in reversed(self.known):
            if image in names:
                return behaviour
        for image, behaviour in reversed(self.known):
            if any(image in name for name in names):
                return behaviour
        return {"run": "well"}


behaviours = Behaviours()


@dataclass
class Image:
    """One reference, looked up: everything it is called, and its digest if the registry is ours."""

    reference: str
    names: list[str]
    digest: str | None
    found: bool
    # Those that an index names; empty if it runs anywhere.
    platforms: tuple[str, ...] = ()

    @property
    def behaviour(self) -> Json:
        return behaviours.of(self.names)


def look_up(reference: str, context: Context, digest: str | None = None) -> Image:
    """Foreign images always exist. `digest`: what the tag meant when the deployment began, since a
    moved tag is not picked up within a deployment (botocore:
    ContainerDefinition.versionConsistency)."""
    match = _ECR.match(reference)
    if match is None:
        return Image(reference, [reference], None, True)
    account, region, path = match.groups()
    repository, tag, wanted = _split(path)
    policies.carry_out(account, region, context.clock.now())
    image = _ecr_image(account, region, repository, tag, digest or wanted)
    if image is None:
        return Image(reference, [reference, path], None, False)
    host = reference.partition("/")[0]
    short = [f"{repository}:{t}" for t in image.image_tags] + [f"{repository}@{image.image_digest}"]
    if tag:
        short.append(f"{repository}:{tag}")
    names = [reference, path, *short, *(f"{host}/{name}" for name in short)]
    platforms = tuple(images.children(image).values())
    return Image(reference, names, str(image.image_digest), True, platforms)


def of_container(task: Task, container: Json, context: Context) -> Image:
    return look_up(container["image"], context, task.revision.digests.get(container["name"]))


def _split(path: str) -> tuple[str, str | None, str | None]:
    path, _, digest = path.partition("@")
    repository, _, tag = path.partition(":")
    return repository, tag or (None if digest else "latest"), digest or None


def _ecr_image(
    account: str, region: str, repository: str, tag: str | None, digest: str | None
) -> Any:
    known = ecr_backends[account][region].repositories.get(repository)
    if known is None:
        return None
    for image in known.images:
        if image.image_digest == digest if digest else tag in image.image_tags:
            return image
    return None


def pull_error(task: Task, container: Json, image: Image) -> str | None:
    """Why the image cannot be pulled. Wording: aws/containers-roadmap#2687; of the platform: many
    transcripts, such as AWS re:Post "CannotPullContainerError … matching platform"."""
    reference = container["image"]
    if not image.found or image.behaviour["run"] == "missing":
        return (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
            f"failed to resolve ref {reference}: {reference}: not found"
        )
    platform = _platform(task)
    if image.platforms and platform not in image.platforms:
        return (
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): "
            f"image Manifest does not contain descriptor matching platform '{platform}'"
        )
    return None


def cut_off(container: Json) -> str:
    """Without a way to the registry (ECS developer guide, "CannotPullContainer task errors"). Endpoints of the VPC
    are not modelled."""
    reference = container["image"]
    host = reference.partition("/")[0]
    return (
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): "
        f'failed to resolve ref {reference}: failed to do request: Head "https://{host}/": dial tcp: i/o timeout'
    )


def _platform(task: Task) -> str:
    asked = task.definition.body.get("runtimePlatform") or {}
    return "linux/arm64" if asked.get("cpuArchitecture") == "ARM64" else "linux/amd64"
