"""Whose service is it? The one of the state that made it, whatever project, stack and name say."""

from pathlib import Path

from world import SMALL, Cloud, Stack

ORDERS = SMALL | {"name": "orders", "monitoring": {"dashboard": True}, "autoscaling": {"enabled": True}}


def owners(cloud: Cloud) -> dict[str, str]:
    repositories = cloud.client("ecs").describe_clusters(clusters=["orders"], include=["TAGS"])["clusters"]
    return {tag["key"]: tag["value"] for tag in repositories[0]["tags"]}


def test_another_state_takes_nothing_over_but_on_purpose(tmp_path: Path, cloud: Cloud) -> None:
    ours, theirs = Stack(tmp_path / "ours", cloud), Stack(tmp_path / "theirs", cloud)
    ours.service(**ORDERS)
    ours.up()
    whole = cloud.objects()
    lineage = ours.resources()["web-name"]["outputs"]["lineage"]
    assert owners(cloud)["fargate:lineage"] == f"1/{lineage}"

    theirs.service(**ORDERS)
    refused = theirs.up(fails=True)
    refused.says("another state (project story, stack test", f"fargate:takeOver {lineage}")
    theirs.destroy()
    assert cloud.objects() == whole
    ours.no_change()

    # The state is lost: another one takes the service over.
    theirs.config("fargate:takeOver", lineage)
    theirs.up()
    theirs.run("config", "rm", "fargate:takeOver")
    theirs.no_change()
    theirs.refresh()
    theirs.no_change()
    assert cloud.objects() == whole
    assert owners(cloud)["fargate:lineage"] == f"1/{theirs.resources()['web-name']['outputs']['lineage']}"
    # It was not lost after all.
    ours.destroy()
    assert cloud.objects() == whole
    theirs.refresh()
    theirs.no_change()
    theirs.destroy()
    assert cloud.objects() == []


def test_tags_that_say_whose_it_is_come_back(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up()
    role = stack.resources()["web-task-role"]["id"]
    iam = cloud.client("iam")
    before = iam.list_role_tags(RoleName=role)["Tags"]
    iam.untag_role(RoleName=role, TagKeys=["fargate:owner", "fargate:service", "fargate:lineage"])
    stack.refresh()
    # The completion looks once more at a role that may have changed.
    assert [str(step) for step in stack.plan()] == ["update web-task-role", "update web-completion"]
    stack.up()
    assert sorted(map(str, iam.list_role_tags(RoleName=role)["Tags"])) == sorted(map(str, before))
    stack.no_change()
