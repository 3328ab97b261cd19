"""A plugin of pytest: says how long it has been when no test has ended for nine seconds, where there would be no dot."""

from __future__ import annotations

import threading
import time

import pytest

SILENCE = 9.0


class Alive:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.heard = self.ended = time.monotonic()
        self.over = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        while not self.over.wait(1):
            now = time.monotonic()
            if now - self.heard > SILENCE:
                self.heard = now
                self.config.get_terminal_writer().write(f"({now - self.ended:.0f} s)", flush=True)

    def pytest_runtest_logreport(self) -> None:
        self.heard = self.ended = time.monotonic()

    def pytest_sessionfinish(self) -> None:
        self.over.set()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # one of xdist's workers prints nothing
        config.pluginmanager.register(Alive(config))
