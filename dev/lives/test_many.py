"""Much at once, much in one message, and one process for many engines."""

from __future__ import annotations

from deployment import How
from life import Life, wait
from plugin import EngineLog, Heard, Plugin, Process, serve
from pulumi.runtime.proto import engine_pb2_grpc, plugin_pb2
from state import State
from world import IMAGE, Cloud

from engine import Declared, Run

SERVICE = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}


def test_two_hundred_services_in_one_program(life: Life) -> None:
    life.program = [Declared(f"web{n}", SERVICE) for n in range(200)]
    ran = life.preview()
    assert sum(step.type == "fargate:ecs:Service" for step in ran.steps) == 200


def test_fifty_services_are_brought_up_at_once(life: Life) -> None:
    """As many as a fresh account has load balancers for. The local AWS takes most of the time."""
    life.program = [Declared(f"web{n}", SERVICE) for n in range(50)]
    life.up()
    calls = life.cloud.calls()
    assert {it["outcome"] for it in calls} == {"ok"}
    made = life.cloud.objects()
    assert sum(it.startswith("ecs:service ") for it in made) == 50, made
    # Nothing that one service asks or makes grows with their number.
    assert len(calls) <= 33 * 50, life.cloud.counts()
    life.no_change()


def test_an_input_of_five_megabytes_is_refused_by_name_and_not_by_the_wire(life: Life) -> None:
    life.service("web", None, **SERVICE, command=["x" * (5 << 20)])
    life.preview()
    ran = life.up(fails=True)
    assert "larger than max" not in ran.text
    ran.says("web-task-definition")


def test_one_process_serves_one_engine_after_another(cloud: Cloud) -> None:
    """Attached to: two engines, each with its own configuration, and a Cancel between them."""
    life = Life(cloud)

    async def engine(process: Process, region: str) -> State:
        heard = Heard()
        run = Run(State(), How())
        services = [
            run.served(),
            (engine_pb2_grpc.add_EngineServicer_to_server, EngineLog(heard)),
        ]
        server, address = await serve(services)
        plugin = Plugin(process, heard)
        await plugin.shake_hands(address, None)
        await plugin.call("Attach", plugin_pb2.PluginAttach(address=address))
        run.meet(plugin, address)
        await run.configure({"region": region})
        await run.program([Declared("web", SERVICE)])
        await run.deployment.end()
        assert run.deployment.errors == []
        await plugin.cancel()
        await plugin.close()
        await server.stop(None)
        return run.deployment.left()

    async def both(process: Process) -> tuple[State, State]:
        return await engine(process, "eu-west-1"), await engine(process, "eu-central-1")

    process = Process(life.env)
    try:
        first, second = wait(both(process))
    finally:
        process.kill()
    regions = [{it.inputs["region"] for it in state.customs()} for state in (first, second)]
    assert regions == [{"eu-west-1"}, {"eu-central-1"}]
