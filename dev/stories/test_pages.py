"""What the pages in docs/ say is run: their programs in three languages, in one stack, and the commands that they name."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml
from pages import DOCS, Block, placed, programs, world
from world import ROOT, Cloud, PythonStack, Stack, TypeScriptStack, made_by


def together(found: list[Block], ids: dict[str, str]) -> dict[str, Any]:
    """All YAML programs in one."""
    whole: dict[str, Any] = {"config": {}, "resources": {}, "outputs": {}}
    for block in found:
        program = yaml.safe_load(placed(block.text, ids))
        assert program.keys() <= {"name", "description", "runtime", "config", "resources", "outputs"}, block.page
        again = whole["resources"].keys() & program["resources"].keys()
        assert not again, f"{block.page}: another page has a resource {again}, and all run in one stack"
        whole["resources"] |= program["resources"]
        whole["config"] |= program.get("config", {})
        whole["outputs"] |= {f"{block.module}-{name}": value for name, value in program.get("outputs", {}).items()}
    return whole


def modules(stack: Stack, language: str, ids: dict[str, str]) -> list[str]:
    """Writes each page's programs of a language as modules of one program."""
    names = []
    end = {"typescript": "ts", "python": "py"}[language]
    for number, block in enumerate(programs(language)):
        name = f"{block.module}_{number}"
        (stack.folder / f"{name}.{end}").write_text(placed(block.text, ids))
        names.append(name)
    assert len(names) >= len(programs("yaml"))
    return names


# Services of which a page has no YAML program, because YAML has no transforms and no classes; and a provider, whose objects the SDKs write
# as JSON text.
ONLY_ELSEWHERE = ("transformed", "renamed", "wrapped", "common")


def planned(stack: Stack) -> list[str]:
    """What a preview of the other language would do in the stack that the YAML programs made."""
    return [f"{step} {step.diffs}" for step in stack.plan() if step.name.split("-")[0] not in ONLY_ELSEWHERE]


def test_the_programs_of_the_pages_make_what_they_say_in_each_language(stack: Stack, cloud: Cloud) -> None:
    """All YAML programs come up, and the others declare the same: their previews have nothing to do."""
    ids = world(cloud)
    stack.env["PULUMI_SKIP_CHECKPOINTS"] = "true"
    whole = together(programs("yaml"), ids)
    services = [name for name, it in whole["resources"].items() if it["type"] == "fargate:FargateWebService"]
    stack.write(**whole)
    # docs/pipeline.md, before the first run.
    stack.run("stack", "select", "test")
    stack.config("imageTag", "none")
    # docs/how-to/secrets.md.
    stack.config("dbPassword", "hunter2", secret=True)
    stack.up("--parallel", "64").says("docker push")
    # docs/how-to/own-image.md, step 2 and 3.
    cloud.push(stack.outputs()["own_image-repositoryUrl"].partition("/")[2], "v1", "one")
    stack.up("--parallel", "64")
    running = {it["serviceName"]: it["runningCount"] for it in services_of(cloud)}
    assert len(running) == len(services)
    # The services of three programs have no image yet, and so no tasks.
    without = sorted(it.partition("-")[0] for it, count in running.items() if count == 0)
    assert without == ["deployedshop", "deployedstore", "keptshop"], running

    typescript = stack.in_another_language(TypeScriptStack)
    typescript.program("".join(f'import "./{name}";\n' for name in modules(typescript, "typescript", ids)))
    assert planned(typescript) == []
    python = stack.in_another_language(PythonStack)
    python.program("".join(f"import {name}  # noqa: F401\n" for name in modules(python, "python", ids)))
    assert planned(python) == []


def services_of(cloud: Cloud) -> list[dict[str, Any]]:
    ecs = cloud.client("ecs")
    found = []
    for cluster in ecs.list_clusters()["clusterArns"]:
        if arns := ecs.list_services(cluster=cluster)["serviceArns"]:
            found += ecs.describe_services(cluster=cluster, services=arns)["services"]
    return found


def test_the_programs_in_other_languages_are_generated_from_the_yaml(tmp_path: Path) -> None:
    written = tmp_path / "docs"
    shutil.copytree(DOCS, written)
    generated = re.compile(
        r"^(<details><summary>(TypeScript|Python)</summary>\n\n```\w+\n|\{\{% choosable language (?!yaml)\w+ %\}\}\n\n```\w+\n)",
        re.M,
    )
    pages = [it for it in written.rglob("*.md") if it.read_text() != (old := it.read_text()) or generated.search(old)]
    assert len(pages) >= 15
    for page in pages:
        # Nothing is right because it was there before.
        page.write_text(generated.sub(r"\1old\n", page.read_text()))
    sdkgen = made_by("engine/build") / "bin" / "sdkgen"
    subprocess.run([sdkgen, "pages", ROOT / "schema.json", written], check=True, capture_output=True)
    wrong = [
        str(it.relative_to(written)) for it in pages if it.read_text() != (DOCS / it.relative_to(written)).read_text()
    ]
    assert not wrong, f"{wrong}: run `make generate`."


# Commands whose second word is a command too.
GROUPS = ("config", "package", "plugin", "stack", "state")
COMMAND = re.compile(r"(?:^ *(?:\$ |- )?|`|\$\()pulumi ([a-z][^`\n)]*)", re.M)


def test_each_command_of_the_pages_is_one_that_the_stories_run() -> None:
    """A command of Pulumi's CLI, and each of its options, is in a story."""
    stories = "\n".join(it.read_text() for it in (ROOT / "dev" / "stories").glob("*.py"))
    missing, found = set(), 0
    for page in sorted(DOCS.rglob("*.md")):
        for command in COMMAND.findall(page.read_text()):
            found += 1
            words = re.findall(r"^[a-z-]+|(?<= )--[a-z-]+", command)
            if words[0] in GROUPS:
                words += command.split()[1:2]
            missing |= {f"{page.relative_to(ROOT)}: pulumi {command}: {it}" for it in words if f'"{it}' not in stories}
    assert found > 50
    assert not missing, "no story runs\n" + "\n".join(sorted(missing))
