"""ECR: repositories. Images and lifecycle policies have files of their own.

Sources: botocore's ecr texts, aws.md 6.
"""

from __future__ import annotations

from typing import Any

from moto.ecr.models import ecr_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.services.kms import keys


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
    if encryption.get("kmsKey"):
        encryption["kmsKey"] = _key_arn(call.context, encryption["kmsKey"])
    return call.moto()


def _key_arn(context: Context, name: str) -> str:
    """The ARN of the key, which is what ECR tells however it was given: as an alias, an id or an ARN (botocore,
    EncryptionConfiguration; seen live: cloudposse/terraform-aws-ecr#85).

    ECR makes its grants while it makes the repository ("Encryption at rest", user guide); what KMS says to that comes
    back as a KmsException with KMS's own code (botocore)."""
    key = keys.find(name, context.account, context.region)
    if key is None or not keys.is_usable(key):
        told = "NotFoundException" if key is None else "DisabledException"
        raise AwsError(
            "KmsException",
            f"The key '{name}' cannot be used: {told}",
            extra={"kmsError": told},
        )
    return str(key.arn)


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
