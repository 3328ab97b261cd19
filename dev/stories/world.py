"""The world of a story: a local AWS, a Pulumi engine, and a stack of one program.

A story says what a user does and sees. Everything here is about saying that in few words; what
goes wrong is shown with the engine's output and the last calls that AWS got.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from account import ACCOUNT, COMPONENT, IMAGE, PLUGIN, REGION, ROOT, VERSION, Cloud, environment

__all__ = [
    "ACCOUNT",
    "ALWAYS",
    "COMPONENT",
    "IMAGE",
    "POLICIES",
    "REGION",
    "ROOT",
    "SMALL",
    "VERSION",
    "Caller",
    "Cloud",
    "PythonStack",
    "Ran",
    "Stack",
    "Step",
    "TypeScriptStack",
    "made_by",
    "wait_for",
]

# The inputs of the service that is made soonest.
SMALL: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}


@cache
def made_by(script: str) -> Path:
    """The folder that one of the scripts in dev/ makes and prints."""
    done = subprocess.run([ROOT / "dev" / script], check=True, stdout=subprocess.PIPE, text=True)
    return Path(done.stdout.strip().splitlines()[-1])


@dataclass
class Ran:
    """What one command of the CLI gave."""

    code: int
    text: str

    def says(self, *fragments: str) -> None:
        for fragment in fragments:
            assert fragment in self.text, f"not said: {fragment!r}\n\n{self.text}"

    def says_not(self, *fragments: str) -> None:
        for fragment in fragments:
            assert fragment not in self.text, f"said: {fragment!r}\n\n{self.text}"


@dataclass
class Step:
    """One step of a preview, or of a run."""

    op: str
    type: str
    name: str
    diffs: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.op} {self.name}"


# The committed policies: those that every service needs, and those of features.
ALWAYS = ("service", "network")
POLICIES = (*ALWAYS, "features", "vpc", "routes", "traffic", "values", "domains", "operations")


class Caller:
    """An IAM user who may do what the committed policies say, less what is left out. With a name they are those of
    docs/iam/narrow, for names that begin so."""

    def __init__(self, cloud: Cloud, *policies: str, without: str = "", narrow: str = "") -> None:
        iam = cloud.client("iam")
        iam.create_user(UserName="deployer")
        for name in policies or POLICIES:
            text = (ROOT / "docs" / "iam" / ("narrow" if narrow else "") / f"{name}.json").read_text()
            if narrow:
                # As docs/permissions.md says.
                text = text.replace("eu-central-1", REGION).replace("orders", narrow)
            document = json.loads(text)
            for statement in document["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                # A statement needs an action; AWS has none of this name.
                statement["Action"] = [it for it in actions if it != without] or ["none:Nothing"]
            made = iam.create_policy(PolicyName=f"fargate-{name}", PolicyDocument=json.dumps(document))
            iam.attach_user_policy(UserName="deployer", PolicyArn=made["Policy"]["Arn"])
        key = iam.create_access_key(UserName="deployer")["AccessKey"]
        self.env = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


Other = TypeVar("Other", bound="Stack")


class Stack:
    """One program with its state, in a folder of its own."""

    language = "yaml"

    def __init__(self, folder: Path, cloud: Cloud, plugin: Path | None = None, engine: str | None = None) -> None:
        self.cloud = cloud
        self.folder = folder / "program"
        self.folder.mkdir(parents=True)
        self.plugin = plugin or PLUGIN.parent
        engine = engine or str(made_by("engine/build") / "bin")
        home, state = folder / "home", folder / "state"
        home.mkdir()
        state.mkdir()
        self.env = environment(cloud)
        self.env |= {
            "PATH": f"{engine}:{Path(sys.executable).parent}:{self.env['PATH']}",
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "story",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            # A command of the CLI is over so soon that collecting its garbage costs a tenth of it.
            "GOGC": "400",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "1",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "1",
        }
        self.made = False

    def act_as(self, caller: Caller) -> None:
        self.env |= caller.env

    def project(self) -> dict[str, Any]:
        project: dict[str, Any] = {"name": "story", "runtime": self.language}
        if self.plugin != Path("installed"):
            project["plugins"] = {"providers": [{"name": "fargate", "path": str(self.plugin)}]}
        return project

    def write(self, **program: Any) -> None:
        """Writes a YAML program: resources, outputs, variables, config."""
        document = self.project() | program
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        self.begin()

    def service(self, name: str = "web", /, options: dict[str, Any] | None = None, **inputs: Any) -> None:
        """Writes a YAML program with one service, and its URL as an output."""
        resource: dict[str, Any] = {"type": "fargate:FargateWebService", "properties": inputs}
        if options:
            resource["options"] = options
        outputs = {"url": f"${{{name}.url}}", "taskDefinition": f"${{{name}.taskDefinitionArn}}"}
        self.write(resources={name: resource}, outputs=outputs)

    def example(self, name: str, language: str) -> None:
        """A copy of an example, where it finds our plugin and, without a registry, our SDK."""
        # Not what a person may have installed or configured in it.
        ignore = shutil.ignore_patterns("node_modules", "venv", ".venv", "__pycache__", "target", "Pulumi.*.yaml")
        shutil.copytree(ROOT / "examples" / name / language, self.folder, dirs_exist_ok=True, ignore=ignore)
        if (app := ROOT / "examples" / name / "app").exists():
            shutil.copytree(app, self.folder.parent / "app", dirs_exist_ok=True)
        project = self.folder / "Pulumi.yaml"
        document = yaml.safe_load(project.read_text()) | {"plugins": self.project()["plugins"]}
        if language == "typescript":
            self.link_node_modules()
        if language == "python":
            self.env["PYTHONPATH"] = str(made_by("python-sdk"))
        if language in ("go", "java"):
            document["runtime"] = self.compiled_runtime(name, language)
        project.write_text(yaml.safe_dump(document, sort_keys=False))
        self.begin()

    def compiled(self, name: str, language: str) -> None:
        """A program of go/ or java/ beside this file."""
        document = self.project() | {"runtime": self.compiled_runtime(name, language)}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        self.begin()

    def compiled_runtime(self, name: str, language: str) -> dict[str, Any]:
        """How the CLI runs a program that was compiled once for all stories."""
        if language == "go":
            self.env["STORY_GO_BINARY"] = str(made_by("go") / "bin" / name)
            return {"name": "go"}
        if missing := subprocess.run([ROOT / "dev" / "prerequisites", "java"], capture_output=True, text=True).stderr:
            pytest.skip(f"Java: {missing.strip()}")
        return {"name": "java", "options": {"binary": str(made_by("java") / f"{name}.jar")}}

    def through_maven(self) -> None:
        """Runs a Java example as its users do, from its source, with what is in our own repository and no network."""
        project = self.folder / "Pulumi.yaml"
        project.write_text(yaml.safe_dump(yaml.safe_load(project.read_text()) | {"runtime": "java"}, sort_keys=False))
        settings = self.folder / ".mvn"
        settings.mkdir()
        (settings / "maven.config").write_text(f"--offline\n-Dmaven.repo.local={made_by('java')}/repository\n")

    def in_another_language(self, kind: type[Other]) -> Other:
        """The same stack, for a program in another language."""
        other = kind.__new__(kind)
        other.__dict__ = self.__dict__
        return other

    def link_node_modules(self) -> None:
        modules = self.folder / "node_modules"
        if not modules.exists():
            modules.symlink_to(made_by("node") / "node_modules")

    def begin(self) -> None:
        if not self.made:
            self.made = True
            self.run("stack", "init", "test")

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Starts a command and does not wait for it."""
        return subprocess.Popen(
            ["pulumi", *args, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *args: str, fails: bool = False) -> Ran:
        process = self.start(*args)
        try:
            text, _ = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, _ = process.communicate()
            raise AssertionError(f"pulumi {' '.join(args)} did not end\n{text}\n{self.cloud.tail()}") from None
        if (process.returncode != 0) != fails:
            what = "succeeded" if fails else "failed"
            raise AssertionError(f"pulumi {' '.join(args)} {what}\n\n{text}\n\nlast calls:\n{self.cloud.tail()}")
        return Ran(process.returncode, text)

    def up(self, *args: str, fails: bool = False) -> Ran:
        return self.run("up", "--yes", "--skip-preview", *args, fails=fails)

    def preview(self, *args: str, fails: bool = False) -> Ran:
        return self.run("preview", "--diff", *args, fails=fails)

    def plan(self) -> list[Step]:
        """What a preview would do, without what stays the same."""
        document = self.json("preview", "--json")
        steps = []
        for step in document["steps"]:
            urn = step["urn"]
            diffs = sorted((step.get("detailedDiff") or {}).keys())
            steps.append(Step(step["op"], urn.split("::")[2].split("$")[-1], urn.split("::")[-1], diffs))
        return [step for step in steps if step.op not in ("same", "read")]

    def json(self, *args: str) -> Any:
        """The JSON that a command prints, wherever it begins."""
        text = self.run(*args).text
        return json.JSONDecoder().raw_decode(text[text.index("{") :])[0]

    def no_change(self) -> None:
        steps = self.plan()
        assert not steps, "\n".join(f"{step} {step.diffs}" for step in steps)

    def refresh(self) -> Ran:
        return self.run("refresh", "--yes", "--skip-preview")

    def destroy(self, *args: str) -> Ran:
        return self.run("destroy", "--yes", "--skip-preview", *args)

    def outputs(self) -> dict[str, Any]:
        return self.json("stack", "output", "--json", "--show-secrets")

    def export(self) -> dict[str, Any]:
        return self.json("stack", "export")

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by name."""
        found = self.export()["deployment"].get("resources", [])
        return {it["urn"].split("::")[-1]: it for it in found}

    def configure(self, key: str, value: str) -> None:
        """A setting of the provider."""
        self.config(f"fargate:{key}", value)

    def config(self, key: str, value: str, secret: bool = False) -> None:
        self.run("config", "set", key, value, *(["--secret"] if secret else []))


class PythonStack(Stack):
    """A Python program with our SDK."""

    language = "python"

    def program(self, text: str) -> None:
        self.env["PYTHONPATH"] = str(made_by("python-sdk"))
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(self.project()))
        (self.folder / "__main__.py").write_text(text)
        self.begin()


class TypeScriptStack(Stack):
    """A TypeScript program with our SDK."""

    language = "nodejs"

    def program(self, text: str) -> None:
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(self.project()))
        (self.folder / "index.ts").write_text(text)
        (self.folder / "package.json").write_text(json.dumps({"name": "story", "main": "index.ts"}))
        self.link_node_modules()
        self.begin()


def wait_for(what: str, look: Any, seconds: float = 60) -> Any:
    """Looks until there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
