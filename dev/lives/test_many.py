"""Much at once, much in one message, and one process for many engines."""

from __future__ import annotations

from deployment import How
from life import Life, wait
from plugin import EngineLog, Heard, Plugin, Process, serve
from pulumi.runtime.proto import engine_pb2_grpc, plugin_pb2
from state import State
from values import plain
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
    # What AWS tells of several objects in one call is asked so.
    life.cloud.forget_calls()
    life.refresh()
    assert len(life.cloud.calls()) <= 15 * 50, life.cloud.counts()
    life.cloud.forget_calls()
    life.destroy()
    # Beside one look each that waits for the end of the service, the cluster, and the balancer's interfaces.
    assert len(life.cloud.calls()) - 3 * 50 <= 40 * 50, life.cloud.counts()
    assert life.cloud.objects() == []


# Less than AWS takes, so that a few services are too many.
TIGHT = [
    {"service": "ecs", "operations": ["Describe*", "List*"], "burst": 3, "rate": 12},
    {"service": "elbv2", "operations": ["Describe*"], "burst": 3, "rate": 8},
    {"service": "elbv2", "operations": "*", "burst": 2, "rate": 8},
    {"service": "iam", "operations": "*", "burst": 3, "rate": 12},
    {"service": "ec2", "operations": "*", "burst": 2, "rate": 8, "each": True},
    {"service": "logs", "operations": "*", "burst": 2, "rate": 8, "each": True},
]


def test_services_that_aws_throttles_come_up_and_go(life: Life) -> None:
    """With no more retries than by default: waiting for a turn is none."""
    life.program = [Declared(f"web{n}", SERVICE) for n in range(6)]
    life.cloud.control("PUT", "rates", {"rates": TIGHT})
    for run in (life.up, life.refresh, life.destroy):
        run()
    throttled = ("Throttling", "ThrottlingException", "RequestLimitExceeded")
    refused = [it for it in life.cloud.calls() if it["outcome"] in throttled]
    assert refused, "the buckets were not tight"
    # What is asked in vain is little beside what is asked.
    assert len(refused) <= 0.5 * len(life.cloud.calls()), life.cloud.control("GET", "rates")
    assert life.cloud.objects() == []


def test_who_waits_for_a_turn_is_told_so(life: Life) -> None:
    rate = {"service": "logs", "operations": ["PutRetentionPolicy"], "burst": 1, "rate": 0.12}
    life.cloud.control("PUT", "rates", {"rates": [rate]})
    life.program = [Declared(f"web{n}", SERVICE) for n in range(2)]
    ran = life.up()
    told = {it.message.split(";")[0] for it in ran.heard.log if it.ephemeral}
    assert "waiting for AWS's rate limit: logs:PutRetentionPolicy was called too often" in told, told


def test_answers_about_others_are_not_believed(life: Life, cloud: Cloud) -> None:
    """An AWS that ignores what it is asked for answers with objects of others first."""
    others = Life(cloud)
    others.service("aaa", None, **SERVICE | {"preset": "staging"}).up()
    standing = cloud.objects()
    cloud.fault("*", "*", "unfiltered", every=True)
    life.service("web", None, **SERVICE | {"preset": "staging"})
    life.up()
    before = {it.urn: (it.id, plain(it.inputs)) for it in life.state.customs()}
    assert life.refresh().changes() == []
    assert {it.urn: (it.id, plain(it.inputs)) for it in life.state.customs()} == before
    life.no_change()
    life.destroy()
    assert cloud.objects() == standing


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
