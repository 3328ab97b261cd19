"""STS."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, asks
from localaws.context import Context


@asks("sts")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    if operation == "GetCallerIdentity":
        return []  # "No permissions are required to perform this operation" (API reference)
    if operation == "AssumeRole":
        return [Ask("sts:AssumeRole", params["RoleArn"])]
    return None
