"""A place from which the plugin can be downloaded, on this machine."""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from world import PLUGIN, ROOT

sys.path.insert(0, str(ROOT / "dev" / "release"))

import release


def this_platform() -> str:
    """As the engine calls the platform that the tests run on."""
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}-{processor}"


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """An address at which an archive of the plugin lies, and the paths that were asked for there."""
    # Made by the release's own script; the build of the tests is ten times as large, and packed in a hurry.
    release.archive(PLUGIN, this_platform(), folder, small=False)
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, *_: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()
