"""What an earlier version of the plugin made, seen by this one: an empty preview.

Each version keeps the state of the examples as it writes it, in states/. `UPDATE_EXPECT=1` writes those of a version that is
not released yet; what was released stays as it is for ever.
"""

import os
from typing import Any

import pytest
from test_production import configure, surroundings
from upgrades import LOOKS, STATES, Account, record
from world import ROOT, VERSION, Cloud, Stack

EXAMPLES = ["small", "production"]
KEPT = sorted(str(it.parent.relative_to(STATES)) for it in STATES.glob("*/*/state.json"))


def small(stack: Stack, cloud: Cloud) -> list[dict[str, Any]]:
    stack.example("small", "yaml")
    stack.up()
    return []


def requested(cloud: Cloud) -> str:
    """A certificate whose key stays with AWS: that of one of our own would be kept with the calls."""
    made = cloud.client("acm").request_certificate(DomainName="orders.example.com", ValidationMethod="DNS")
    cloud.validate(made["CertificateArn"])
    return str(made["CertificateArn"])


def production(stack: Stack, cloud: Cloud) -> list[dict[str, Any]]:
    """With an image in its own repository, which runs."""
    needed = surroundings(cloud, requested)
    stack.example("production", "typescript")
    configure(stack, needed)
    stack.up()
    repository = stack.outputs()["repositoryUrl"].partition("/")[2]
    image = {"repository": repository, "tag": "v1", "content": "one", "after": cloud.calls()[-1]["n"]}
    cloud.push(repository, "v1", "one")
    stack.up()
    return [image]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_state_that_this_version_writes_is_kept(stack: Stack, cloud: Cloud, example: str) -> None:
    folder = STATES / VERSION / example
    if "UPDATE_EXPECT" in os.environ:
        changelog = (ROOT / "CHANGELOG.md").read_text()
        assert f"## {VERSION} (not released yet)" in changelog, f"{VERSION} is released: its states stay as they are."
        cloud.control("PUT", "ledger", {"answers": True})
        pushed = {"small": small, "production": production}[example](stack, cloud)
        stack.no_change()
        record(stack, cloud, folder, pushed)
    assert (folder / "state.json").exists(), "UPDATE_EXPECT=1 writes it."


@pytest.mark.parametrize("kept", KEPT)
def test_a_service_of_an_earlier_version_stays_as_it_is(stack: Stack, cloud: Cloud, kept: str) -> None:
    account = Account(cloud, STATES / kept)
    with account.translated() as address:
        stack.env["AWS_ENDPOINT_URL"] = address
        account.give(stack)
        stack.no_change()
        # AWS is as the state says, and the state as this version would write it.
        stack.refresh()
        before = cloud.objects()
        cloud.forget_calls()
        stack.up("--expect-no-changes")
        # Beside what only looks, nothing was called.
        assert [it["operation"] for it in cloud.calls() if not it["operation"].startswith(LOOKS)] == []
        assert cloud.objects() == before
        # And it can go. (The production example is protected.)
        if kept.endswith("small"):
            stack.destroy()
            assert cloud.objects() == []
