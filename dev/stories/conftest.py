"""Fixtures of the stories: one local AWS a worker, a fresh account and stack each story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from world import Cloud, PythonStack, Stack, TypeScriptStack


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.stop()


@pytest.fixture
def cloud(local_aws: Cloud) -> Cloud:
    local_aws.reset()
    return local_aws


@pytest.fixture
def stack(tmp_path: Path, cloud: Cloud) -> Stack:
    return Stack(tmp_path, cloud)


@pytest.fixture
def python_stack(tmp_path: Path, cloud: Cloud) -> PythonStack:
    return PythonStack(tmp_path, cloud)


@pytest.fixture
def typescript_stack(tmp_path: Path, cloud: Cloud) -> TypeScriptStack:
    return TypeScriptStack(tmp_path, cloud)
