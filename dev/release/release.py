#!/usr/bin/env python3
"""The steps of a release that need no compiler. The release workflow runs them, and so do the tests.

    release.py check --tag v0.1.0 --repository <owner>/pulumi-fargate   refuses what must not be published
    release.py archive BINARY linux-amd64 FOLDER                        writes the archive that the engine downloads
    release.py notes                                                    prints the changelog of this version
    release.py pom FILE                                                 refuses one that Maven Central would

It needs Python's standard library alone: it runs on each platform's machine.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = "pulumi-resource-fargate"
# The registry infers the package's name from the repository's (pulumi/registry, tools/resourcedocsgen/cmd/metadata.go).
REPOSITORY = "pulumi-fargate"
# Which machine makes which archive: the workflow's matrix is compared with it.
PLATFORMS = ("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64")
# Each file's time in an archive: equal binaries make equal archives, whenever they are packed. 2000-01-01.
TIME = 946_684_800
# pulumi/registry, scripts/ci/community-package: the values of `category/…` that it knows.
CATEGORIES = {"cloud", "database", "infrastructure", "monitoring", "network", "utility", "vcs"}
# The pages that it reads from the repository. It refuses one that does not begin with front matter.
PAGES = ("docs/_index.md", "docs/installation-configuration.md")


def version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.M)
    assert found, "Cargo.toml has no version"
    return found[1]


def sections(changelog: str) -> list[tuple[str, str, str]]:
    """The versions of a changelog: name, what its heading says in brackets, and its text."""
    parts = re.split(r"^## (\S+) \((.+)\)\n", changelog, flags=re.M)[1:]
    return [(parts[at], parts[at + 1], parts[at + 2].strip()) for at in range(0, len(parts), 3)]


def notes(changelog: str, wanted: str) -> str:
    """What a version's release says of it."""
    found = [text for name, _, text in sections(changelog) if name == wanted]
    if not found:
        raise SystemExit(f"CHANGELOG.md has no section of {wanted}.")
    return f"""{found[0]}

## Checking what you downloaded

`sha256sum --check <archive>.sha256` compares an archive with its checksum, and
`gh attestation verify <archive> --repo <owner of this repository>/{REPOSITORY}` shows that this repository's release workflow built it.
"""


def zipped(data: bytes, small: bool = True) -> bytes:
    """As gzip writes it. Zopfli takes a minute for what gzip takes two seconds, and each download is 3 % smaller."""
    if small:
        # Only where an archive is written: the other commands need nothing but Python.
        import zopfli.gzip

        return zopfli.gzip.compress(data, numiterations=5)
    return gzip.compress(data, 1, mtime=0)


def archive(binary: Path, platform: str, folder: Path, small: bool = True) -> Path:
    """An archive as the engine looks for it, and its checksum beside it."""
    system = platform.partition("-")[0]
    path = folder / f"{PLUGIN}-v{version()}-{platform}.tar.gz"
    members = [(binary, PLUGIN + (".exe" if system == "windows" else ""), 0o755)]
    members += [(ROOT / name, name, 0o644) for name in ("README.md", "LICENSE")]
    folder.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for source, name, mode in members:
            member = tarfile.TarInfo(name)
            content = source.read_bytes()
            member.size, member.mode, member.mtime = len(content), mode, TIME
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(zipped(packed.getvalue(), small))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    # Bytes, because Windows would end the line in its own way, and `sha256sum --check` reads the name to its end.
    path.with_name(path.name + ".sha256").write_bytes(f"{digest}  {path.name}\n".encode())
    return path


def required(schema: dict[str, Any], repository: str) -> list[str]:
    """What the schema lacks to be published from a repository: for the registry, and for the SDKs' own registries."""
    owner, _, name = repository.partition("/")
    home = f"https://github.com/{repository}"
    java = f"io.github.{owner.lower().replace('-', '_')}"
    csharp = "".join(part[:1].upper() + part[1:] for part in owner.split("-"))
    languages = schema.get("language", {})
    categories = {it.removeprefix("category/") for it in schema.get("keywords", []) if it.startswith("category/")}
    is_as_wanted = {
        f"`name` is {name.removeprefix('pulumi-')}": schema.get("name") == name.removeprefix("pulumi-"),
        "`publisher` is set": bool(schema.get("publisher")),
        f"`repository` is {home}": schema.get("repository") == home,
        "`homepage` is set": bool(schema.get("homepage")),
        "`logoUrl` is an https address": str(schema.get("logoUrl")).startswith("https://"),
        f"`pluginDownloadURL` is github://api.github.com/{owner}": schema.get("pluginDownloadURL")
        == f"github://api.github.com/{owner}",
        f"`keywords` has one category of {', '.join(sorted(CATEGORIES))}": len(categories) == 1
        and categories <= CATEGORIES,
        f"`language.go.importBasePath` begins with github.com/{repository}/sdk/go": str(
            languages.get("go", {}).get("importBasePath")
        ).startswith(f"github.com/{repository}/sdk/go"),
        "`language.nodejs.packageName` is set": bool(languages.get("nodejs", {}).get("packageName")),
        "`language.python.packageName` is set": bool(languages.get("python", {}).get("packageName")),
        # Before the schema has an owner, both are names of nobody, which cannot be published.
        f"`language.java.basePackage` is {java}": languages.get("java", {}).get("basePackage") == java,
        f"`language.csharp.rootNamespace` is {csharp}": languages.get("csharp", {}).get("rootNamespace") == csharp,
    }
    return [f"schema.json: {rule}" for rule, holds in is_as_wanted.items() if not holds]


def lacking(pom: str) -> list[str]:
    """What Maven Central demands of a package and this one does not say (central.sonatype.org/publish/requirements)."""
    project = re.sub(r"(?s)<(dependencies|build|licenses)>.*?</\1>", "", pom)
    return [name for name in ("name", "description", "url", "developers", "scm") if f"<{name}>" not in project]


def problems(tag: str, repository: str) -> list[str]:
    """Why this commit must not be published under this tag from this repository."""
    found = []
    if tag != f"v{version()}":
        found.append(f"The tag is {tag}, and the version in Cargo.toml {version()}: the tag must be v{version()}.")
    if repository.partition("/")[2] != REPOSITORY:
        found.append(f"The repository is {repository}. It must be called {REPOSITORY}: Pulumi's registry wants it.")
    newest = sections((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))[:1]
    if not newest or newest[0][0] != version() or not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[0][1]):
        found.append(f"CHANGELOG.md must begin with a section of {version()} and the date: ## {version()} (2026-01-31)")
    schema = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
    if schema.get("version") != version():
        found.append(f"schema.json has the version {schema.get('version')}: run `make generate`.")
    found += required(schema, repository)
    pom = ROOT / "sdk" / "java" / "pom.xml"
    if not pom.exists():
        found.append("There is no SDK for Java in sdk/java.")
    elif missing := lacking(pom.read_text(encoding="utf-8")):
        found.append(
            f"{pom.relative_to(ROOT)} has no <{'>, <'.join(missing)}>: Maven Central takes no package without."
        )
    for page in PAGES:
        path = ROOT / page
        if not path.exists() or not path.read_text(encoding="utf-8").startswith("---\n"):
            found.append(f"{page} is missing, or does not begin with front matter: Pulumi's registry reads it.")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("--tag", required=True)
    check.add_argument("--repository", required=True)
    pack = commands.add_parser("archive")
    pack.add_argument("binary", type=Path)
    pack.add_argument("platform", choices=PLATFORMS)
    pack.add_argument("folder", type=Path)
    commands.add_parser("notes")
    commands.add_parser("pom").add_argument("file", type=Path)
    asked = parser.parse_args()
    if asked.command == "archive":
        print(archive(asked.binary, asked.platform, asked.folder))
    elif asked.command == "notes":
        print(notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version()))
    elif asked.command == "pom":
        if missing := lacking(asked.file.read_text(encoding="utf-8")):
            sys.exit(f"{asked.file} has no <{'>, <'.join(missing)}>: Maven Central takes no package without.")
    elif found := problems(asked.tag, asked.repository):
        sys.exit("\n".join([f"{asked.tag} cannot be released from {asked.repository}:", *(f"* {it}" for it in found)]))


if __name__ == "__main__":
    main()
