"""What an image does when it runs, and whether it can be pulled at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from moto.ecr.models import ecr_backends

from localaws.context import Context
from localaws.services.ecr import images, policies

from .behaviours import behaviours
from .model import Json, Task

# The hosts of a registry in all partitions, with FIPS and dual-stack ones (the pattern of Kubernetes'
# ecr-credential-provider, and the sovereign cloud's).
_ECR = re.compile(
    r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)"
    r"|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)/(.+)\Z"
)


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


def registry_of(reference: str) -> str | None:
    """The region of an image in ECR; none for one that is elsewhere."""
    match = _ECR.match(reference)
    return match and match.group(2)
