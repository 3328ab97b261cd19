"""Fixtures of the stories: a stack each, in a fresh account."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import Cloud, PythonStack, Stack, TypeScriptStack

pytest_plugins = ["fresh_account"]


@pytest.fixture
def stack(tmp_path: Path, cloud: Cloud) -> Stack:
    return Stack(tmp_path, cloud)


@pytest.fixture
def plain_stack(tmp_path: Path, cloud: Cloud) -> Stack:
    """The same, for modules whose `stack` depends on more."""
    return Stack(tmp_path, cloud)


@pytest.fixture
def python_stack(tmp_path: Path, cloud: Cloud) -> PythonStack:
    return PythonStack(tmp_path, cloud)


@pytest.fixture
def typescript_stack(tmp_path: Path, cloud: Cloud) -> TypeScriptStack:
    return TypeScriptStack(tmp_path, cloud)
