"""A run whose plugin is killed: the engine lives on, and keeps what it has heard of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from caller import Failed
from deployment import How
from life import Life, Ran, _text, wait
from plugin import EngineLog, Heard, Plugin, Process, Refused, serve
from pulumi.runtime.proto import engine_pb2_grpc

from engine import Run

# Longer than any step takes, also on a machine that has much to do.
PATIENCE = 60.0


def dies_before_the_answer(life: Life, service: str, operation: str) -> None:
    """An `up` whose plugin is killed while AWS is about to make an object; AWS makes it all the same."""
    cloud = life.cloud
    seen: list[int] = []

    def the_rest_is_done() -> bool:
        seen.append(len(cloud.calls()))
        return "pending" in cloud.outcomes(operation) and seen.count(seen[-1]) > 10

    # Until the faults are deleted.
    cloud.fault(service, operation, "slow", seconds=300)
    ran = wait(_killed(life, the_rest_is_done))
    assert ran.code == 1, ran.text
    cloud.control("DELETE", "faults")

    async def answered() -> None:
        while cloud.outcomes(operation) != {"ok"}:
            await asyncio.sleep(0.02)

    wait(asyncio.wait_for(answered(), PATIENCE))


def dies_while_it_watches(life: Life) -> None:
    """An `up` whose plugin is killed while it watches the deployment of the service."""
    ran = wait(_killed(life, _watched(life)))
    assert ran.code == 1, ran.text


def cancelled_while_it_watches(life: Life) -> Ran:
    """An `up` that a person stops with Ctrl-C while it watches the deployment of the service."""
    return wait(_killed(life, _watched(life), cancel=True))


def _watched(life: Life) -> Callable[[], bool]:
    life.cloud.forget_calls()
    return lambda: life.cloud.counts().get("ecs:DescribeServiceDeployments", 0) > 1


async def _killed(life: Life, when: Callable[[], bool], cancel: bool = False) -> Ran:
    """An `up` until a moment, at which the plugin is killed, or told that the run is cancelled: then the engine waits for what
    runs (pkg/resource/deploy/deployment_executor.go)."""
    heard = Heard()
    run = Run(life.state, How(config=life.stack_config))
    server, address = await serve([(engine_pb2_grpc.add_EngineServicer_to_server, EngineLog(heard)), run.served()])
    process = await asyncio.to_thread(Process, life.env, address, life.binary)
    plugin = Plugin(process, heard)

    async def up() -> None:
        await plugin.shake_hands(address, str(life.binary.parent))
        run.meet(plugin, address)
        try:
            await run.configure(life.config)
            await run.program(life.program)
        except (Failed, Refused) as error:
            run.deployment.fail("provider", str(error))
        await run.deployment.end()

    async def moment() -> None:
        while not await asyncio.to_thread(when):
            await asyncio.sleep(0.02)

    work, come = asyncio.ensure_future(up()), asyncio.ensure_future(moment())
    try:
        await asyncio.wait({work, come}, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        assert come.done() and not work.done(), f"the moment never came: {run.deployment.errors}"
        if cancel:
            await plugin.cancel()
        else:
            process.kill()
        await asyncio.wait_for(work, PATIENCE)
    finally:
        come.cancel()
        process.kill()
        await plugin.close()
        await server.stop(None)
    life.state = run.deployment.left()
    return Ran(1 if run.deployment.errors else 0, _text(run.deployment.errors, heard), run.deployment.steps, heard)
