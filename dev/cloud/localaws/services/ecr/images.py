"""ECR: images, their tags, and pretended pushes.

Sources: botocore's ecr texts; "Retagging an image" and "Pushing a multi-architecture image" (ECR
user guide).
"""

from __future__ import annotations

import hashlib
import json
from fnmatch import fnmatchcase
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from .repositories import repository_of

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.oci.image.index.v1+json"


def push_image(
    context: Context, repository: str, tag: str, content: str, platforms: list[str]
) -> str:
    """Put a pretended image whose digest derives from `content`: one manifest that runs anywhere,
    or, as buildx pushes it, an index with a manifest for each of `platforms`."""
    if not platforms:
        return _push(context, repository, tag, _manifest(content))
    children = []
    for platform in platforms:
        manifest = _manifest(f"{content} for {platform}")
        system, _, architecture = platform.partition("/")
        children.append(
            {
                "mediaType": _MANIFEST,
                "size": len(json.dumps(manifest)),
                "digest": _push(context, repository, None, manifest),
                "platform": {"os": system, "architecture": architecture},
            }
        )
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": children}
    return _push(context, repository, tag, index)


def _manifest(content: str) -> Params:
    config = hashlib.sha256(f"config:{content}".encode()).hexdigest()
    layer = hashlib.sha256(f"layer:{content}".encode()).hexdigest()
    return {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 1024 + len(content),
            "digest": f"sha256:{config}",
        },
        "layers": [
            {
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "size": 4096 + len(content),
                "digest": f"sha256:{layer}",
            }
        ],
    }


def _push(context: Context, repository: str, tag: str | None, manifest: Params) -> str:
    text = json.dumps(manifest)
    params = {"repositoryName": repository, "imageManifest": text}
    call = Call("ecr", "PutImage", params | ({"imageTag": tag} if tag else {}), context)
    try:
        put_image(call)
    except AwsError as error:
        # The same content under the same tag: a push of nothing, which docker calls a success.
        if error.code != "ImageAlreadyExistsException":
            raise
    return _digest(text)


def _digest(manifest: str) -> str:
    return f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


@on("ecr", "PutImage")
def put_image(call: Call) -> Params:
    """moto gives a manifest without a digest a random one, and deletes the image that a tag is taken
    from; on AWS it stays, without the tag. Another tag does not make an image younger
    (aws/containers-roadmap#2746)."""
    repository = repository_of(call)
    params = call.params
    manifest = params["imageManifest"]
    digest = _digest(manifest)
    _check_manifest(call, repository, manifest, digest)
    tag = params.get("imageTag")
    holder = next((it for it in repository.images if tag and tag in it.image_tags), None)
    if holder is not None and holder.get_image_digest() != digest:
        if repository.image_tag_mutability in ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"):
            _refuse_moved_tag(repository, tag)
        untag(holder, tag)
    known = next((it for it in repository.images if it.get_image_digest() == digest), None)
    if known is not None and not tag:
        raise AwsError(
            "ImageAlreadyExistsException",
            f"Image with digest '{digest}' already exists in the '{repository.name}' repository",
        )
    params["imageDigest"] = digest
    result = call.moto()
    if known is None:
        repository.images[-1].image_pushed_at = int(call.context.clock.now())
    return result


def _check_manifest(call: Call, repository: Any, text: str, digest: str) -> None:
    try:
        manifest = json.loads(text)
    except ValueError:
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
        ) from None
    if call.params.get("imageDigest") not in (None, digest):
        raise AwsError(
            "ImageDigestDoesNotMatchException",
            "The specified image digest does not match the digest that Amazon ECR calculated for the "
            "image.",
        )
    known = {it.get_image_digest() for it in repository.images}
    if any(child["digest"] not in known for child in manifest.get("manifests", [])):
        raise AwsError(
            "ReferencedImagesNotFoundException",
            "The manifest list is referencing an image that does not exist.",
        )


def untag(image: Any, tag: str) -> None:
    image.remove_tag(tag)
    if not image.image_tags:
        image.image_tag = None


def children(image: Any) -> dict[str, str]:
    """Digest -> platform of the manifests that an index names; none of a plain manifest."""
    named = json.loads(image.image_manifest).get("manifests", [])
    told = {}
    for child in named:
        platform = child.get("platform") or {}
        told[child["digest"]] = f"{platform.get('os')}/{platform.get('architecture')}"
    return told


def _refuse_moved_tag(repository: Any, tag: str) -> None:
    filters = getattr(repository, "image_tag_mutability_exclusion_filters", None) or []
    if repository.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION" and any(
        fnmatchcase(tag, entry.get("filter", "")) for entry in filters
    ):
        return
    raise AwsError(
        "ImageTagAlreadyExistsException",
        f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
        "cannot be overwritten because the tag is immutable.",
    )


@on("ecr", "DescribeImages")
def describe_images(call: Call) -> Params:
    """Of another account's registry only what a repository's policy lets others see (user guide, "Private repository
    policies"): here no account has one."""
    registry = call.params.get("registryId", call.context.account)
    if registry != call.context.account:
        name = call.params["repositoryName"]
        raise AwsError(
            "AccessDeniedException",
            f"User: {call.context.principal} is not authorized to perform: ecr:DescribeImages on resource: "
            f"arn:aws:ecr:{call.context.region}:{registry}:repository/{name} because no resource-based policy allows the "
            "ecr:DescribeImages action",
        )
    return call.moto()


@on("ecr", "BatchDeleteImage")
def batch_delete_image(call: Call) -> Params:
    """What an index still names cannot go (botocore, ImageFailureCode)."""
    repository = repository_of(call)
    named = {digest for image in repository.images for digest in children(image)}
    held, free = [], []
    for wanted in call.params["imageIds"]:
        (held if wanted.get("imageDigest") in named else free).append(wanted)
    result: Params = {"imageIds": [], "failures": []}
    if free:
        result = call.moto(params=call.params | {"imageIds": free})
    for wanted in held:
        failure = {
            "imageId": wanted,
            "failureCode": "ImageReferencedByManifestList",
            "failureReason": "Requested image referenced by manifest list",
        }
        result["failures"].append(failure)
    return result
