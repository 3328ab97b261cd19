"""Fixtures of stories and lives alike: one local AWS a worker, a fresh account each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from account import Cloud


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.stop()


@pytest.fixture
def cloud(local_aws: Cloud) -> Cloud:
    local_aws.reset()
    return local_aws
