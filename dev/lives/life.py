"""A stack of one program, as a story has it (dev/stories), led by the small engine.

Each run starts a plugin of its own, as the real engine does, so that nothing can live in memory from one to the next.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import world
from account import PLUGIN, REGION, VERSION, Cloud, environment
from caller import Caller, Failed, configure
from deployment import How
from plugin import EngineLog, Heard, Plugin, Process, Refused, serve
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from refreshing import adopt, refreshed
from state import PROVIDER_URN, ROOT_URN, State, urn_of
from values import UNKNOWN, Tree, plain
from world import Step

from engine import Declared, Run

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The one loop of all engines, in a thread of its own: tests are written without it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="engines", daemon=True).start()
    return loop


def wait(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


@dataclass
class Ran(world.Ran):
    """What one run gave."""

    steps: list[Step] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    foretold: dict[str, Tree] = field(default_factory=dict)
    seconds: float = 0.0
    # The longest time without a word, in seconds.
    silence: float = 0.0

    def changes(self) -> list[Step]:
        """The steps without what stays the same."""
        return [it for it in self.steps if it.op not in ("same", "read")]


class Life:
    """One program with its state."""

    def __init__(self, cloud: Cloud, config: Tree | None = None, binary: Path = PLUGIN) -> None:
        self.cloud = cloud
        self.config = dict(config or {})
        self.binary = binary
        self.stack_config: dict[str, str] = {}
        self.state = State()
        self.program: list[Declared] = []
        self.env = environment(cloud)

    def act_as(self, caller: world.Caller) -> None:
        """From now on the runs are this caller's."""
        self.env |= caller.env

    def configure(self, key: str, value: str) -> None:
        """A setting of the provider, as `pulumi config set` keeps it: a text."""
        self.config[key] = value

    # The program.

    def service(self, name: str = "web", options: dict[str, Any] | None = None, /, **inputs: Any) -> Life:
        """A program of one service."""
        self.program = [Declared(name, inputs, options=options or {})]
        return self

    def child(self, type: str, name: str, options: dict[str, Any] | None = None, /, **inputs: Any) -> Life:
        """One more child in the program, as no user would declare it; one of the same name is another try."""
        self.program = [it for it in self.program if it.name != name]
        inputs = {"region": REGION, "baseName": "life", "tags": {}} | inputs
        self.program.append(Declared(name, inputs, type, options or {}))
        return self

    # Runs.

    def up(self, fails: bool = False, **how: Any) -> Ran:
        ran = self._run(self.program, How(config=self.stack_config, **how))
        return self._as_expected("up", ran, fails)

    def try_up(self, **how: Any) -> Ran:
        """An `up` that may succeed or fail."""
        return self._run(self.program, How(config=self.stack_config, **how))

    def preview(self, fails: bool = False, **how: Any) -> Ran:
        ran = self._run(self.program, How(preview=True, config=self.stack_config, **how))
        return self._as_expected("preview", ran, fails)

    def plan(self, **how: Any) -> list[Step]:
        """What a preview would do, without what stays the same."""
        return self.preview(**how).changes()

    def no_change(self) -> None:
        steps = self.plan()
        assert not steps, "\n".join(f"{step} {step.diffs}" for step in steps)

    def up_as_planned(self) -> Ran:
        """An `up` that does what its preview said, and nothing else; what the preview knew of outputs was true."""
        seed = os.urandom(32)
        planned = self.preview(seed=seed)
        ran = self.up(seed=seed)
        assert sorted(map(str, ran.changes())) == sorted(map(str, planned.changes()))
        live = self.state.live()
        wrong = [
            f"{name}.{path}: {was} was foretold, {now} came"
            for urn, outputs in planned.foretold.items()
            for name in [urn.rsplit("::")[-1]]
            for path, was, now in differences(plain(outputs), plain(live[urn].outputs))
        ]
        assert not wrong, "\n".join(wrong)
        return ran

    def refresh(self, fails: bool = False) -> Ran:
        return self._as_expected("refresh", self._timed(self._refresh()), fails)

    def destroy(self, fails: bool = False) -> Ran:
        return self._as_expected("destroy", self._run(None, How(config=self.stack_config)), fails)

    def adopt(self, type: str, name: str, id: str) -> None:
        """What `pulumi import` does: the object of this id stands in the state from now on."""
        wait(self._adopt(urn_of(type, name, ROOT_URN), id))

    # What is there.

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by name."""
        return {it.name: it.exported() for it in self.state.entries if not it.delete}

    def outputs(self, name: str = "web") -> dict[str, Any]:
        """The outputs of a service."""
        return self.resources()[name]["outputs"]

    # How.

    def _as_expected(self, what: str, ran: Ran, fails: bool) -> Ran:
        if (ran.code != 0) != fails:
            how = "succeeded" if fails else "failed"
            raise AssertionError(f"{what} {how}\n\n{ran.text}\n\nlast calls:\n{self.cloud.tail()}")
        return ran

    def _timed(self, work: Coroutine[Any, Any, Ran]) -> Ran:
        begin = time.monotonic()
        ran = wait(work)
        end = time.monotonic()
        ran.seconds, ran.silence = end - begin, ran.heard.silence(begin, end)
        return ran

    def _run(self, program: list[Declared] | None, how: How) -> Ran:
        return self._timed(self._run_program(program, how))

    async def _run_program(self, program: list[Declared] | None, how: How) -> Ran:
        heard = Heard()
        run = Run(self.state, how)
        async with self._plugin(heard, [run.served()]) as (plugin, address):
            run.meet(plugin, address)
            try:
                if program is None:
                    await configure(plugin, self._configured(), self.state.reference())
                else:
                    await run.configure(self.config)
                    await run.program(program)
            except (Failed, Refused) as error:
                run.deployment.fail("provider", str(error))
            await run.deployment.end()
            await plugin.cancel()
            # What they say is nobody's business any more.
            await asyncio.wait_for(asyncio.gather(*run.abandoned, return_exceptions=True), timeout=5)
        done = run.deployment
        if not how.preview:
            self.state = done.left()
        return Ran(1 if done.errors else 0, _text(done.errors, heard), done.steps, heard, run.monitor.foretold)

    async def _refresh(self) -> Ran:
        heard = Heard()
        async with self._configured_plugin(heard) as caller:
            found = await refreshed(caller, self.state)
            await caller.plugin.cancel()
        self.state = found.state
        return Ran(1 if found.errors else 0, _text(found.errors, heard), found.steps, heard)

    async def _adopt(self, urn: str, id: str) -> None:
        async with self._configured_plugin(Heard()) as caller:
            await adopt(caller, self.state, urn, id, self._configured())
            await caller.plugin.cancel()

    def _configured(self) -> Tree:
        entry = self.state.live().get(PROVIDER_URN)
        return entry.inputs if entry else {**self.config, "version": VERSION}

    @asynccontextmanager
    async def _configured_plugin(self, heard: Heard) -> AsyncIterator[Caller]:
        async with self._plugin(heard, []) as (plugin, _):
            await configure(plugin, self._configured(), self.state.reference())
            yield Caller(plugin)

    @asynccontextmanager
    async def _plugin(self, heard: Heard, more: list[Any]) -> AsyncIterator[tuple[Plugin, str]]:
        server, address = await serve([(engine_pb2_grpc.add_EngineServicer_to_server, EngineLog(heard)), *more])
        process = await asyncio.to_thread(Process, self.env, address, self.binary)
        plugin = Plugin(process, heard)
        try:
            await plugin.shake_hands(address, str(self.binary.parent))
            yield plugin, address
        except BaseException:
            process.kill()
            raise
        finally:
            await plugin.close()
            await server.stop(None)
        assert await asyncio.to_thread(process.interrupt) == 0, process.said()
        assert process.said() == ""


def _text(errors: Iterable[str], heard: Heard) -> str:
    shown = [it for it in heard.log if not it.ephemeral and it.severity != engine_pb2.DEBUG]
    said = [f"{it.urn.rsplit('::', 1)[-1]}: {it.message}" for it in shown]
    return "\n".join([*said, *(f"error: {it}" for it in errors)])


def differences(was: Any, now: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """Where a foretold tree was wrong; what was unknown, or not foretold, is not."""
    if was is UNKNOWN:
        return []
    if isinstance(was, dict) and isinstance(now, dict):
        return [it for name in was for it in differences(was[name], now.get(name), f"{path}.{name}".lstrip("."))]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        pairs = enumerate(zip(was, now, strict=True))
        return [it for n, (a, b) in pairs for it in differences(a, b, f"{path}[{n}]")]
    return [] if was == now else [(path, was, now)]
