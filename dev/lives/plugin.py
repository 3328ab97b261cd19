"""The real binary as a process, and every call to it.

Nothing here knows what a resource is. Whatever the plugin sends is kept, so that a test can look at all of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from account import PLUGIN
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, errors_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc

BUILDER = Path(__file__).with_name("builder")
LARGEST_MESSAGE = 400 << 20
OPTIONS = [
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", 16 << 20),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_http_proxy", 0),
    # As many calls as there are resources wait at once. By default some of more than 1000 are answered with UNAVAILABLE, which
    # an engine says when a run is over; Pulumi's server, in Go, takes them all.
    ("grpc.server.max_pending_requests", 1_000_000),
    ("grpc.server.max_pending_requests_hard_limit", 1_000_000),
    ("grpc.server_max_unrequested_time_in_server", 600),
]
# Nothing that the plugin does against a local AWS without delays takes this long.
PATIENCE = 60.0
# "The state may be corrupt", says the engine of these when they come without details.
DOUBTFUL = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS}


class Refused(Exception):
    """The plugin answered a call with an error."""

    def __init__(self, method: str, code: grpc.StatusCode, message: str, details: Message | None) -> None:
        super().__init__(message)
        self.method = method
        self.code = code
        self.message = message
        self.details = details

    def __str__(self) -> str:
        if isinstance(self.details, provider_pb2.ErrorResourceInitFailed):
            return "\n".join(self.details.reasons)
        if isinstance(self.details, errors_pb2.InputPropertiesError):
            lines = [f"{it.property_path}: {it.reason}" for it in self.details.errors]
            return "\n".join([self.message, *lines])
        return self.message


@dataclass
class Said:
    """One line of the engine's log."""

    severity: int
    urn: str
    message: str
    ephemeral: bool
    at: float = field(default_factory=time.monotonic)


@dataclass
class Sent:
    """One message that the plugin sent: a reply, a registration, or a refusal."""

    method: str
    message: Message | str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Heard:
    """All that came from the plugin."""

    log: list[Said] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def silence(self, begin: float, end: float) -> float:
        """The longest time, in seconds, in which nothing came: no word, and no answer that the engine would show."""
        shown = [it for it in self.log if it.severity != engine_pb2.DEBUG]
        moments = sorted([begin, *(it.at for it in (*shown, *self.sent)), end])
        return max(later - earlier for earlier, later in pairwise(moments))


class EngineLog(engine_pb2_grpc.EngineServicer):
    """The engine's own service: it listens to the log."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    async def Log(self, request: engine_pb2.LogRequest, _context: Any) -> Empty:
        self.heard.log.append(Said(request.severity, request.urn, request.message, request.ephemeral))
        return Empty()


class Process:
    """A running plugin: started by an engine at an address, or, without one, to be attached to."""

    def __init__(self, env: dict[str, str], engine: str | None = None, binary: Path = PLUGIN) -> None:
        # Not a pipe: nobody would read it, and a full one stops the plugin.
        self.stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [binary, *([engine] if engine else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            text=True,
            # A builder that is named, and not looked for.
            env=env | {"PATH": f"{BUILDER}:{env['PATH']}"},
            start_new_session=True,
        )
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        assert line.strip().isdigit(), f"no port but {line!r}\n{self.said()}"
        self.port = int(line)

    def said(self) -> str:
        self.stderr.seek(0)
        return self.stderr.read()

    def interrupt(self) -> int:
        """What the engine does after Cancel; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            code = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError("the plugin did not end within five seconds of SIGINT") from None
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.stdout.close()  # type: ignore[union-attr]
        return code

    def end_input(self) -> None:
        """What a dead engine leaves: the other end of the standard input is closed."""
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(timeout=10)

    def kill(self) -> None:
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Plugin:
    """One provider instance, as an engine sees it: a connection, and the calls over it."""

    def __init__(self, process: Process, heard: Heard) -> None:
        self.process = process
        self.heard = heard
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{process.port}", options=OPTIONS)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    async def call(self, method: str, request: Message, patience: float = PATIENCE) -> Any:
        """Calls, keeps the reply, and raises `Refused` with the details that the engine would see."""
        try:
            reply = await getattr(self.stub, method)(request, timeout=patience)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED and "Deadline Exceeded" in (error.details() or ""):
                raise AssertionError(f"{method} was not answered within {patience} s: {request}") from None
            refused = _refused(method, error)
            self.heard.sent.append(Sent(method, str(refused)))
            if refused.details is not None:
                self.heard.sent.append(Sent(method, refused.details))
            raise refused from None
        self.heard.sent.append(Sent(method, reply))
        return reply

    async def shake_hands(self, engine: str, folder: str | None) -> None:
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine,
            root_directory=folder,
            program_directory=folder,
            configure_with_urn=True,
            supports_views=True,
            supports_refresh_before_update=True,
            invoke_with_preview=True,
        )
        reply = await self.call("Handshake", request, 10)
        assert reply.accept_secrets, "plugins that can construct components must support secrets"
        info = await self.call("GetPluginInfo", Empty(), 10)
        assert isinstance(info, plugin_pb2.PluginInfo)

    async def cancel(self) -> None:
        await self.call("Cancel", Empty(), 5)

    async def close(self) -> None:
        await self.channel.close()


def _refused(method: str, error: grpc.aio.AioRpcError) -> Refused:
    details: Message | None = None
    encoded = [value for key, value in error.trailing_metadata() or () if key == "grpc-status-details-bin"]
    assert len(encoded) <= 1, "grpc-go discards details that come twice"
    for value in encoded:
        status = Status.FromString(value)
        assert status.code == error.code().value[0], f"{method}: grpc-go discards details with another code inside"
        kinds = (provider_pb2.ErrorResourceInitFailed, errors_pb2.InputPropertiesError)
        for kind in kinds:
            for it in status.details:
                if it.Is(kind.DESCRIPTOR):
                    details = kind()
                    it.Unpack(details)
        assert details is not None, f"{method}: details that the engine does not know: {status}"
    return Refused(method, error.code(), error.details() or "", details)


async def serve(servicers: list[tuple[Any, Any]]) -> tuple[grpc.aio.Server, str]:
    """A server on the loopback interface for `(add_…_to_server, servicer)` pairs, and its address."""
    server = grpc.aio.server(options=OPTIONS)
    for add, servicer in servicers:
        add(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, f"127.0.0.1:{port}"
