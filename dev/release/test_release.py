"""The steps of a release that need no compiler, and the workflow that runs them."""

from __future__ import annotations

import json
import subprocess
import tarfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

import release

OWNED = "acme/pulumi-fargate"
SCHEMA = json.loads((release.ROOT / "schema.json").read_text())

# What nobody can fill in who does not know where the repository will be. The schema has it from `OWNER` in
# provider/component/pages/schema/publication.rs.
NEEDS_AN_OWNER = """\
schema.json: `publisher` is set
schema.json: `repository` is https://github.com/acme/pulumi-fargate
schema.json: `homepage` is set
schema.json: `logoUrl` is an https address
schema.json: `pluginDownloadURL` is github://api.github.com/acme
schema.json: `language.go.importBasePath` begins with github.com/acme/pulumi-fargate/sdk/go
schema.json: `language.java.basePackage` is io.github.acme
schema.json: `language.csharp.rootNamespace` is Acme"""

COMPLETE: dict[str, Any] = {
    "name": "fargate",
    "publisher": "Acme",
    "repository": "https://github.com/acme/pulumi-fargate",
    "homepage": "https://github.com/acme/pulumi-fargate",
    "logoUrl": "https://raw.githubusercontent.com/acme/pulumi-fargate/main/logo.png",
    "pluginDownloadURL": "github://api.github.com/acme",
    "keywords": ["pulumi", "category/cloud"],
    "language": {
        "go": {"importBasePath": "github.com/acme/pulumi-fargate/sdk/go/fargate"},
        "nodejs": {"packageName": "pulumi-fargate"},
        "python": {"packageName": "pulumi_fargate"},
        "java": {"basePackage": "io.github.acme"},
        "csharp": {"rootNamespace": "Acme"},
    },
}


def test_a_complete_schema_can_be_published_and_one_without_a_field_cannot() -> None:
    assert release.required(COMPLETE, OWNED) == []
    for name in COMPLETE:
        without = {key: value for key, value in COMPLETE.items() if key != name}
        assert release.required(without, OWNED), name
    for language in COMPLETE["language"]:
        without = deepcopy(COMPLETE)
        del without["language"][language]
        [lacking] = release.required(without, OWNED)
        assert f"`language.{language}." in lacking
    # Another owner's names are not ours to publish.
    assert len(release.required(COMPLETE, "other/pulumi-fargate")) == 5


def test_the_committed_schema_lacks_nothing_but_what_needs_an_owner() -> None:
    if repository := SCHEMA.get("repository"):
        assert release.required(SCHEMA, repository.removeprefix("https://github.com/")) == []
    else:
        assert "\n".join(release.required(SCHEMA, OWNED)) == NEEDS_AN_OWNER


def test_what_must_not_be_published_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    command = ["python3", str(Path(release.__file__)), "check", "--tag", "v9.9.9", "--repository", "acme/fargate"]
    assert subprocess.run(command).returncode == 1
    said = capfd.readouterr().err
    assert "v9.9.9 cannot be released from acme/fargate:" in said
    assert f"the tag must be v{release.version()}." in said
    assert "It must be called pulumi-fargate" in said
    if not SCHEMA.get("publisher"):
        assert "`publisher` is set" in said


def test_a_pom_that_maven_central_would_refuse_is_seen_before_anything_is_published() -> None:
    dependency = "<dependencies><dependency><name>a</name><url>b</url></dependency></dependencies>"
    assert release.lacking(f"<project>{dependency}<name>a</name></project>") == [
        "description",
        "url",
        "developers",
        "scm",
    ]
    whole = "<name>a</name><description>b</description><url>c</url><developers></developers><scm></scm>"
    assert release.lacking(f"<project>{whole}{dependency}</project>") == []


def test_archives_are_as_the_engine_wants_them_and_equal_each_time(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x7fELF" * 100)
    for platform in release.PLATFORMS:
        archive = release.archive(binary, platform, tmp_path / "first")
        again = release.archive(binary, platform, tmp_path / "second")
        assert archive.name == f"pulumi-resource-fargate-v{release.version()}-{platform}.tar.gz"
        assert archive.read_bytes() == again.read_bytes()
        name = "pulumi-resource-fargate" + (".exe" if platform.startswith("windows") else "")
        with tarfile.open(archive) as packed:
            assert {it.name: it.mode for it in packed} == {name: 0o755, "README.md": 0o644, "LICENSE": 0o644}
            assert packed.extractfile(name).read() == binary.read_bytes()  # type: ignore[union-attr]
    sums = sorted(it.name for it in (tmp_path / "first").glob("*.sha256"))
    assert len(sums) == len(release.PLATFORMS)
    subprocess.run(["sha256sum", "--check", "--quiet", *sums], cwd=tmp_path / "first", check=True)


CHANGELOG = """# Changelog

Words.

## 0.2.0 (2027-02-03)

### Added

* Two.

## 0.1.0 (2027-01-02)

* One.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert [name for name, _, _ in release.sections(CHANGELOG)] == ["0.2.0", "0.1.0"]
    assert release.notes(CHANGELOG, "0.2.0").startswith("### Added\n\n* Two.\n\n## Checking")
    assert release.notes(CHANGELOG, "0.1.0").startswith("* One.\n\n## Checking")
    with pytest.raises(SystemExit, match=r"no section of 0\.3\.0"):
        release.notes(CHANGELOG, "0.3.0")
    # The committed one can be read too.
    release.notes((release.ROOT / "CHANGELOG.md").read_text(), release.version())


def test_the_workflow_builds_each_platform_by_the_script_that_knows_it() -> None:
    workflow = yaml.safe_load((release.ROOT / ".github" / "workflows" / "release.yml").read_text())
    built = [it["platform"] for it in workflow["jobs"]["binaries"]["strategy"]["matrix"]["include"]]
    assert sorted(built) == sorted(release.PLATFORMS)
    script = (Path(release.__file__).parent / "build").read_text()
    assert all(f"\n{platform})" in script for platform in release.PLATFORMS)
