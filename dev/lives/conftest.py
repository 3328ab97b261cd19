"""Fixtures of the lives: one local AWS a worker, a fresh account and state each life."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from life import Life
from world import Cloud


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
def life(cloud: Cloud) -> Life:
    return Life(cloud)
