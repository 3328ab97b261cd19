"""State that the rules keep beside moto's. One reset empties all of it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

_tables: list[Table[Any, Any]] = []


class Table(dict[Key, Value], Generic[Key, Value]):
    """A dict that `reset` empties."""

    def __init__(self) -> None:
        super().__init__()
        _tables.append(self)


def tables() -> list[Table[Any, Any]]:
    return list(_tables)


def reset() -> None:
    for table in _tables:
        table.clear()
