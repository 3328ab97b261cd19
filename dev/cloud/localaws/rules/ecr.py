"""ECR: repositories. Images and lifecycle policies have files of their own.

Sources: botocore's ecr texts, aws.md 6.
"""

from __future__ import annotations

import uuid
from typing import Any

from moto.ecr.models import ecr_backends
from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from ..context import AwsError, Context
from . import Call, Params, lists, on


def backend(context: Context) -> Any:
    return ecr_backends[context.account][context.region]


def encryption(context: Context, repository: str) -> dict[str, str] | None:
    """How a repository's images are encrypted; None if there is no such repository."""
    found = backend(context).repositories.get(repository)
    return found.encryption_configuration if found else None


def repository_of(call: Call) -> Any:
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
    encryption = call.params.get("encryptionConfiguration") or {}
    if "kmsKey" in encryption:
        encryption["kmsKey"] = _key_arn(call.context, encryption["kmsKey"])
    return call.moto()


def _key_arn(context: Context, key: str) -> str:
    """An alias, an id or an ARN may be given (botocore, EncryptionConfiguration); told is the key's
    ARN (seen live: cloudposse/terraform-aws-ecr#85). A key that nobody made is pretended, always the
    same for an alias."""
    home = f"arn:{get_partition(context.region)}:kms:{context.region}:{context.account}"
    name = key.rpartition(f":{context.account}:")[2] if key.startswith("arn:") else key
    if name.startswith("key/"):
        return key
    if not name.startswith("alias/"):
        return f"{home}:key/{name}"
    known = kms_backends[context.account][context.region]
    for made in known.keys.values():
        if name in made.aliases:
            return str(made.arn)
    return f"{home}:key/{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


@on("ecr", "PutImageTagMutability")
def put_image_tag_mutability(call: Call) -> Params:
    repository_of(call)
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
    repository = repository_of(call)
    if repository.images and not call.params.get("force"):
        raise AwsError(
            "RepositoryNotEmptyException",
            f"The repository with name '{repository.name}' in registry with id "
            f"'{call.context.account}' cannot be deleted because it still contains images",
        )
    return call.moto()


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
