"""The plugin as a user installs it: from a file or from a server, into Pulumi's own folder."""

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml
from downloads import served, this_platform
from world import IMAGE, ROOT, VERSION, Cloud, Stack

PLUGIN = ROOT / "target" / "debug" / "pulumi-resource-fargate"


@pytest.fixture
def stack(tmp_path: Path, cloud: Cloud) -> Stack:
    """One whose project does not say where the plugin is."""
    return Stack(tmp_path, cloud, plugin=Path("installed"))


def test_a_plugin_installed_from_a_file_is_found_and_by_no_other_way(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    stack.up(fails=True).says("fargate")
    assert cloud.objects() == []

    stack.run("plugin", "install", "resource", "fargate", VERSION, "--file", str(PLUGIN))
    stack.run("plugin", "ls").says("fargate", VERSION)
    stack.up()
    stack.no_change()
    # The state alone finds it again, without the program.
    stack.destroy()
    assert cloud.objects() == []


def test_a_released_archive_is_installed_from_a_server_and_used(stack: Stack, cloud: Cloud, tmp_path: Path) -> None:
    archive = f"pulumi-resource-fargate-v{VERSION}-{this_platform()}.tar.gz"
    stack.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    with served(tmp_path / "release") as (address, asked):
        stack.run("plugin", "install", "resource", "fargate", VERSION, "--server", address)
        assert set(asked) == {f"/{archive}"}
        # The checksum is what `sha256sum --check` reads.
        digest, _, name = (tmp_path / "release" / f"{archive}.sha256").read_text().rstrip("\n").partition("  ")
        assert (digest, name) == (hashlib.sha256((tmp_path / "release" / archive).read_bytes()).hexdigest(), archive)
    installed = Path(stack.env["PULUMI_HOME"]) / "plugins" / f"resource-fargate-v{VERSION}"
    assert {"pulumi-resource-fargate", "README.md", "LICENSE"} <= {it.name for it in installed.iterdir()}
    # The server is gone: what was installed is enough.
    stack.up()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_package_is_added_to_a_project_and_installed_on_another_machine(
    stack: Stack, cloud: Cloud, tmp_path: Path
) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    with served(tmp_path / "release") as (address, asked):
        stack.run("package", "add", f"fargate@{VERSION}", "--server", address)
        added = yaml.safe_load((stack.folder / "Pulumi.yaml").read_text())["packages"]["fargate"]
        assert (added["source"], added["version"], added["pluginDownloadURL"]) == ("fargate", VERSION, address)
        # Another machine has the project, and nothing installed.
        shutil.rmtree(Path(stack.env["PULUMI_HOME"]) / "plugins")
        asked.clear()
        stack.run("install")
        assert asked, "The plugin is not downloaded again."
    stack.up()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_the_schema_is_told_without_credentials(stack: Stack) -> None:
    for name in [name for name in stack.env if name.startswith("AWS_")]:
        del stack.env[name]
    stack.write()
    schema = stack.json("package", "get-schema", str(PLUGIN))
    assert schema["version"] == VERSION
    assert list(schema["resources"]) == ["fargate:index:FargateWebService"]
