"""The harness itself, and cells that once did not converge."""

from __future__ import annotations

import pytest
from account import PLUGIN, Cloud
from cells import Cell, Stage
from clouds import contents, differences, forked

from stories import stories

FOUND = [
    # A rule that was made and not heard of was changed into what it was, in a way that the local AWS refused.
    "create/container@ec2:AuthorizeSecurityGroupEgress#1=lost>again",
    # A page of somebody else counted as success.
    "update/cloudwatch:MetricAlarm@cloudwatch:PutMetricAlarm#1=html>again",
    "update/iam:Role@iam:PutRolePolicy#1=html>again",
    "destroy/container@logs:DeleteLogGroup#1=html>again",
    "destroy/operations@cloudwatch:DeleteAlarms#1=html>again",
]


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return Cloud()


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_converges(cloud: Cloud, name: str) -> None:
    cell = Cell.named(name)
    stage = Stage(stories()[cell.story], cloud, PLUGIN)
    (result,) = stage.play([cell])
    assert result.outcome == "converged", "\n".join(result.more)
