"""Parameters: names, sizes, keys.

Sources: botocore's texts of PutParameter; the Systems Manager user guide, "Managing parameter tiers" and "KMS encryption for
Parameter Store SecureString parameters"; wording as moto has it from transcripts, and of the sizes:
hashicorp/terraform-provider-aws#10135.
"""

from __future__ import annotations

import re
from typing import Any

from moto.ssm.models import ssm_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.services.kms import keys

AWS_OWN = "alias/aws/ssm"
# Bytes of a value by its tier.
_SIZES = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
_NAME = re.compile(r"[A-Za-z0-9_.\-/]+")


def find(context: Context, name: str) -> Any | None:
    return ssm_backends[context.account][context.region].get_parameter(name)


@on("ssm", "PutParameter")
def put_parameter(call: Call) -> Params:
    name, value = call.params["Name"], call.params["Value"]
    if not _NAME.fullmatch(name):
        raise AwsError(
            "ValidationException",
            "Parameter name must be a fully qualified name and can only include the letters a-z, A-Z, 0-9 and the symbols "
            f"_.-/: {name}",
        )
    if "{{" in value:
        raise AwsError(
            "ValidationException",
            'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
        )
    tier = call.params.get("Tier", "Standard")
    if len(value.encode()) > _SIZES[tier]:
        raise AwsError(
            "ValidationException",
            f"{tier} tier parameters support a maximum parameter value of {_SIZES[tier]} characters. To create a larger "
            "parameter value, upgrade the parameter to use the advanced-parameter tier.",
        )
    if call.params.get("Type") == "SecureString":
        # Not said is AWS's own (botocore, KeyId); moto keeps what was.
        call.params.setdefault("KeyId", AWS_OWN)
        _check_key(call.params["KeyId"], call.context)
    return call.moto()


@on("ssm", "GetParameter")
def get_parameter(call: Call) -> Params:
    found = find(call.context, call.params["Name"])
    if found is not None and call.params.get("WithDecryption"):
        _check_key(found.keyid, call.context)
    return call.moto()


def _check_key(name: str | None, context: Context) -> None:
    """botocore, InvalidKeyId: "The query key ID isn't valid"; KMS's own words stand in it."""
    if not name or name == AWS_OWN:
        return
    key = keys.find(name, context.account, context.region)
    if key is None:
        raise AwsError("InvalidKeyId", f"Invalid keyId {name}")
    if not keys.is_usable(key):
        raise AwsError("InvalidKeyId", f"{key.arn} is disabled.")


@lists
def objects(context: Context) -> list[Params]:
    backend: Any = ssm_backends[context.account][context.region]
    found = []
    for name, versions in backend._parameters.items():
        if not versions or name.startswith("/aws/"):
            continue
        found.append(
            {
                "kind": "ssm:parameter",
                "id": f"arn:aws:ssm:{context.region}:{context.account}:parameter/{name.removeprefix('/')}",
                "name": name,
                "tags": dict(backend._resource_tags.get("Parameter", {}).get(name, {})),
            }
        )
    return found
