"""Some of the deployments of dev/lives/deployments.toml through the real engine: the same words, and the exit code of `pulumi up`."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from deploying import BASE, BEFORE, GOOD, Meanwhile, Story, expected, filled, grown_old, stories, without_chance
from terminal import seen
from world import Caller, Cloud, Stack

# The engine writes its own word before, and indents.
HEADS = ("info: ", "warning: ", "error: ")


def lead(stack: Stack, cloud: Cloud, story: Story) -> tuple[int, str]:
    if not story.first:
        stack.service(**story.before_it())
        stack.up()
        grown_old(cloud)
    for name in story.before:
        BEFORE[name](cloud)
    if story.does:
        cloud.behave(story.runs().partition(":")[0].rpartition("/")[2], **story.does)
    if story.without:
        stack.act_as(Caller(cloud, without=story.without))
    timeouts = {"create": story.timeout, "update": story.timeout}
    options = {"customTimeouts": timeouts} if story.timeout else None
    stack.service(options=options, **filled(cloud, story.program()))
    cloud.control("POST", "clock", {"speed": story.speed})
    cloud.forget_calls()
    with Meanwhile(cloud, story.meanwhile):
        process = stack.start("up", "--yes", "--skip-preview")
        text, _ = process.communicate(timeout=240)
    cloud.control("POST", "clock", {"speed": 0})
    return process.returncode, text


@pytest.mark.parametrize("story", [it for it in stories() if it.real], ids=lambda it: it.slug)
def test_the_real_engine_shows_it(stack: Stack, cloud: Cloud, story: Story) -> None:
    code, text = lead(stack, cloud, story)
    assert (code == 0) == (story.ends == "ok"), text
    # The engine makes a list of the reasons of an object that is half made.
    shown = {line.strip().removeprefix("* ") for line in without_chance(text).splitlines()}
    for line in expected()[story.name].splitlines()[1:]:
        for head in HEADS:
            line = line.removeprefix(head)
        line = line.strip().removeprefix("web-service: ")
        assert line in shown or f"error: {line}" in shown, f"not shown: {line!r}\n\n{text}"


def test_the_last_word_stays_on_a_terminal(stack: Stack, cloud: Cloud) -> None:
    """A status vanishes with the live display; what stays is under Diagnostics."""
    stack.service(**BASE, image=GOOD)
    display = without_chance(seen(stack, "up", "--yes", "--skip-preview"))
    assert "Revision <n> serves: 1 of 1 tasks running, healthy targets: 1, after <time>" in display
    assert "starting tasks" not in display


def test_a_log_has_a_line_only_where_something_changed(stack: Stack, cloud: Cloud) -> None:
    """Of some seconds, in which the deployment is looked at a dozen times."""
    stack.service(**BASE, image=GOOD)
    stack.up()
    cloud.control("POST", "clock", {"speed": 0.1})
    cloud.forget_calls()
    stack.service(**BASE, image="public.ecr.aws/shop/next:1")
    lines = [it for it in stack.up().text.splitlines() if "web-service" in it and " running" in it]
    looks = cloud.counts()["ecs:DescribeServiceDeployments"]
    told = [it.partition(" (after ")[0] for it in lines]
    assert looks > 6 and 2 <= len(told) < looks
    assert all(a != b for a, b in itertools.pairwise(told)), "\n".join(lines)
    if kept := os.environ.get("KEEP_LINES"):
        Path(kept).write_text("\n".join(lines))
