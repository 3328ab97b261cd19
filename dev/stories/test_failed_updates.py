"""An update that failed is remembered: the next preview shows it, and taking the change back brings AWS back.
More is in the lives."""

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
    # The completion takes away what the run before gave and nobody needs any more.
    assert children(stack) == ["update web-task-role", "update web-completion"]
    stack.up()
    assert statements_of_the_task(stack, cloud) == []
    stack.no_change()
