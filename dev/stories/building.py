"""What the stories of builds need: a real builder, a real registry behind the local AWS's ECR, and folders to build."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from world import ROOT, Cloud, Stack, wait_for

BASE = "public.ecr.aws/docker/library/python:3.13-alpine"
SMALL: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev", "name": "web"}


@dataclass
class Builder:
    """Where the builder's program is, and what it keeps."""

    bin: Path
    storage: Path
    layers: Path
    # Of the registry.
    url: str

    def environment(self, cloud: Cloud, path: str) -> dict[str, str]:
        return {"PATH": f"{self.bin}:{path}", "BUILDER_STORAGE": str(self.storage), "BUILDER_PROXY": cloud.url}

    def programs(self) -> list[str]:
        """The command lines of what it runs now."""
        found = []
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                text = line.read_text().replace("\0", " ")
            except OSError:
                continue
            if str(self.storage) in text:
                found.append(text)
        return found

    def holds(self, text: str) -> bool:
        """Whether a layer or manifest that was pushed, or something that the builder keeps, has this in it."""
        tar = subprocess.run(
            [
                "sh",
                "-c",
                'for f in $(find "$0" -name data); do gzip -dc "$f" 2>/dev/null || cat "$f"; done',
                self.layers,
            ],
            capture_output=True,
            check=True,
        ).stdout
        kept = subprocess.run(["grep", "-r", "-l", "-a", text, self.storage], capture_output=True, check=False).stdout
        return text.encode() in tar or bool(kept.strip())


def made() -> Path:
    """The folder with builder and registry; without them the story is skipped, but not where they must be."""
    done = subprocess.run([ROOT / "dev" / "builder" / "build"], capture_output=True, text=True, check=False)
    if done.returncode:
        why = f"no builder: {(done.stdout + done.stderr).strip()}"
        assert not os.environ.get("REQUIRE_BUILDER"), why
        pytest.skip(why)
    return Path(done.stdout.strip().splitlines()[-1])


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/v2/", timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


@contextmanager
def running_registry(folder: Path, layers: Path) -> Iterator[str]:
    """The real registry, which keeps its layers there: its address."""
    port = free_port()
    config = layers / "config.yml"
    config.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {layers}/data}}}}\n"
        f"http: {{addr: '127.0.0.1:{port}', relativeurls: true}}\n"
    )
    with (layers / "log").open("w") as log:
        process = subprocess.Popen([folder / "bin" / "registry", "serve", config], stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for("the registry", lambda: answers(url))
            yield url
        finally:
            process.kill()
            process.wait()


def lay_base(builder: Builder) -> None:
    """What stands for the base image of the example: it has a shell, and nobody runs it."""
    env = os.environ | {"BUILDER_STORAGE": str(builder.storage)}
    image = f"{builder.url.removeprefix('http://')}/public/{BASE.partition('/')[2]}"

    def buildah(*words: str) -> str:
        command = [builder.bin / "buildah", *words]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()

    container = buildah("from", "scratch")
    buildah("copy", container, str(builder.bin / "busybox"), "/bin/sh")
    buildah("commit", "--tls-verify=false", container, f"docker://{image}")
    buildah("rm", container)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, str]]:
    """The folder that builder and registry are in, where the registry keeps its layers, and its address."""
    folder, layers = made(), tmp_path_factory.mktemp("layers")
    with running_registry(folder, layers) as url:
        yield folder, layers, url


@pytest.fixture
def builder(cloud: Cloud, registry: tuple[Path, Path, str], tmp_path: Path) -> Iterator[Builder]:
    folder, layers, url = registry
    shutil.rmtree(layers / "data", ignore_errors=True)
    cloud.control("PUT", "registry", {"url": url})
    storage = tmp_path / "builder"
    yield Builder(folder / "bin", storage, layers, url)
    shutil.rmtree(storage, ignore_errors=True)


@pytest.fixture
def builds(stack: Stack, cloud: Cloud, builder: Builder) -> Stack:
    """A stack whose plugin finds the builder, and after it what else this machine has."""
    stack.env |= builder.environment(cloud, stack.env["PATH"])
    return stack


def write(folder: Path, **files: str) -> Path:
    """A context; `Dockerfile` and others by their names, with dots as underscores."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def with_shell(builder: Builder, folder: Path, dockerfile: str) -> Path:
    """A context in which steps can run: its image has a shell and nothing else."""
    write(folder, Dockerfile="FROM scratch\nCOPY sh /bin/sh\n" + dockerfile)
    shutil.copy(builder.bin / "busybox", folder / "sh")
    (folder / "sh").chmod(0o755)
    return folder


def for_another_processor(folder: Path) -> Path:
    """A context whose one step is a program that this machine cannot run."""
    write(folder, Dockerfile="FROM scratch\nCOPY sh /bin/sh\nRUN echo hello\n")
    # The head of an ELF file, for a processor that there is not.
    (folder / "sh").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xfe\xca" + bytes(200))
    (folder / "sh").chmod(0o755)
    assert (folder / "sh").stat().st_mode & stat.S_IXUSR
    return folder
