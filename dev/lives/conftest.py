"""Fixtures of the lives: a life each, in a fresh account."""

from __future__ import annotations

import pytest

# Their assertions tell what they compared.
pytest.register_assert_rewrite("walk", "life", "rows")

from life import Life  # noqa: E402
from world import Cloud  # noqa: E402

pytest_plugins = ["fresh_account"]


@pytest.fixture
def life(cloud: Cloud) -> Life:
    return Life(cloud)
