"""Every call in order: what a test or a person asks afterwards."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from botocore.model import Shape

from . import services
from .identify import Identified


@dataclass
class Entry:
    n: int
    service: str
    operation: str
    region: str
    access_key: str
    at: float
    outcome: str
    status: int
    ms: float
    resource: str
    params: dict[str, Any]
    # As CloudTrail has them: `requestID` and `userAgent`.
    request: str = ""
    user_agent: str = ""
    # What IAM was asked, and which statements allowed it; only for callers with policies.
    asked: list[dict[str, Any]] = field(default_factory=list)
    # What was answered, if the ledger was told to keep it.
    answer: dict[str, Any] | None = None


class Ledger:
    """Numbers the calls when they *arrive*; the outcome is filled in when they end."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.lock = threading.Lock()
        self._next = 1
        self.keeps_answers = False

    def open(self, call: Identified, operation: str, at: float) -> Entry:
        whose = call.service, operation, call.region, call.access_key
        with self.lock:
            entry = Entry(self._next, *whose, at, "pending", 0, 0.0, "", {})
            self._next += 1
            self._entries.append(entry)
        return entry

    def calls(self) -> list[dict[str, Any]]:
        with self.lock:
            return [asdict(entry) for entry in self._entries]

    def counts(self) -> dict[str, int]:
        with self.lock:
            counted = Counter(f"{entry.service}:{entry.operation}" for entry in self._entries)
        return dict(sorted(counted.items()))

    def clear(self) -> None:
        with self.lock:
            self._entries.clear()
            self._next = 1


def hint(service: str, params: dict[str, Any]) -> str:
    """What a call is about."""
    for name in services.known()[service].about:
        value = params.get(name)
        if value:
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            return text[:200]
    return ""


def printable(value: Any, shape: Shape | None = None) -> Any:
    """Parameters or an answer as JSON can hold them, without what botocore's model calls sensitive: CloudTrail has none of
    that either."""
    if shape is not None and shape.metadata.get("sensitive"):
        return "(sensitive)"
    members = getattr(shape, "members", None)
    if isinstance(value, dict) and members:
        return {str(key): printable(item, members.get(key)) for key, item in value.items()}
    if isinstance(value, dict):
        return {str(key): printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value
