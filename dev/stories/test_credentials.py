"""Credentials that are no good, or lie where a pipeline has them, through the real engine. All others are in the lives."""

import json
from pathlib import Path
from typing import Any

from credentials import nobody, role
from world import COMPONENT, IMAGE, SMALL, Cloud, Ran, Stack

SHORT = "cannot call AWS: "


def told_once(ran: Ran, *reasons: str) -> None:
    """Each of the reasons stands once in the summary at the end; whatever else failed says so in one short line."""
    summary = ran.text.partition("Diagnostics:")[2]
    for reason in reasons:
        assert summary.count(reason) == 1, f"not told once: {reason!r}\n\n{ran.text}"


def moved() -> dict[str, Any]:
    inputs = {"image": IMAGE, "preset": "dev", "publicSubnetIds": ["subnet-0a", "subnet-0b"]}
    return {"type": COMPONENT, "properties": inputs}


def test_expired_credentials_are_told_once(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up()
    whole, before = cloud.objects(), stack.resources()
    cloud.control("PUT", "account", {"sessions": "over"})
    # Both look at their networks, and the second one makes more than that.
    stack.write(resources={"web": moved(), "site": moved()})
    told = stack.up(fails=True)
    told_once(told, "The credentials have expired: log in again")
    # How many parts get to fail before the engine ends the run is a matter of luck.
    summary = told.text.partition("Diagnostics:")[2]
    assert summary.count(SHORT + "the credentials have expired") == summary.count("\n  fargate:") - 1, told.text
    cloud.control("PUT", "account", {"sessions": "open"})
    # What says that a run came to its end is no object in AWS, so it may go.
    assert cloud.objects() == whole and stack.resources().keys() >= before.keys() - {"web-completion"}


def test_a_role_of_the_configuration_that_trusts_others_is_told_once(stack: Stack, cloud: Cloud) -> None:
    """A setting that is an object: the engine hands it on as a text."""
    arn = role(stack, "sts:AssumeRole", {"Service": "ec2.amazonaws.com"})
    stack.service(**SMALL)
    stack.configure("assumeRole", json.dumps({"roleArn": arn}))
    before = cloud.objects()
    ran = stack.up(fails=True)
    reasons = ("the role cannot be assumed: User: ", "that its trust policy names the caller")
    told_once(ran, *reasons)
    stack.preview(fails=True).says(*reasons)
    assert cloud.objects() == before
    assert stack.resources().keys() <= {"story-test", "default", "web", "web-name"}


def test_the_token_of_a_pipeline_reaches_the_provider(stack: Stack, cloud: Cloud, tmp_path: Path) -> None:
    nobody(stack)
    stack.service(**SMALL)
    token = tmp_path / "token"
    token.write_text("a-token")
    arn = role(stack, "sts:AssumeRoleWithWebIdentity", {"Federated": "*"})
    stack.env |= {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": arn}
    cloud.forget_calls()
    stack.preview()
    calls = cloud.calls()
    assert [it["operation"] for it in calls][-1:] == ["DescribeSubnets"]
    assert {it["region"] for it in calls if it["service"] == "ec2"} == {"eu-west-1"}
    # The first call asks for the keys, and so has none.
    first, then = dict.fromkeys(it["access_key"] for it in calls)
    assert first == "" and then.startswith("ASIA")
