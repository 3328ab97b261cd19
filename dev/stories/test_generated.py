"""What `make generate` writes from the schema and the examples in YAML is what is committed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from world import ROOT, made_by

# What people and tools leave in these folders, which `make generate` leaves alone.
LEFT = (
    "node_modules",
    ".venv",
    "venv",
    "__pycache__",
    "target",
    "bin",
    "obj",
    "*.egg-info",
    "package-lock.json",
    "go.sum",
)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(it.relative_to(folder)): it.read_bytes() for it in folder.rglob("*") if it.is_file()}


def differences(committed: dict[str, bytes], written: dict[str, bytes]) -> list[str]:
    names = sorted(committed.keys() | written.keys())
    return [it for it in names if committed.get(it) != written.get(it)]


def is_source(path: Path, written: Path, folder: str) -> bool:
    """Whether people write it: of the examples, what is in YAML or in no language's folder, and all of one that is not there in
    YAML."""
    if folder != "examples" or path.parent == written:
        return path == written / "README.md"
    example, within = path.relative_to(written).parts[:2]
    of_a_language = within in {it.name for it in (ROOT / "examples" / "small").iterdir()}
    return within == "yaml" or not of_a_language or not (written / example / "yaml").is_dir()


@pytest.mark.parametrize(("folder", "command"), [("sdk", []), ("examples", ["examples"])])
def test_what_is_committed_is_what_is_generated(tmp_path: Path, folder: str, command: list[str]) -> None:
    committed, written = tmp_path / "committed", tmp_path / "written"
    shutil.copytree(ROOT / folder, committed, ignore=shutil.ignore_patterns(*LEFT, "Pulumi.*.yaml"))
    shutil.copytree(committed, written)
    for path in list(written.rglob("*")):
        # Nothing is right because it was there before, except the sources.
        if path.is_file() and not is_source(path, written, folder):
            path.write_text("old")
    sdkgen = made_by("engine/build") / "bin" / "sdkgen"
    subprocess.run([sdkgen, *command, ROOT / "schema.json", written], check=True, capture_output=True)
    found = differences(contents(committed), contents(written))
    assert not found, "\n".join([*found, "Run `make generate`."])
