"""The policy pack of examples/policies sees the children of a service and stops a preview.

The Python host that the tests have is too old to start a pack, so a launcher starts it as the engine starts packs of
runtimes that have no host; the pack, and what the engine sends it, are the same.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from places import certificate
from world import ROOT, SMALL, Cloud, Stack, made_by


class Policed(Stack):
    """A stack whose project names the launcher."""

    def project(self) -> dict[str, object]:
        project = super().project()
        project["plugins"]["analyzers"] = [{"name": "policy-launched", "path": str(self.folder.parent / "launcher")}]
        return project


@pytest.fixture
def stack(tmp_path: Path, cloud: Cloud) -> Policed:
    stack = Policed(tmp_path, cloud)
    stack.env["PYTHONPATH"] = str(made_by("policy"))
    return stack


@pytest.fixture
def pack(tmp_path: Path) -> str:
    folder, launcher = tmp_path / "pack", tmp_path / "launcher"
    ignore = shutil.ignore_patterns("venv", ".venv", "__pycache__")
    shutil.copytree(ROOT / "examples" / "policies" / "python", folder, ignore=ignore)
    project = folder / "PulumiPolicy.yaml"
    project.write_text(yaml.safe_dump(yaml.safe_load(project.read_text()) | {"runtime": "launched"}))
    launcher.mkdir()
    script = launcher / "pulumi-analyzer-policy-launched"
    # The engine starts it in the pack's folder, with its own address first.
    script.write_text('#!/bin/sh\nexec python3 . "$1"\n')
    script.chmod(0o755)
    return str(folder)


def test_a_policy_pack_sees_the_children_and_stops_a_preview(stack: Policed, cloud: Cloud, pack: str) -> None:
    stack.service(**SMALL, logRetentionInDays=7)
    said = stack.run("preview", "--policy-pack", pack, fails=True)
    said.says(
        "[mandatory]  https-only  (fargate:lb:Listener: web-http)",
        "web-http serves without encryption. Set certificateArn on the service.",
        "[mandatory]  logs-are-kept  (fargate:cloudwatch:LogGroup: web-logs)",
        "web-logs keeps logs for 7 days. Set logRetentionInDays on the service to 30 or more.",
        "[advisory]  no-spot  (fargate:ecs:Service: web-service)",
    )

    # What the messages ask for is enough, for `up` too; the listener on port 80 redirects.
    stack.service(**SMALL, logRetentionInDays=30, certificateArn=certificate(cloud), spot="none")
    said = stack.up("--policy-pack", pack)
    said.says_not("[mandatory]", "[advisory]")
    said.says("web-https", "web-http")
    stack.destroy()
