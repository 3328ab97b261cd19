"""Credentials, regions and accounts that are no good: each is told apart, with what to do next, and once.

The real engine's own part in it is a story (dev/stories/test_credentials.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from credentials import nobody, role, signed_in
from life import Life, Ran
from state import PROVIDER_URN, name_of
from world import ACCOUNT, IMAGE, SMALL, Caller, Cloud

from engine import Declared

# What a wrong address once took; no machine is so slow that it takes as long without that.
MINUTES = 120
SHORT = "cannot call AWS: "


def told_once(ran: Ran, *reasons: str) -> None:
    """Each of the reasons stands once in what is told; whatever else failed says so in one short line."""
    for reason in reasons:
        assert ran.text.count(reason) == 1, f"not told once: {reason!r}\n\n{ran.text}"


MOVED = {"image": IMAGE, "preset": "dev", "publicSubnetIds": ["subnet-0a", "subnet-0b"]}


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_expired_credentials_are_told_once_in_every_command(life: Life, cloud: Cloud, command: str) -> None:
    life.service("web", None, **SMALL).up()
    whole, before = cloud.objects(), life.resources()
    cloud.control("PUT", "account", {"sessions": "over"})
    if command in ("preview", "up"):
        # Both look at their networks, and the second one makes more than that.
        life.program = [Declared("web", MOVED), Declared("site", MOVED)]
    told = getattr(life, command)(fails=True)
    told_once(told, "The credentials have expired: log in again")
    if command == "preview":
        # Only EC2 is asked, and it has the same code for a clock that is wrong.
        told.says("Request has expired (RequestExpired", "clock is wrong")
    # How many parts get to fail before the engine ends the run is a matter of luck.
    failed = [line for line in told.text.splitlines() if line.startswith("error: ")]
    short = [line for line in failed if SHORT + "the credentials have expired" in line]
    assert len(short) == len(failed) - 1, told.text
    cloud.control("PUT", "account", {"sessions": "open"})
    # What says that a run came to its end is no object in AWS, so it may go.
    assert cloud.objects() == whole and life.resources().keys() >= before.keys() - {"web-completion"}


def test_an_address_at_which_nobody_listens_is_named_soon(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **SMALL)
    life.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    told = life.up(fails=True)
    told_once(told, "cannot reach http://127.0.0.1:9: Connection refused", "AWS_ENDPOINT_URL. Correct it there")
    assert told.seconds < MINUTES
    assert cloud.objects() == []


LOG_IN = "Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
NO_ROLE = "that its trust policy names the caller"


def half_a_pair(stack: Life) -> None:
    del stack.env["AWS_SECRET_ACCESS_KEY"]


def profile_that_is_not_there(stack: Life) -> None:
    """It is not made up for by the keys of the environment, which may belong to another account."""
    stack.configure("profile", "prdo")


def profile_of_the_environment_that_is_not_there(stack: Life) -> None:
    nobody(stack)
    stack.env["AWS_PROFILE"] = "prdo"


def role_that_trusts_others(stack: Life) -> None:
    arn = role(stack, "sts:AssumeRole", {"Service": "ec2.amazonaws.com"})
    stack.configure("assumeRole", json.dumps({"roleArn": arn}))


def role_of_a_profile(stack: Life) -> None:
    folder = Path(stack.env["HOME"]) / ".aws"
    folder.mkdir()
    role = f"role_arn = arn:aws:iam::{ACCOUNT}:role/gone\ncredential_source = Environment\n"
    (folder / "config").write_text(f"[profile ci]\n{role}")
    stack.configure("profile", "ci")


def session_that_has_expired(stack: Life) -> None:
    signed_in(stack, Path(stack.env["HOME"]), "2020-01-01T00:00:00Z")


def no_region(stack: Life) -> None:
    del stack.env["AWS_REGION"]


def account_that_is_not_allowed(stack: Life) -> None:
    stack.configure("allowedAccountIds", '["210987654321"]')


def account_that_is_forbidden(stack: Life) -> None:
    stack.configure("forbiddenAccountIds", f'["{ACCOUNT}"]')


def key_that_is_switched_off(stack: Life) -> None:
    stack.act_as(Caller(stack.cloud))
    key = stack.env["AWS_ACCESS_KEY_ID"]
    stack.cloud.client("iam").update_access_key(UserName="deployer", AccessKeyId=key, Status="Inactive")


def secret_with_a_typing_error(stack: Life) -> None:
    stack.act_as(Caller(stack.cloud))
    stack.env["AWS_SECRET_ACCESS_KEY"] = stack.env["AWS_SECRET_ACCESS_KEY"][::-1]


def clock_that_is_off(stack: Life) -> None:
    message = "Signature expired: 20261124T080000Z is now earlier than 20261124T084500Z (20261124T090000Z - 15 min.)"
    for service in ("ecs", "logs"):
        stack.cloud.fault(service, "*", "error", code="InvalidSignatureException", message=message, every=True)
    stack.cloud.fault("*", "*", "error", code="SignatureDoesNotMatch", message=message, status=403, every=True)


CAUSES: list[tuple[Any, str, str]] = [
    (nobody, "no AWS credentials were found", LOG_IN),
    (half_a_pair, "no AWS credentials were found", "has AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY: set both"),
    (
        profile_that_is_not_there,
        'there is no profile "prdo" with credentials',
        "Check the profile and its name in ~/.aws/config",
    ),
    (profile_of_the_environment_that_is_not_there, "no AWS credentials were found", 'AWS_PROFILE is "prdo"'),
    (role_that_trusts_others, "the role cannot be assumed: User: ", NO_ROLE),
    (role_of_a_profile, "role/gone (AccessDenied)", NO_ROLE),
    (session_that_has_expired, "the SSO token has expired and cannot be refreshed", "Log in (`aws sso login`)"),
    (no_region, "no AWS region is configured", "`pulumi config set fargate:region eu-central-1`"),
    (account_that_is_not_allowed, f"belong to AWS account {ACCOUNT}, which is not in", "Use another profile"),
    (account_that_is_forbidden, f"{ACCOUNT}, which `forbiddenAccountIds` excludes", "Use another profile"),
    (key_that_is_switched_off, "AWS does not know the access key, or it is not active", "use another profile, key"),
    (secret_with_a_typing_error, ", request ", "typing error"),
    (clock_that_is_off, "Signature expired: ", "This machine's clock is wrong"),
]


@pytest.mark.parametrize(("cause", "told", "next_step"), CAUSES, ids=[it[0].__name__ for it in CAUSES])
def test_it_is_told_why_aws_cannot_be_called(
    life: Life, cloud: Cloud, cause: Any, told: str, next_step: str, tmp_path: Path
) -> None:
    (tmp_path / "somebody").mkdir()
    life.env["HOME"] = str(tmp_path / "somebody")
    life.service("web", None, **SMALL)
    cause(life)
    before = cloud.objects()
    ran = life.up(fails=True)
    assert ran.seconds < MINUTES
    told_once(ran, told, next_step)
    life.preview(fails=True).says(told, next_step)
    cloud.control("DELETE", "faults")
    assert cloud.objects() == before
    assert life.resources().keys() <= {"story-test", name_of(PROVIDER_URN), "web", "web-name"}
