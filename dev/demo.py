"""The demo: one example, one `up`, one look, one empty preview, one `destroy`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "stories"))

from building import Builder, lay_base, running_registry
from world import ROOT, Cloud, Stack, made_by

STACKS = ("typescript", "python", "yaml", "go", "java")
# Another example, in YAML.
BUILD = "build"


def say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def pulumi(stack: Stack, *args: str) -> int:
    command = ["pulumi", *args, "--non-interactive"]
    print(f"$ {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=stack.folder, env=stack.env, stdin=subprocess.DEVNULL).returncode


def own_engine() -> str | None:
    """An installed CLI that is new enough and has its hosts beside it."""
    found = shutil.which("pulumi")
    if not found or os.environ.get("DEMO_ENGINE") == "pinned":
        return None
    told = subprocess.run([found, "version"], capture_output=True, text=True, check=False).stdout
    parts = told.strip().lstrip("v").split(".")
    hosts = ("yaml", "nodejs", "python")  # Go and Java run with the pinned engine's
    fits = len(parts) > 1 and (int(parts[0]), int(parts[1])) >= (3, 231)
    fits = fits and all((Path(found).resolve().parent / f"pulumi-language-{host}").exists() for host in hosts)
    return str(Path(found).resolve().parent) if fits else None


def main() -> int:
    example = sys.argv[1] if len(sys.argv) > 1 else "typescript"
    if example not in (*STACKS, BUILD):
        print(f"There is no demo of {example}: choose one of {', '.join((*STACKS, BUILD))}.")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="fargate-demo-"))
    engine = (example not in ("go", "java") and own_engine()) or str(made_by("engine/build") / "bin")
    print("Starting a local AWS ...", flush=True)
    begun = time.monotonic()
    cloud = Cloud()
    after = ExitStack()
    try:
        # A fortieth of AWS's own times: one sees it work, and need not wait.
        cloud.control("POST", "clock", {"speed": 0.025})
        stack = Stack(folder, cloud, engine=engine)
        if example == BUILD:
            program = "build/yaml"
            after.enter_context(with_builder(stack, cloud, folder))
        else:
            program = f"small/{example}"
        stack.example(*program.split("/"))
        say(f"A local AWS runs at {cloud.url}. This is examples/{program}:")
        if pulumi(stack, "up", "--yes", "--skip-preview"):
            return 1
        say("What the local AWS has now:")
        for line in cloud.objects():
            print(f"  {line}")
        say("The same program again changes nothing:")
        if pulumi(stack, "preview", "--expect-no-changes"):
            return 1
        if os.environ.get("KEEP"):
            look_around(stack, cloud)
            input("Press Enter to stop the local AWS. ")
            return 0
        say("And it leaves nothing behind (KEEP=1 make demo stops before this, for looking around):")
        if pulumi(stack, "destroy", "--yes", "--skip-preview"):
            return 1
        left = cloud.objects()
        print(f"\nLeft in the local AWS: {', '.join(left) or 'nothing'}.")
        print(f"The demo took {time.monotonic() - begun:.0f} seconds.")
        return 1 if left else 0
    finally:
        after.close()
        cloud.stop()
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def with_builder(stack: Stack, cloud: Cloud, folder: Path) -> Iterator[None]:
    """Buildah and a registry for the example that builds its image; its base image comes from there, too."""
    made = made_by("builder/build")
    layers = folder / "layers"
    layers.mkdir()
    with running_registry(made, layers) as url:
        builder = Builder(made / "bin", folder / "builder", layers, url)
        cloud.control("PUT", "registry", {"url": url})
        lay_base(builder)
        stack.env |= builder.environment(cloud, stack.env["PATH"])
        yield


def look_around(stack: Stack, cloud: Cloud) -> None:
    say("To look around, in another terminal:")
    keys = ("PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "AWS_ENDPOINT_URL", "AWS_REGION",
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PATH")  # fmt: skip
    print(f"  cd {stack.folder}")
    for key in keys:
        print(f"  export {key}='{stack.env[key]}'")
    print("  pulumi stack; aws ecs list-clusters; $EDITOR . ; pulumi up; pulumi destroy")
    print(f"  every call so far: curl -s {cloud.url}/_cloud/ledger")
    print(f"Sources of the plugin and this demo: {ROOT}")


if __name__ == "__main__":
    sys.exit(main())
