"""A stack whose runs may be struck: the plugin or the engine dies in the middle, and nobody wonders."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from account import Cloud
from caller import Caller, Failed, configure
from deployment import How
from life import Life, Ran, _loop, _text
from plugin import EngineLog, Heard, Plugin, Process, Refused, serve
from pulumi.runtime.proto import engine_pb2_grpc
from refreshing import refreshed
from state import State
from values import Tree

from engine import Declared, Run
from faults import Fault

# What a killed plugin or a dead engine leaves unanswered is nobody's business.
_loop().set_exception_handler(lambda *_: None)
# Every run draws the same names, so that contents can be compared.
SEED = b"\0" * 32


@dataclass(frozen=True)
class Act:
    """What a user does: `up` of a program, `refresh`, or `destroy`."""

    verb: str
    program: list[Declared] = field(default_factory=list)


class Stack(Life):
    """A stack at one moment. Its copies go their own ways."""

    retries: int | None = None

    def __init__(self, cloud: Cloud, plugin: Path) -> None:
        super().__init__(cloud, binary=plugin)

    def copied_to(self, cloud: Cloud) -> Stack:
        other = Stack(cloud, self.binary)
        other.state, other.program = deepcopy(self.state), self.program
        return other

    def act(self, act: Act, **how: Any) -> Ran:
        """Does it; whether it went well is for others to say."""
        if act.verb == "refresh":
            return self._timed(self._refresh())
        if act.verb == "destroy":
            return self._timed(self._run_program(None, How(**how)))
        self.program = act.program
        return self._timed(self._run_program(act.program, How(seed=SEED, **how)))

    def struck(self, act: Act, fault: Fault, call: tuple[str, str, int]) -> Ran | None:
        """Does it while AWS, or one of those who talk with it, fails at this call. None if the call never came."""
        self.cloud.control("POST", "faults", fault.ordered(*call))
        self.retries = fault.retries
        try:
            if fault.kills:
                ran = self._timed(self._killed(act, fault))
            elif fault.outage:
                ran = self._timed(self._in_an_outage(act, fault))
            else:
                ran = self.act(act, **({} if act.verb == "refresh" else fault.how))
        finally:
            self.retries = None
        if not self._met():
            return None
        self.cloud.control("DELETE", "faults")
        return ran

    def _met(self) -> bool:
        return any(it["struck"] for it in self.cloud.control("GET", "faults")["faults"])

    async def _struck(self) -> None:
        while not await asyncio.to_thread(self._met):
            await asyncio.sleep(0.02)

    def _configured(self) -> Tree:
        more = {} if self.retries is None else {"maxRetries": float(self.retries)}
        return {**super()._configured(), **more}

    async def _run_program(self, program: list[Declared] | None, how: How) -> Ran:
        configured = self.config
        self.config = configured | ({} if self.retries is None else {"maxRetries": float(self.retries)})
        try:
            return await super()._run_program(program, how)
        finally:
            self.config = configured

    async def _in_an_outage(self, act: Act, fault: Fault) -> Ran:
        """From the struck call on nobody answers, for a while."""

        async def outage() -> None:
            await self._struck()
            order = {"service": "*", "operation": "*", "kind": fault.kind, "every": True}
            await asyncio.to_thread(self.cloud.control, "POST", "faults", order)
            await asyncio.sleep(fault.outage)
            await asyncio.to_thread(self.cloud.control, "DELETE", "faults")
            # That it struck is still to be seen.
            await asyncio.to_thread(
                self.cloud.control, "POST", "faults", {"operation": "none", "kind": "slow", "struck": 1}
            )

        clouds = asyncio.ensure_future(outage())
        try:
            if act.verb == "refresh":
                return await self._refresh()
            self.program = act.program or self.program
            return await self._run_program(act.program if act.verb == "up" else None, How(seed=SEED))
        finally:
            clouds.cancel()

    async def _killed(self, act: Act, fault: Fault) -> Ran:
        """Until the call is struck; then one of them is dead, and the state is what was written until then."""
        heard = Heard()
        run = Run(self.state, How(seed=SEED))
        services = [(engine_pb2_grpc.add_EngineServicer_to_server, EngineLog(heard)), run.served()]
        server, address = await serve(services)
        process = await asyncio.to_thread(Process, self.env, address, self.binary)
        plugin = Plugin(process, heard)
        work = asyncio.ensure_future(self._work(act, run, plugin, address))
        struck = asyncio.ensure_future(self._struck())
        state: State | None = None
        try:
            await asyncio.wait({work, struck}, return_when=asyncio.FIRST_COMPLETED)
            if struck.done() and fault.kills == "engine":
                state = run.deployment.left() if act.verb != "refresh" else self.state
                work.cancel()
                process.end_input()
            else:
                process.kill()
            (found,) = await asyncio.gather(work, return_exceptions=True)
        finally:
            struck.cancel()
            await plugin.close()
            await server.stop(None)
            process.kill()
        if act.verb == "refresh":
            self.state = found if isinstance(found, State) and not state else self.state
        else:
            self.program = act.program or self.program
            self.state = state or run.deployment.left()
        return Ran(1, _text(run.deployment.errors, heard), run.deployment.steps, heard)

    async def _work(self, act: Act, run: Run, plugin: Plugin, address: str) -> State | None:
        await plugin.shake_hands(address, str(self.binary.parent))
        run.meet(plugin, address)
        if act.verb == "refresh":
            await configure(plugin, self._configured(), self.state.reference())
            return (await refreshed(Caller(plugin), self.state)).state
        try:
            if act.verb == "destroy":
                await configure(plugin, self._configured(), self.state.reference())
            else:
                await run.configure(self.config)
                await run.program(act.program)
        except (Failed, Refused) as error:
            run.deployment.fail("provider", str(error))
        await run.deployment.end()
        return None
