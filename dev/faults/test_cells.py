"""The harness itself, and cells that once did not converge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from account import PLUGIN, ROOT, Cloud
from cells import Cell, Stage
from exceptions import DIFFERENCES, EXCEPTIONS

from stories import stories

FOUND = [
    # A rule that was made and not heard of was changed into what it was, in a way that the local AWS refused.
    "create/container@ec2:AuthorizeSecurityGroupEgress#1=lost>again",
    # A page of somebody else counted as success.
    "update/cloudwatch:MetricAlarm@cloudwatch:PutMetricAlarm#1=html>again",
    "update/iam:Role@iam:PutRolePolicy#1=html>again",
    "destroy/container@logs:DeleteLogGroup#1=html>again",
    "destroy/autoscaling@cloudwatch:DeleteAlarms#1=html>again",
    # A deregistered revision was taken for one that is gone, and not deleted by the next destroy.
    "destroy/capacity-providers@ecs:DeleteTaskDefinitions#1=html>again",
    # A revision that a killed run had deregistered stayed when its name came back.
    "replace/image-in-ECR@ecs:DeregisterTaskDefinition#1=engine-killed>back",
    # A delete whose answer was lost was not believed to be done, and what was gone not made again.
    "change/redirectHttp@ec2:RevokeSecurityGroupIngress#1=lost>back",
    "change/albSecurityGroupId@ec2:DeleteSecurityGroup#1=lost>back",
    "change/clusterArn@ecs:DescribeClusters#3=html-403>back",
    # An update that was run again left a tag of its own on the scaling target.
    "change/autoscaling.cpuTarget@application-autoscaling:PutScalingPolicy#1=html-403>again",
    # A service whose name changes has a record in one place under both names.
    "replace/names@route53:ChangeResourceRecordSets#1=reset>again",
    "replace/names@ecs:DescribeClusters#2=html-403>destroy",
]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.stop()


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_converges(cloud: Cloud, name: str) -> None:
    cell = Cell.named(name)
    stage = Stage(stories()[cell.story], cloud, PLUGIN)
    (result,) = stage.play([cell])
    assert result.outcome == "converged", "\n".join(result.more)


def test_what_cannot_be_promised_is_told() -> None:
    told = " ".join((ROOT / "docs" / "faults.md").read_text().split())
    for pattern, why in (EXCEPTIONS | DIFFERENCES).items():
        assert why in told, f"docs/faults.md does not say of {pattern}: {why}"
