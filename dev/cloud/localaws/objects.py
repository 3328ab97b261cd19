"""Everything that lives in the account and is not there in a fresh one."""

from __future__ import annotations

from typing import Any

from . import rules
from .account import Account

Object = dict[str, Any]


def living(account: Account, region: str | None = None) -> list[Object]:
    """The objects of one region, or of every region that was spoken to."""
    found: list[Object] = []
    for name in [region] if region else account.regions():
        context = account.context(name)
        for list_objects in rules.listers():
            found.extend(list_objects(context))
    unique = {(item["kind"], item["id"]): item for item in found}
    return list(unique.values())
