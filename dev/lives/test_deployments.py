"""All deployments of the table (deployments.toml): what a person is told, and how the run ends.

With UPDATE_EXPECT=1 it writes deployments.txt; read its diff.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from deploying import (
    BEFORE,
    Meanwhile,
    Story,
    expected,
    filled,
    grown_old,
    keep,
    polls_after_the_end,
    stories,
    without_chance,
)
from life import Life, Ran
from pulumi.runtime.proto import engine_pb2
from world import Caller, Cloud

ROWS = stories()
GROUPS = list(dict.fromkeys(it.group for it in ROWS))
KINDS = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning"}


def test_the_table_is_whole() -> None:
    names = [it.name for it in ROWS]
    assert len(names) == len(set(names)) >= 60
    assert sum(it.real for it in ROWS) * 5 >= len(ROWS), "a fifth of them is for the real engine"
    assert set(expected()) == set(names) or os.environ.get("UPDATE_EXPECT")


def told(ran: Ran) -> str:
    """What stays on the screen: all that is said of the service, and the error."""
    said = [
        f"{KINDS[it.severity]}: {it.message}"
        for it in ran.heard.log
        if it.urn.endswith("web-service") and not it.ephemeral and it.severity in KINDS
    ]
    errors = [line for line in ran.text.split("error: ")[1:]]
    return without_chance("\n".join([f"exit code {ran.code}", *said, *(f"error: {it.rstrip()}" for it in errors)]))


def lead(life: Life, cloud: Cloud, story: Story) -> Ran:
    for name in story.before:
        BEFORE[name](cloud)
    if story.does:
        cloud.behave(story.runs().partition(":")[0].rpartition("/")[2], **story.does)
    if story.without:
        life.act_as(Caller(cloud, without=story.without))
    options: dict[str, Any] = {}
    if story.timeout:
        options["customTimeouts"] = {"create": story.timeout, "update": story.timeout}
    life.service("web", options, **filled(cloud, story.program()))
    cloud.control("POST", "clock", {"speed": story.speed})
    cloud.forget_calls()
    with Meanwhile(cloud, story.meanwhile):
        ran = life.try_up()
    cloud.control("POST", "clock", {"speed": 0})
    return ran


@pytest.mark.parametrize("group", GROUPS)
def test_each_deployment_is_told_as_it_ends(local_aws: Cloud, group: str) -> None:
    cloud, life = local_aws, None
    known, found, wrong = expected(), {}, []
    for story in (it for it in ROWS if it.group == group):
        if life is None or story.is_alone():
            cloud.reset()
            life = Life(cloud)
            if not story.first:
                life.service("web", None, **story.before_it()).up()
                grown_old(cloud)
        ran = lead(life, cloud, story)
        text = told(ran)
        if (ran.code == 0) != (story.ends == "ok"):
            wrong.append(f"{story.name}: it should have {story.ends}\n{ran.text}\n{cloud.tail()}")
        late = polls_after_the_end(cloud)
        if late > 2:
            wrong.append(f"{story.name}: it was looked at {late} times after AWS had decided")
        if known.get(story.name) != text and not os.environ.get("UPDATE_EXPECT"):
            wrong.append(f"{story.name}: other words\n--- known\n{known.get(story.name)}\n--- now\n{text}")
        found[story.name] = text
        if story.is_alone():
            life = None
    if os.environ.get("UPDATE_EXPECT"):
        keep(found)
    assert not wrong, "\n\n".join(wrong)
