"""The plugin as a user installs it: from a file, into Pulumi's own folder."""

from pathlib import Path

import pytest
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


def test_the_schema_is_told_without_credentials(stack: Stack) -> None:
    for name in [name for name in stack.env if name.startswith("AWS_")]:
        del stack.env[name]
    stack.write()
    schema = stack.json("package", "get-schema", str(PLUGIN))
    assert schema["version"] == VERSION
    assert list(schema["resources"]) == ["fargate:index:FargateWebService"]
