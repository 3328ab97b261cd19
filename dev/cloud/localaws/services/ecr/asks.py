"""ECR."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context

from . import repositories

_ON_A_REPOSITORY = (
    "BatchCheckLayerAvailability",
    "BatchDeleteImage",
    "BatchGetImage",
    "CompleteLayerUpload",
    "CreateRepository",
    "DeleteRepository",
    "DescribeImages",
    "GetDownloadUrlForLayer",
    "GetLifecyclePolicy",
    "InitiateLayerUpload",
    "ListImages",
    "PutImage",
    "PutImageScanningConfiguration",
    "PutImageTagMutability",
    "PutLifecyclePolicy",
    "UploadLayerPart",
)


@asks("ecr")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ecr:{operation}"
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [Ask(action, params["resourceArn"])]
    if operation == "GetAuthorizationToken":
        return [Ask(action, "*")]
    if operation == "DescribeRepositories":
        names = params.get("repositoryNames") or ["*"]
        return [Ask(action, arn(context, "ecr", f"repository/{name}")) for name in names]
    if operation not in _ON_A_REPOSITORY:
        return None
    registry = params.get("registryId", context.account)
    repository = f"arn:aws:ecr:{context.region}:{registry}:repository/{params['repositoryName']}"
    found = [Ask(action, repository)]
    if operation == "CreateRepository" and params.get("tags"):
        # Service Authorization Reference: CreateRepository depends on ecr:TagResource.
        found.append(Ask("ecr:TagResource", repository))
    # ECR user guide, encryption at rest: the grants are made and retired as the caller.
    if operation == "CreateRepository":
        found += _key_asks(
            params.get("encryptionConfiguration"), context, "DescribeKey", "CreateGrant"
        )
    if operation == "DeleteRepository":
        encryption = repositories.encryption(context, params["repositoryName"])
        found += _key_asks(encryption, context, "RetireGrant")
    return found


def _key_asks(encryption: dict[str, str] | None, context: Context, *operations: str) -> list[Ask]:
    key = (encryption or {}).get("kmsKey")
    if not key:
        return []
    key_arn = key if key.startswith("arn:") else arn(context, "kms", f"key/{key}")
    keys = {"kms:ViaService": f"ecr.{context.region}.amazonaws.com"}
    return [Ask(f"kms:{operation}", key_arn, keys) for operation in operations]
