"""How AWS spells what we spell in another way."""

from __future__ import annotations

from typing import Any


def same(value: Any) -> Any:
    return value


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def ordered(value: Any) -> Any:
    return sorted(value)


def enabled(value: bool) -> str:
    return "ENABLED" if value else "DISABLED"


def statements(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As IAM keeps them."""
    spelled = {"sid": "Sid", "actions": "Action", "resources": "Resource", "conditions": "Condition"}
    return [{"Effect": "Allow"} | {spelled[name]: it for name, it in statement.items()} for statement in value]
