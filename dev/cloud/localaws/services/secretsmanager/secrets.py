"""Secrets: names, what a deleted one still allows, and the keys.

Sources: botocore's texts of the operations (Secrets Manager API reference); the wording of refusals:
terraform-provider-aws, `secretsmanager/secret.go` and its tests, and moto's, which has them from transcripts.
"""

from __future__ import annotations

import re
from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on, settles
from localaws.services.kms import keys

AWS_OWN = "alias/aws/secretsmanager"
_DAY = 24 * 60 * 60
_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]+")


def find(context: Context, named: str) -> Any | None:
    """The secret of this name or ARN; an ARN without the six characters at its end finds it too (user guide, "Secret
    ARN")."""
    secrets = secretsmanager_backends[context.account][context.region].secrets.values()
    names = ((it, (it.name, it.arn, it.arn.rpartition("-")[0])) for it in secrets)
    return next((it for it, known in names if named in known), None)


@settles("secretsmanager")
def end_recovery_windows(context: Context) -> None:
    """What nobody restored is deleted at the end of its window."""
    backend = secretsmanager_backends[context.account][context.region]
    for it in list(backend.secrets.values()):
        if it.is_deleted() and it.deleted_date <= context.clock.now():
            backend.secrets.pop(it.name)


@on("secretsmanager", "CreateSecret")
def create_secret(call: Call) -> Params:
    name = call.params["Name"]
    if not _NAME.fullmatch(name):
        raise AwsError(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )
    found = find(call.context, name)
    if found is not None and found.is_deleted():
        raise AwsError(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
    _check_key(call.params.get("KmsKeyId"), call.context, "EncryptionFailure")
    return call.moto()


@on("secretsmanager", "DeleteSecret")
def delete_secret(call: Call) -> Params:
    """The window counts in AWS's time."""
    found = find(call.context, call.params["SecretId"])
    result = call.moto()
    if found is not None and found.is_deleted():
        days = call.params.get("RecoveryWindowInDays", 30)
        found.deleted_date = call.context.clock.now() + days * _DAY
        result["DeletionDate"] = found.deleted_date
    return result


@on("secretsmanager", "RestoreSecret")
def restore_secret(call: Call) -> Params:
    return call.moto()


@on("secretsmanager", "DescribeSecret")
def describe_secret(call: Call) -> Params:
    result = call.moto()
    # Versions that no label names are not told (botocore, VersionIdsToStages).
    stages = result.get("VersionIdsToStages", {})
    result["VersionIdsToStages"] = {key: labels for key, labels in stages.items() if labels}
    return result


@on("secretsmanager", "GetSecretValue", "PutSecretValue", "UpdateSecret")
def use(call: Call) -> Params:
    found = _living(call)
    if found is not None:
        reads = call.operation == "GetSecretValue"
        key = found.kms_key_id if reads else call.params.get("KmsKeyId") or found.kms_key_id
        _check_key(key, call.context, "DecryptionFailure" if reads else "EncryptionFailure")
    version = call.params.get("ClientRequestToken")
    # "You can't modify an existing version" (botocore, UpdateSecret): moto takes an equal one for the same.
    if call.operation == "UpdateSecret" and found is not None and version in found.versions:
        raise AwsError(
            "ResourceExistsException",
            f"You can't use ClientRequestToken {version} because that value is already in use for a version of secret "
            f"{found.arn}.",
        )
    return call.moto()


@on("secretsmanager", "TagResource", "UntagResource")
def tags(call: Call) -> Params:
    _living(call)
    return call.moto()


def _living(call: Call) -> Any | None:
    found = find(call.context, call.params["SecretId"])
    if found is not None and found.is_deleted():
        raise AwsError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    return found


def _check_key(name: str | None, context: Context, code: str) -> None:
    """botocore, EncryptionFailure and DecryptionFailure: the key must be there, enabled, and in the right state."""
    if not name or name == AWS_OWN:
        return
    key = keys.find(name, context.account, context.region)
    if key is None or not keys.is_usable(key):
        does = "encrypt" if code == "EncryptionFailure" else "decrypt"
        raise AwsError(
            code,
            f"Secrets Manager can't {does} the protected secret text using the provided KMS key. Check that the KMS key "
            "is available, enabled, and not in an invalid state.",
        )


@lists
def objects(context: Context) -> list[Params]:
    """Those that are not deleted: what only waits for its end costs nothing and is nobody's."""
    end_recovery_windows(context)
    secrets = secretsmanager_backends[context.account][context.region].secrets.values()
    return [
        {
            "kind": "secretsmanager:secret",
            "id": it.arn,
            "name": it.name,
            "tags": {tag["Key"]: tag["Value"] for tag in it.tags or []},
        }
        for it in secrets
        if not it.is_deleted()
    ]
