"""Credentials, regions and accounts that are no good: each is told apart, with what to do next, and once."""

import time
from typing import Any

import pytest
from world import COMPONENT, IMAGE, Cloud, Ran, Stack

SMALL: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
SHORT = "AWS cannot be called, for the reason that another part tells"


def told_once(ran: Ran, *reasons: str) -> None:
    """Each of the reasons stands once in the summary at the end; whatever else failed says so in one short line."""
    summary = ran.text.partition("Diagnostics:")[2]
    for reason in reasons:
        assert summary.count(reason) == 1, f"not told once: {reason!r}\n\n{ran.text}"


def expire(cloud: Cloud) -> None:
    cloud.fault(
        "*", "*", "error", code="ExpiredTokenException", message="The security token is expired", status=400, every=True
    )


def moved() -> dict[str, Any]:
    inputs = {"image": IMAGE, "preset": "dev", "publicSubnetIds": ["subnet-0a", "subnet-0b"]}
    return {"type": COMPONENT, "properties": inputs}


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_expired_credentials_are_told_once_in_every_command(stack: Stack, cloud: Cloud, command: str) -> None:
    stack.service(**SMALL)
    stack.up()
    whole, before = cloud.objects(), stack.resources()
    expire(cloud)
    if command in ("preview", "up"):
        # Both look at their networks, and the second one makes more than that.
        stack.write(resources={"web": moved(), "site": moved()})
    skip = [] if command == "preview" else ["--yes", "--skip-preview"]
    told = stack.run(command, *skip, fails=True)
    told_once(told, "The security token is expired", "The credentials have expired: log in again")
    told.says(SHORT)
    cloud.control("DELETE", "faults")
    assert cloud.objects() == whole and stack.resources().keys() >= before.keys()


def test_an_address_at_which_nobody_listens_is_named_soon(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    begun = time.monotonic()
    told = stack.up(fails=True)
    told_once(told, "http://127.0.0.1:9 cannot be reached: Connection refused", "AWS_ENDPOINT_URL. Correct it there")
    assert time.monotonic() - begun < 20
    assert cloud.objects() == []
