"""Secrets Manager. With a customer's key it asks KMS as the caller, through itself (user guide, "Secret encryption and
decryption"; botocore's texts of the operations name the permissions)."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context
from localaws.services.kms import keys

from . import secrets

_ON_A_SECRET = (
    "CreateSecret",
    "DeleteSecret",
    "DescribeSecret",
    "GetSecretValue",
    "PutSecretValue",
    "RestoreSecret",
    "TagResource",
    "UntagResource",
    "UpdateSecret",
)
_WRITES = ("GenerateDataKey", "Decrypt")
_OF_KMS = {
    "CreateSecret": _WRITES,
    "PutSecretValue": _WRITES,
    # With a new key the versions that are there are encrypted again.
    "UpdateSecret": ("GenerateDataKey", "Encrypt", "Decrypt"),
    "GetSecretValue": ("Decrypt",),
}


@asks("secretsmanager")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    if operation not in _ON_A_SECRET:
        return None
    name = params.get("Name") or params["SecretId"]
    found = secrets.find(context, name)
    whole = name if name.startswith("arn:") else arn(context, "secretsmanager", f"secret:{name}")
    resource = found.arn if found is not None else whole
    wanted = [Ask(f"secretsmanager:{operation}", resource)]
    if operation == "CreateSecret" and params.get("Tags"):
        # botocore, CreateSecret: "If you include tags in the secret, you also need secretsmanager:TagResource."
        wanted.append(Ask("secretsmanager:TagResource", resource))
    key = params.get("KmsKeyId") or (found.kms_key_id if found is not None else None)
    of_customer = keys.find(key, context.account, context.region) if key else None
    if of_customer is not None:
        through = {"kms:ViaService": f"secretsmanager.{context.region}.amazonaws.com"}
        told = _OF_KMS.get(operation, ())
        wanted += [Ask(f"kms:{it}", of_customer.arn, through) for it in told]
    return wanted
