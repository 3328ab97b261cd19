"""The Parameter Store. It encrypts and decrypts standard parameters as the caller, through itself (Systems Manager user guide,
"KMS encryption for Parameter Store SecureString parameters")."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context
from localaws.services.kms import keys

from . import parameters

_ON_A_PARAMETER = (
    "AddTagsToResource",
    "DeleteParameter",
    "GetParameter",
    "ListTagsForResource",
    "PutParameter",
    "RemoveTagsFromResource",
)


@asks("ssm")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ssm:{operation}"
    if operation == "DescribeParameters":
        return [Ask(action)]
    if operation not in _ON_A_PARAMETER:
        return None
    name = params.get("Name") or params["ResourceId"]
    resource = arn(context, "ssm", f"parameter/{name.removeprefix('/')}")
    wanted = [Ask(action, resource)]
    if operation == "PutParameter" and params.get("Tags"):
        # Systems Manager user guide, "Tagging parameters": tags in a create need ssm:AddTagsToResource too.
        wanted.append(Ask("ssm:AddTagsToResource", resource))
    found = parameters.find(context, name)
    key = params.get("KeyId") or (found.keyid if found is not None else None)
    of_customer = keys.find(key, context.account, context.region) if key else None
    told = {"PutParameter": "Encrypt", "GetParameter": "Decrypt"}.get(operation)
    if of_customer is not None and told and params.get("WithDecryption", True):
        through = {"kms:ViaService": f"ssm.{context.region}.amazonaws.com"}
        wanted.append(Ask(f"kms:{told}", of_customer.arn, through))
    return wanted
