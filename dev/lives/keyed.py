"""AWS's lists of keys with values, such as tags, attributes and dimensions, and the mappings that they are."""

from __future__ import annotations


def by_key(pairs: list[dict[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {it[key]: it[value] for it in pairs}


def listed(values: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: it} for name, it in values.items()]


def program_tags(tags: dict[str, str]) -> dict[str, str]:
    """Those that are not the provider's own."""
    return {name: it for name, it in tags.items() if not name.startswith("fargate:")}
