"""The account: its time, its faults, its rates and its ledger, the regions that were spoken to, and how it becomes a fresh one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import authorization, moto_bridge, state
from .clock import Clock
from .context import ACCOUNT, DEFAULT_REGION, Context
from .faults import Faults
from .ledger import Ledger
from .rates import Rates
from .services.ecs import operations


class Account:
    """What a request changes and what the controls look into and steer."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.clock = Clock(speed)
        self.faults = Faults()
        self.ledger = Ledger()
        self.rates = Rates()
        # moto's backends are plain dicts: one request at a time changes them
        self.lock = threading.RLock()
        self._regions: set[str] = set()
        self.reset()

    def context(self, region: str, access_key: str = "") -> Context:
        principal = authorization.principal(access_key)
        return Context(ACCOUNT, region, principal, self.clock, access_key or "local")

    def spoken_to(self, region: str) -> None:
        self._regions.add(region)

    def regions(self) -> list[str]:
        """The regions that were spoken to since the reset."""
        return sorted(self._regions | {DEFAULT_REGION})

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nobody changes anything meanwhile. In a copy of the process that is made here nobody else is left who could."""
        with self.lock, self.faults.lock, self.ledger.lock:
            yield

    def reset(self) -> None:
        """A fresh account."""
        with self.lock:
            self._regions.clear()
            self.clock.reset(self.speed)
            self.faults.clear()
            self.rates.clear()
            self.ledger.clear()
            self.ledger.keeps_answers = False
            state.reset()
            moto_bridge.reset()
            operations.reset()
            # What outlives a reset stays for good: models, managed policies, moto's classes. The collector need not walk
            # over it again and again, which took a third of the time.
            gc.collect()
            gc.freeze()
