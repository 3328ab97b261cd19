"""The state that a version of the plugin left behind, and the AWS account that belongs to it.

A folder of states/<version> has an example as it was then: its program, its configuration, its state, and the calls that made its
account, with the ids that AWS gave in their answers. The calls are made again in a fresh account. It draws other ids, and the state
has hashes of ids, so a translator stands before it: to the plugin this account is the one of then. So a later plugin finds what
the earlier one made, and none of its own work.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlparse

import yaml
from account import Cloud
from botocore import xform_name
from world import Stack

STATES = Path(__file__).with_name("states")
# What AWS draws: the names of secrets with their last six characters, UUIDs, the hexadecimal part of ids and ARNs, the ids of IAM.
DRAWN = re.compile(
    r"(?<=:secret:)[\w/+=.@-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|[A-Z0-9]{16,}|\d{8,}"
)
# Operations that only look begin with one of these.
LOOKS = ("Describe", "Get", "List", "BatchGet")


def drawn(value: Any) -> set[str]:
    return set(DRAWN.findall(value if isinstance(value, str) else json.dumps(value)))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text in an answer with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from leaves(item, f"{path}.{at}")
    elif isinstance(value, str):
        yield path, value


def record(stack: Stack, cloud: Cloud, folder: Path, pushed: list[dict[str, Any]]) -> None:
    """Keeps what a stack and its account are like. `pushed` are the images, each with `after`: how many calls came before."""
    state = stack.export()
    config = {name: it.get("objectValue", it["value"]) for name, it in stack.json("config", "--json").items()}
    calls = [it for it in cloud.calls() if it["outcome"] == "ok"]
    makes = [not it["operation"].startswith(LOOKS) for it in calls]
    wanted = drawn(state) | drawn(config)
    for call, made in zip(calls, makes, strict=True):
        wanted |= drawn(call["params"]) if made else set()
    kept: list[dict[str, Any]] = []
    known: set[str] = set()
    images = list(pushed)
    for call, made in zip(calls, makes, strict=True):
        while images and images[0]["after"] < call["n"]:
            kept.append({"push": {name: it for name, it in images.pop(0).items() if name != "after"}})
        known |= drawn(call["params"])
        new = {path: text for path, text in leaves(call["answer"]) if drawn(text) & wanted - known}
        known |= drawn(call["answer"])
        if made or new:
            assert call["region"] == cloud.region
            kept.append(
                {"service": call["service"], "operation": call["operation"], "params": call["params"], "gives": new}
            )
    kept += [{"push": {name: it for name, it in image.items() if name != "after"}} for image in images]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stack.folder, folder / "program", ignore=shutil.ignore_patterns("node_modules", "Pulumi.test.yaml"))
    project = folder / "program" / "Pulumi.yaml"
    program = yaml.safe_load(project.read_text())
    # Where the plugin lay that wrote it is nobody's business.
    del program["plugins"]
    project.write_text(yaml.safe_dump(program, sort_keys=False))
    for name, content in (("state", state), ("config", config), ("calls", kept)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


class Words:
    """Replaces ids, in a body as it is sent: plain, or in a form."""

    def __init__(self, ids: dict[str, str]) -> None:
        self.ids = {form(old).encode(): form(new).encode() for old, new in ids.items() for form in (str, in_form)}
        longest_first = sorted(self.ids, key=len, reverse=True)
        self.pattern = re.compile(b"|".join(map(re.escape, longest_first))) if self.ids else None

    def translate(self, body: bytes) -> bytes:
        return self.pattern.sub(lambda found: self.ids[found[0]], body) if self.pattern else body


def in_form(text: str) -> str:
    return quote(text, safe="")


class Account:
    """An account made again from the calls that were kept."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud = cloud
        self.folder = folder
        # The id of then, and the one of now.
        self.ids: dict[str, str] = {}
        for call in json.loads((folder / "calls.json").read_text()):
            self.make(call)

    def make(self, call: dict[str, Any]) -> None:
        if pushed := call.get("push"):
            self.cloud.push(pushed["repository"], pushed["tag"], pushed["content"])
            return
        params = json.loads(Words(self.ids).translate(json.dumps(call["params"]).encode()))
        answer = getattr(self.cloud.client(call["service"]), xform_name(call["operation"]))(**params)
        if call["operation"] == "RequestCertificate":
            self.cloud.validate(answer["CertificateArn"])
        found = dict(leaves(answer))
        for path, text in call["gives"].items():
            then, now = DRAWN.findall(text), DRAWN.findall(found[path])
            assert len(then) == len(now), f"{call['operation']} gave {text} for {path}, and now {found[path]}"
            self.ids |= dict(zip(then, now, strict=True))

    @contextmanager
    def translated(self) -> Iterator[str]:
        """An address at which the account has the ids of then."""
        there, back = Words(self.ids), Words({now: then for then, now in self.ids.items()})
        address = urlparse(self.cloud.url)

        class Translator(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = there.translate(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                headers = {name: text for name, text in self.headers.items() if name.lower() != "content-length"}
                upstream = HTTPConnection(address.hostname or "", address.port)
                upstream.request("POST", self.path, body, headers)
                answer = upstream.getresponse()
                content = back.translate(answer.read())
                self.send_response(answer.status)
                for name, text in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, text)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                upstream.close()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Translator)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()

    def give(self, stack: Stack) -> None:
        """Gives a stack the program, the configuration and the state."""
        shutil.copytree(self.folder / "program", stack.folder, dirs_exist_ok=True)
        project = stack.folder / "Pulumi.yaml"
        program = yaml.safe_load(project.read_text()) | {"plugins": stack.project()["plugins"]}
        project.write_text(yaml.safe_dump(program, sort_keys=False))
        if program["runtime"] == "nodejs":
            stack.link_node_modules()
        stack.begin()
        settings = stack.folder / "Pulumi.test.yaml"
        config = {"config": json.loads((self.folder / "config.json").read_text())}
        settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | config))
        stack.run("stack", "import", "--file", str(self.folder / "state.json"))
