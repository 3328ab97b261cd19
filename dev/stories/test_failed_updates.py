"""An update that failed is remembered: the next preview shows it, and taking the change back brings AWS back."""

from typing import Any

import pytest
from world import SMALL, Cloud, Stack

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
EVERYTHING = {"actions": ["*"], "resources": ["*"]}


def children(stack: Stack) -> list[str]:
    """What a preview would do with the parts of the service."""
    return [str(step) for step in stack.plan() if step.name != "web"]


def statements_of_the_task(stack: Stack, cloud: Cloud) -> list[str]:
    role = stack.resources()["web-task-role"]["id"]
    names = cloud.client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    return [str(name) for name in names]


def test_rights_that_were_taken_back_are_gone(stack: Stack, cloud: Cloud) -> None:
    """The statement is written, and then the misspelled policy is refused."""
    before = SMALL | {"taskRolePolicyArns": [READ_ONLY]}
    stack.service(**before)
    stack.up()
    stack.service(
        **before | {"taskRolePolicyArns": [READ_ONLY + "Acess"]},
        taskRoleStatements=[EVERYTHING],
    )
    stack.up(fails=True).says("iam:AttachRolePolicy")
    assert statements_of_the_task(stack, cloud)
    assert stack.resources()["web-task-role"]["outputs"]["unsettled"] is True

    stack.service(**before)
    assert children(stack) == ["update web-task-role"]
    stack.up()
    assert statements_of_the_task(stack, cloud) == []
    stack.no_change()


# A lost answer, and a refusal of the second of two calls.
CHANGES: list[tuple[str, str, str, str, dict[str, Any], str]] = [
    ("logs", "PutRetentionPolicy", "reset_after", "logs", {"logRetentionInDays": 90}, "retention"),
    ("elbv2", "ModifyTargetGroupAttributes", "error", "target-group",
     {"healthCheck": {"path": "/up"}, "deregistrationDelay": 60}, "health check"),
]  # fmt: skip


def seen(cloud: Cloud, what: str) -> Any:
    if what == "retention":
        return cloud.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"]
    return cloud.client("elbv2").describe_target_groups()["TargetGroups"][0]["HealthCheckPath"]


@pytest.mark.parametrize(("service", "operation", "fault", "part", "change", "what"), CHANGES, ids=lambda it: str(it))
def test_a_change_that_was_taken_back_is_taken_back_in_aws(
    stack: Stack, cloud: Cloud, service: str, operation: str, fault: str, part: str, change: dict[str, Any], what: str
) -> None:
    stack.service(**SMALL)
    stack.up()
    before = seen(cloud, what)
    # The SDK asks again when an answer is lost.
    cloud.fault(service, operation, fault, every=True, code="AccessDenied")
    stack.service(**SMALL | change)
    stack.up(fails=True)
    assert seen(cloud, what) != before
    cloud.control("DELETE", "faults")
    # A refresh in between forgets nothing.
    if fault == "error":
        stack.refresh()
    stack.service(**SMALL)
    assert children(stack) == [f"update web-{part}"]
    stack.up()
    assert seen(cloud, what) == before
    stack.no_change()
