"""What a release packs beside the binaries: `make release-test`. Not part of each run: it asks the package registries."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

import release

HERE = Path(release.__file__).parent
VERSION = release.version()
SCHEMA = json.loads((release.ROOT / "schema.json").read_text())
TOOLS = {"nodejs": "npm", "python": "python3", "go": "go", "java": "mvn", "dotnet": "dotnet"}


def pack(language: str, folder: Path) -> Path:
    if not (release.ROOT / "sdk" / language).is_dir():
        pytest.skip(f"there is no SDK for {language}")
    if not shutil.which(TOOLS[language]):
        pytest.skip(f"{TOOLS[language]} is not installed")
    subprocess.run([HERE / "sdk", language, folder], check=True)
    return folder


def test_the_package_for_nodejs_has_the_plugins_version_and_what_was_compiled(tmp_path: Path) -> None:
    [packed] = pack("nodejs", tmp_path / "out").glob("*.tgz")
    with tarfile.open(packed) as package:
        assert "package/bin/fargateWebService.js" in package.getnames()
        described = json.loads(package.extractfile("package/package.json").read())  # type: ignore[union-attr]
    assert described["version"] == described["pulumi"]["version"] == VERSION
    assert described["name"] == SCHEMA["language"]["nodejs"]["packageName"]


def test_the_packages_for_python_have_the_plugins_version_and_the_types(tmp_path: Path) -> None:
    out = pack("python", tmp_path / "out")
    [wheel] = out.glob(f"pulumi_fargate-{VERSION}-*.whl")
    assert list(out.glob(f"pulumi_fargate-{VERSION}.tar.gz"))
    with zipfile.ZipFile(wheel) as package:
        assert {"pulumi_fargate/py.typed", "pulumi_fargate/pulumi-plugin.json"} <= set(package.namelist())
        assert json.loads(package.read("pulumi_fargate/pulumi-plugin.json"))["version"] == VERSION


def test_the_go_module_compiles(tmp_path: Path) -> None:
    pack("go", tmp_path / "out")


def test_the_package_for_dotnet_is_packed(tmp_path: Path) -> None:
    assert list(pack("dotnet", tmp_path / "out").glob(f"*.{VERSION}.nupkg"))


def test_the_package_for_java_knows_its_version(tmp_path: Path) -> None:
    out = pack("java", tmp_path / "out")
    [jar] = (it for it in out.glob(f"*-{VERSION}.jar"))
    assert list(out.glob("*-sources.jar")) and list(out.glob("*-javadoc.jar")) and list(out.glob(f"*-{VERSION}.pom"))
    with zipfile.ZipFile(jar) as package:
        # Without it the SDK asks for any version of the plugin.
        [named] = (it for it in package.namelist() if it.endswith("/version.txt"))
        assert package.read(named).decode().strip() == VERSION


POM = """<project>
    <groupId>io.github.acme</groupId>
    <artifactId>fargate</artifactId>
    <version>1.2.3</version>
    <name>fargate</name>
    <description>A service.</description>
    <url>https://github.com/acme/pulumi-fargate</url>
    <licenses></licenses>
    <developers></developers>
    <scm></scm>
    <dependencies>
        <dependency>
            <groupId>com.pulumi</groupId>
            <artifactId>pulumi</artifactId>
            <version>1.36.1</version>
        </dependency>
    </dependencies>
</project>
"""


def test_a_bundle_for_maven_central_is_signed_and_laid_out_as_it_demands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    packed, home = tmp_path / "packed", tmp_path / "gpg"
    packed.mkdir()
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    monkeypatch.setenv("SIGNING_PASSWORD", "open")
    key = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "open"]
    subprocess.run([*key, "--quick-generate-key", "a release <release@example.com>", "ed25519", "sign"], check=True)
    (packed / "fargate-1.2.3.pom").write_text(POM)
    for kind in ("", "-sources", "-javadoc"):
        (packed / f"fargate-1.2.3{kind}.jar").write_bytes(kind.encode())
    bundle = tmp_path / "bundle.zip"
    subprocess.run([HERE / "maven-bundle", packed, bundle], check=True)
    folder = "io/github/acme/fargate/1.2.3"
    with zipfile.ZipFile(bundle) as zipped:
        zipped.extractall(tmp_path / "open")
        files = {Path(it).name for it in zipped.namelist() if it.startswith(folder) and not it.endswith("/")}
    names = ["fargate-1.2.3.pom", "fargate-1.2.3.jar", "fargate-1.2.3-sources.jar", "fargate-1.2.3-javadoc.jar"]
    assert files == {f"{name}{end}" for name in names for end in ("", ".asc", ".md5", ".sha1")}
    for name in names:
        path = tmp_path / "open" / folder / name
        subprocess.run(["gpg", "--quiet", "--verify", f"{path}.asc", path], check=True)

    # A pom without an address is refused before anything is signed.
    (packed / "fargate-1.2.3.pom").write_text(POM.replace("url>", "address>"))
    assert subprocess.run([HERE / "maven-bundle", packed, bundle]).returncode == 1
    assert "has no <url>" in capfd.readouterr().err


def test_the_list_of_what_is_compiled_in_names_it(tmp_path: Path) -> None:
    listed = tmp_path / "plugin.cdx.json"
    subprocess.run([HERE / "sbom", listed], check=True)
    document = json.loads(listed.read_text())
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["version"] == VERSION
    names = {it["name"] for it in document["components"]}
    assert {"tokio", "tonic", "aws-sdk-ecs", "ring"} <= names
    # What only tests use is not in the plugin, and the list does not say so.
    assert not {"proptest", "expect-test"} & names
    assert str(release.ROOT) not in listed.read_text()
    status = subprocess.run(["git", "status", "--short"], cwd=release.ROOT, capture_output=True, text=True)
    assert "sbom" not in status.stdout.replace("dev/release/sbom", "")
