"""Fixtures of the lives: a life each, in a fresh account."""

from __future__ import annotations

import pytest
from life import Life
from world import Cloud

pytest_plugins = ["fresh_account"]


@pytest.fixture
def life(cloud: Cloud) -> Life:
    return Life(cloud)
