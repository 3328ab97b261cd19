"""The unit tests of examples/testing, as their users run them: they pass, and they fail when the program is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from world import ROOT, made_by

COMMANDS = {"typescript": ["npm", "test"], "python": [sys.executable, "-m", "unittest"]}
PROGRAMS = {"typescript": "orders.ts", "python": "orders.py"}


@pytest.fixture
def example(tmp_path: Path, language: str) -> Path:
    ignore = shutil.ignore_patterns("node_modules", "venv", ".venv", "__pycache__", "bin")
    shutil.copytree(ROOT / "examples" / "testing" / language, tmp_path / "program", ignore=ignore)
    if language == "typescript":
        (tmp_path / "program" / "node_modules").symlink_to(made_by("node") / "node_modules")
    return tmp_path / "program"


def unittest_of(folder: Path, language: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    environment |= {"PYTHONPATH": str(made_by("python-sdk")), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(COMMANDS[language], cwd=folder, env=environment, timeout=120, **streams)


@pytest.mark.parametrize("language", COMMANDS)
def test_the_unit_tests_pass_and_fail_if_the_program_is_wrong(example: Path, language: str) -> None:
    done = unittest_of(example, language)
    assert done.returncode == 0, done.stdout
    assert ("# pass 3" if language == "typescript" else "Ran 3 tests") in done.stdout, done.stdout

    program = example / PROGRAMS[language]
    right = program.read_text()
    assert '"prod"' in right
    program.write_text(right.replace('"prod"', '"production"'))
    done = unittest_of(example, language)
    assert done.returncode != 0, done.stdout
    assert "protected" in done.stdout, done.stdout
