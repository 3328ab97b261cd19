"""The programs of examples/automation: no project and no CLI in the hands of a person, a stack that comes and goes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from world import IMAGE, ROOT, VERSION, Cloud, Stack, made_by


@pytest.fixture
def stack(tmp_path: Path, cloud: Cloud) -> Stack:
    """One whose plugin is installed as README.md says: a program of this kind has no project that could name it."""
    stack = Stack(tmp_path, cloud, plugin=Path("installed"))
    plugin = ROOT / "target" / "debug" / "pulumi-resource-fargate"
    stack.run("plugin", "install", "resource", "fargate", VERSION, "--file", str(plugin))
    return stack


def command(stack: Stack, language: str) -> list[str]:
    ignore = shutil.ignore_patterns("node_modules", "venv", ".venv", "__pycache__", "bin")
    shutil.copytree(ROOT / "examples" / "automation" / language, stack.folder, dirs_exist_ok=True, ignore=ignore)
    if language == "typescript":
        stack.link_node_modules()
        return ["npm", "start", "--"]
    if language == "python":
        stack.env["PYTHONPATH"] = str(made_by("python-sdk"))
        return [sys.executable, "trial.py"]
    return [str(made_by("go") / "bin" / "automation")]


def run(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    process = subprocess.Popen(
        words,
        cwd=stack.folder,
        env=stack.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        text, _ = process.communicate(timeout=240)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise AssertionError(f"{words} did not end\n{process.communicate()[0]}\n{stack.cloud.tail()}") from None
    return subprocess.CompletedProcess(words, process.returncode, text)


@pytest.mark.parametrize("language", ["typescript", "python", "go"])
def test_a_program_creates_a_stack_reads_its_url_and_removes_it(stack: Stack, cloud: Cloud, language: str) -> None:
    words = command(stack, language)
    done = run(stack, *words, "first")
    assert done.returncode == 0, f"{done.stdout}\n{cloud.tail()}"
    assert re.search(r"^The service is ready at http://web-\S+\.elb\.amazonaws\.com$", done.stdout, re.M), done.stdout
    assert cloud.outcomes("CreateService") == {"ok"}
    assert cloud.objects() == []
    assert stack.run("stack", "ls", "--all", "--json").text.strip() == "[]"

    # A deployment that fails is an error of the program, and leaves nothing either.
    cloud.behave(IMAGE, run="exit", code=1, after=1, logs=["starting"])
    done = run(stack, *words, "second")
    assert done.returncode != 0, done.stdout
    assert "the program failed, exit code 1" in done.stdout, done.stdout
    assert "The service is ready" not in done.stdout
    assert cloud.objects() == []
