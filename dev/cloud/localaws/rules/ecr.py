"""ECR: repositories, lifecycle policies and pretended images.

Sources: botocore's ecr texts, "Lifecycle policy properties" (ECR user guide), aws.md 6.
"""

from __future__ import annotations

import hashlib
import json
from fnmatch import fnmatchcase
from typing import Any

from moto.ecr.models import ecr_backends

from ..context import AwsError, Context
from . import Call, Params, kms, lists, on

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_RULE_KEYS = {"rulePriority", "description", "selection", "action"}
_SELECTION_KEYS = {
    "tagStatus", "tagPrefixList", "tagPatternList", "countType", "countUnit", "countNumber", "storageClass",
}  # fmt: skip
_COUNT_TYPES = (
    "imageCountMoreThan",
    "sinceImagePushed",
    "sinceImagePulled",
    "sinceImageTransitioned",
)
RULES_PER_POLICY = 50


def backend(context: Context) -> Any:
    return ecr_backends[context.account][context.region]


def encryption(context: Context, repository: str) -> dict[str, str] | None:
    """How a repository's images are encrypted; None if there is no such repository."""
    found = backend(context).repositories.get(repository)
    return found.encryption_configuration if found else None


def push_image(context: Context, repository: str, tag: str, content: str) -> str:
    """Put a pretended image: a valid manifest whose digests derive from `content`."""
    config = hashlib.sha256(f"config:{content}".encode()).hexdigest()
    layer = hashlib.sha256(f"layer:{content}".encode()).hexdigest()
    manifest = {
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
    call = Call(
        "ecr",
        "PutImage",
        {"repositoryName": repository, "imageTag": tag, "imageManifest": json.dumps(manifest)},
        context,
    )
    try:
        result = put_image(call)
    except AwsError as error:
        if error.code != "ImageAlreadyExistsException":
            raise
        # the same content under the same tag: a push of nothing, which docker calls a success
        return f"sha256:{hashlib.sha256(call.params['imageManifest'].encode()).hexdigest()}"
    return str(result["image"]["imageId"]["imageDigest"])


@on("ecr", "PutImage")
def put_image(call: Call) -> Params:
    """moto gives a manifest without a digest a random one; AWS derives it from the bytes."""
    repository = _repository(call)
    params = call.params
    manifest = params["imageManifest"]
    try:
        json.loads(manifest)
    except ValueError:
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
        ) from None
    digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    tag = params.get("imageTag")
    if tag and repository.image_tag_mutability in ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"):
        _refuse_moved_tag(call, repository, tag, digest)
    params.setdefault("imageDigest", digest)
    return call.moto()


def _refuse_moved_tag(call: Call, repository: Any, tag: str, digest: str) -> None:
    filters = getattr(repository, "image_tag_mutability_exclusion_filters", None) or []
    if repository.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION" and any(
        _matches(entry.get("filter", ""), tag) for entry in filters
    ):
        return
    for image in repository.images:
        if tag in image.image_tags and image.get_image_digest() != digest:
            raise AwsError(
                "ImageTagAlreadyExistsException",
                f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
                "cannot be overwritten because the tag is immutable.",
            )


def _matches(pattern: str, tag: str) -> bool:
    return fnmatchcase(tag, pattern)


def _repository(call: Call) -> Any:
    name = call.params["repositoryName"]
    found = backend(call.context).repositories.get(name)
    if found is None:
        raise AwsError(
            "RepositoryNotFoundException",
            f"The repository with name '{name}' does not exist in the registry with id "
            f"'{call.context.account}'",
        )
    return found


@on("ecr", "PutImageScanningConfiguration")
def put_image_scanning_configuration(call: Call) -> Params:
    """Whether to scan is false if it is not said (botocore); moto keeps what was."""
    call.params["imageScanningConfiguration"].setdefault("scanOnPush", False)
    return call.moto()


@on("ecr", "CreateRepository")
def create_repository(call: Call) -> Params:
    call.params.setdefault("imageScanningConfiguration", {}).setdefault("scanOnPush", False)
    _check_exclusions(call)
    _check_key(call)
    return call.moto()


def _check_key(call: Call) -> None:
    """ECR makes its grants while it makes the repository ("Encryption at rest", user guide); what KMS says to that comes
    back as a KmsException with KMS's own code (botocore)."""
    name = (call.params.get("encryptionConfiguration") or {}).get("kmsKey")
    if not name:
        return
    key = kms.find(name, call.context.account, call.context.region)
    if key is None or not kms.is_usable(key):
        told = "NotFoundException" if key is None else "DisabledException"
        raise AwsError(
            "KmsException",
            f"The key '{name}' cannot be used: {told}",
            extra={"kmsError": told},
        )


@on("ecr", "PutImageTagMutability")
def put_image_tag_mutability(call: Call) -> Params:
    _repository(call)
    _check_exclusions(call)
    return call.moto()


def _check_exclusions(call: Call) -> None:
    """The filters belong to the two modes `…_WITH_EXCLUSION`, which need them."""
    mode = call.params.get("imageTagMutability", "MUTABLE")
    filters = call.params.get("imageTagMutabilityExclusionFilters", [])
    if mode.endswith("_WITH_EXCLUSION") != bool(filters):
        raise AwsError(
            "InvalidParameterException",
            f"Invalid parameter at 'imageTagMutabilityExclusionFilters' for the mode '{mode}'",
        )


@on("ecr", "DeleteRepository")
def delete_repository(call: Call) -> Params:
    repository = _repository(call)
    if repository.images and not call.params.get("force"):
        raise AwsError(
            "RepositoryNotEmptyException",
            f"The repository with name '{repository.name}' in registry with id "
            f"'{call.context.account}' cannot be deleted because it still contains images",
        )
    return call.moto()


@on("ecr", "PutLifecyclePolicy", "StartLifecyclePolicyPreview")
def put_lifecycle_policy(call: Call) -> Params:
    _repository(call)
    text = call.params.get("lifecyclePolicyText")
    if text is not None:
        check_lifecycle_policy(text)
    return call.moto()


def check_lifecycle_policy(text: str) -> None:
    """The rules of "Lifecycle policy properties"."""
    try:
        rules = json.loads(text)["rules"]
        priorities = [rule["rulePriority"] for rule in rules]
        if not rules or len(rules) > RULES_PER_POLICY:
            raise ValueError(f"a policy has 1 to {RULES_PER_POLICY} rules")
        if len(set(priorities)) != len(priorities):
            raise ValueError("rulePriority must be unique")
        for rule in rules:
            _check_rule(rule)
        last = max(priorities)
        wide = [rule for rule in rules if rule["selection"]["tagStatus"] == "any"]
        if len(wide) > 1 or any(rule["rulePriority"] != last for rule in wide):
            raise ValueError(
                "only one rule may have tagStatus 'any', with the highest rulePriority"
            )
    except (KeyError, TypeError, ValueError) as error:
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
            f"'Lifecycle policy validation failure: {error}'",
        ) from None


def _check_rule(rule: Params) -> None:
    if set(rule) - _RULE_KEYS:
        raise ValueError(f"unknown keys {sorted(set(rule) - _RULE_KEYS)}")
    if not isinstance(rule["rulePriority"], int) or rule["rulePriority"] < 1:
        raise ValueError("rulePriority must be a number of at least 1")
    selection, action = rule["selection"], rule["action"]
    if set(selection) - _SELECTION_KEYS:
        raise ValueError(f"unknown keys {sorted(set(selection) - _SELECTION_KEYS)}")
    if action["type"] not in ("expire", "transition"):
        raise ValueError("action.type must be 'expire' or 'transition'")
    if selection["tagStatus"] not in ("tagged", "untagged", "any"):
        raise ValueError("tagStatus must be 'tagged', 'untagged' or 'any'")
    named = bool(selection.get("tagPrefixList")) + bool(selection.get("tagPatternList"))
    if (selection["tagStatus"] == "tagged") != (named == 1):
        raise ValueError("tagPrefixList or tagPatternList goes with tagStatus 'tagged'")
    kind, count = selection["countType"], selection["countNumber"]
    if kind not in _COUNT_TYPES:
        raise ValueError(f"countType '{kind}' is not known")
    if not isinstance(count, int) or count < 1:
        raise ValueError("countNumber must be a number of at least 1")
    if (kind != "imageCountMoreThan") != (selection.get("countUnit") == "days"):
        raise ValueError("countUnit 'days' goes with the types 'since…', and only with them")


@on("ecr", "GetAuthorizationToken")
def get_authorization_token(call: Call) -> Params:
    """Good for twelve hours (botocore); moto's ended in 2015."""
    result = call.moto()
    for item in result["authorizationData"]:
        item["expiresAt"] = call.context.clock.now() + 12 * 3600
    return result


@lists
def objects(context: Context) -> list[Params]:
    ecr = backend(context)
    found = []
    for repository in ecr.repositories.values():
        tags = ecr.tagger.get_tag_dict_for_resource(repository.arn)
        found.append(
            {"kind": "ecr:repository", "id": repository.arn, "name": repository.name, "tags": tags}
        )
    return found
