"""The HTTP server: threaded HTTP/1.1 with keep-alive, on the loopback only.

The standard library's server, because werkzeug's closes the connection after every answer, and the
clients under test keep connections open.
"""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from .answers import HttpAnswer
from .identify import HttpRequest

App = Callable[[HttpRequest], HttpAnswer]


class ConnectionReset(Exception):
    """Raised by the application: close the TCP connection without an answer."""


class NeverAnswered(Exception):
    """Raised by the application: keep the connection open and say nothing."""


class Truncated(Exception):
    """Raised by the application: half of an answer, and then the end of the connection."""

    def __init__(self, answer: HttpAnswer) -> None:
        self.answer = answer


class Fork(Exception):
    """Raised by the application: a copy of this process goes on from here by itself."""

    def __init__(self, quiet: AbstractContextManager[Any]) -> None:
        self.quiet = quiet


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, app: App, verbose: bool) -> None:
        self.app = app
        self.verbose = verbose
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    def _serve(self) -> None:
        request = HttpRequest(
            self.command,
            unquote(urlsplit(self.path).path),
            urlsplit(self.path).query,
            {
                # What is sent in several lines is one list.
                name.lower(): ", ".join(self.headers.get_all(name, []))
                for name in self.headers
            },
            self._body(),
            urlsplit(self.path).path,
        )
        try:
            answer = self.server.app(request)
        except ConnectionReset:
            self._reset()
            return
        except NeverAnswered:
            self._hang()
            return
        except Fork as fork:
            answer = self._fork(fork)
        except Truncated as half:
            self._answer(half.answer, half.answer.body[: len(half.answer.body) // 2])
            self.close_connection = True
            return
        self._answer(answer, answer.body)

    def _answer(self, answer: HttpAnswer, body: bytes) -> None:
        """The answer's head, and as much of its body as is to be sent."""
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name not in ("content-length", "connection", "transfer-encoding", "server", "date"):
                self.send_header(name, value)
        # What a HEAD would have got.
        length = answer.headers.get("content-length") if self.command == "HEAD" else None
        self.send_header("content-length", length or str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _reset(self) -> None:
        """A lingering time of zero makes the kernel send RST instead of an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _hang(self) -> None:
        """Until the client gives up or the server stops."""
        self.close_connection = True
        deadline = time.monotonic() + 3600
        while not self.server.stopping.is_set() and time.monotonic() < deadline:
            readable, _, _ = select.select([self.connection], [], [], 0.2)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _fork(self, fork: Fork) -> HttpAnswer:
        """A copy of the whole process, which serves on a port of its own until it is killed or its parent ends.

        What nobody changes in it is not copied: an account with thousands of objects is copied in milliseconds.
        """
        reader, writer = os.pipe()
        with fork.quiet:
            child = os.fork()
        if child == 0:
            self._go_on(writer)
        os.close(writer)
        # A copy that is made at the same moment holds the other end open as well: a line is enough.
        with os.fdopen(reader) as told:
            url = told.readline().strip()
        body = json.dumps({"url": url, "pid": child}).encode()
        return HttpAnswer(200, {"content-type": "application/json"}, body)

    def _go_on(self, writer: int) -> NoReturn:
        """In the copy, where this thread is the only one."""
        gc.disable()
        parent = os.getppid()
        self.connection.close()
        self.server.socket.close()
        copy = Server(0, self.server.app, self.server.verbose)
        os.write(writer, f"http://127.0.0.1:{copy.server_address[1]}\n".encode())
        os.close(writer)
        threading.Thread(target=copy.serve_forever, args=(0.1,), daemon=True).start()
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    def log_message(self, format: str, *args: object) -> None:
        if self.server.verbose:
            super().log_message(format, *args)
