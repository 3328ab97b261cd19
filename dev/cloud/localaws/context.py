"""What every rule knows about a request, and the one way to refuse it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .clock import Clock

ACCOUNT = "123456789012"  # the account that moto gives to every caller
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Context:
    """Who asks, where, and at which AWS time."""

    account: str
    region: str
    principal: str
    clock: Clock
    access_key: str = "local"


@dataclass
class AwsError(Exception):
    """An error as AWS words it. `extra` holds the members of a modelled error shape."""

    code: str
    message: str
    status: int = 400
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
