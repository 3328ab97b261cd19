"""STS."""

from __future__ import annotations

from typing import Any

from ...context import Context
from ..ask import Ask


def asks(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    if operation == "GetCallerIdentity":
        return []  # "No permissions are required to perform this operation" (API reference)
    if operation == "AssumeRole":
        return [Ask("sts:AssumeRole", params["RoleArn"])]
    return None
