"""KMS keys, as other services find them. Whom a key lets in says `key_policies`."""

from __future__ import annotations

from typing import Any

from moto.kms.models import kms_backends

from localaws.context import Context
from localaws.rules import Params, lists


def find(name: str, account: str, region: str) -> Any | None:
    """The key of this ARN, alias or id, as a service of this region sees it."""
    if name.startswith("arn:"):
        parts = name.split(":", 5)
        if len(parts) < 6 or parts[2] != "kms" or parts[3] != region:
            return None
        account, name = parts[4], parts[5].removeprefix("key/")
    backend: Any = kms_backends[account][region]
    for key in backend.keys.values():
        if name == key.id or name in (f"alias/{key.id}", *key.aliases):
            return key
    return None


def is_usable(key: Any) -> bool:
    """Not one that is disabled, or that waits for its deletion."""
    encrypts = (key.key_usage or "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
    return bool(key.enabled) and key.key_state == "Enabled" and encrypts


@lists
def objects(context: Context) -> list[Params]:
    keys = kms_backends[context.account][context.region].keys.values()
    return [{"kind": "kms:key", "id": it.arn, "name": it.id, "tags": {}} for it in keys]
