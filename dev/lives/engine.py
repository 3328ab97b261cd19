"""A small Pulumi engine: enough of one to lead the real plugin through a life, in a fraction of the real one's time.

It serves the resource monitor to `Construct` (monitor.py), calls the plugin back for each child (deployment.py, caller.py),
and keeps the state, in the order and with the rules of the real engine (pkg/resource/deploy, 3.259). It speaks through the
stubs of Pulumi's own Python package, not ours, so that a mistake in proto/ cannot hide. Where the real engine would refuse
or crash on what the plugin sends, it raises `Malformed`.

Not here, since no child asks for it: reads, invokes, hooks, transforms, views, plans, and delete-before-replace of dependents.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from caller import Caller, Failed, configure
from deployment import Deployment, How
from monitor import Monitor
from plugin import DOUBTFUL, Plugin, Refused
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc
from state import PROJECT, PROVIDER_URN, ROOT_URN, STACK, Entry, State, urn_of
from values import Malformed, Tree, dependencies, has_unknown, plain, read, write
from world import COMPONENT, VERSION


@dataclass
class Declared:
    """A resource of the program: a service, or a child on its own."""

    name: str
    inputs: Tree
    type: str = COMPONENT
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return urn_of(self.type, self.name, ROOT_URN)


class Run:
    """One run of a program, or its preview."""

    plugin: Plugin
    address: str

    def __init__(self, state: State, how: How) -> None:
        self.deployment = Deployment(state, how)
        self.monitor = Monitor(self.deployment)
        # Constructs that nobody waits for any more: they end after Cancel.
        self.abandoned: list[asyncio.Task[Any]] = []

    def served(self) -> tuple[Any, Monitor]:
        """What a server needs to serve the monitor."""
        return resource_pb2_grpc.add_ResourceMonitorServicer_to_server, self.monitor

    def meet(self, plugin: Plugin, address: str) -> None:
        """The plugin that this run speaks with, and where it finds the monitor."""
        how = self.deployment.how
        self.plugin = plugin
        self.deployment.calls = Caller(plugin, how.preview, how.seed)
        self.address = address

    async def configure(self, config: Tree) -> None:
        """The provider resource: checked, diffed, configured."""
        urn = PROVIDER_URN
        old = self.deployment.olds.get(urn)
        news = {**config, "version": VERSION}
        request = provider_pb2.CheckRequest(olds=write(plain(old.inputs) if old else {}), news=write(plain(news)))
        request.MergeFrom(provider_pb2.CheckRequest(**Caller.who(urn)))
        checked = await self.plugin.call("CheckConfig", request)
        if checked.failures:
            raise Failed("\n".join(f"{it.property}: {it.reason}" for it in checked.failures))
        assert read(checked.inputs, unknowns=False) == plain(news)
        self.deployment.step("create" if old is None else "same", urn)
        self.deployment.news[urn] = Entry(
            urn, True, parent=ROOT_URN, id=self.deployment.state.provider_id, inputs=news, outputs=news
        )
        await configure(self.plugin, news, self.deployment.reference())

    async def program(self, program: list[Declared]) -> None:
        """Runs the program: everything in it at once, as programs do."""
        self.deployment.step("same" if ROOT_URN in self.deployment.olds else "create", ROOT_URN)
        self.deployment.news[ROOT_URN] = Entry(ROOT_URN, False)
        await asyncio.gather(*(self.declare(it) for it in program))

    async def declare(self, it: Declared) -> None:
        try:
            if it.type == COMPONENT:
                await self.construct(it)
            else:
                await self.deployment.until_the_end(self.monitor.register(self.registration(it)))
        except Malformed as error:
            self.deployment.fail(it.name, f"Malformed: {error}")

    def registration(self, it: Declared) -> resource_pb2.RegisterResourceRequest:
        """A child that the program declares by itself."""
        depends = {name: dependencies(value) for name, value in it.inputs.items()}
        by_property = {
            name: resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=sorted(urns))
            for name, urns in depends.items()
        }
        return resource_pb2.RegisterResourceRequest(
            type=it.type,
            name=it.name,
            parent="",
            custom=True,
            object=write(it.inputs),
            dependencies=sorted(set().union(*depends.values())),
            propertyDependencies=by_property,
            provider=self.deployment.reference(),
            acceptSecrets=True,
            acceptResources=True,
            supportsPartialValues=True,
            supportsResultReporting=True,
            **it.options,
        )

    async def construct(self, it: Declared) -> None:
        depends = {name: sorted(dependencies(value)) for name, value in it.inputs.items()}
        request = provider_pb2.ConstructRequest(
            project=PROJECT,
            stack=STACK,
            organization="organization",
            config=self.deployment.how.config,
            dryRun=self.deployment.how.preview,
            parallel=16,
            monitorEndpoint=self.address,
            type=it.type,
            name=it.name,
            parent=ROOT_URN,
            inputs=write(it.inputs, outputs=True),
            inputDependencies={
                name: provider_pb2.ConstructRequest.PropertyDependencies(urns=urns) for name, urns in depends.items()
            },
            accepts_output_values=True,
            **it.options,
        )
        task = asyncio.ensure_future(self.plugin.call("Construct", request, patience=300))
        ended = asyncio.ensure_future(self.deployment.ended.wait())
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            self.abandoned.append(task)
            return
        ended.cancel()
        try:
            reply = task.result()
        except Refused as refused:
            if refused.code in DOUBTFUL:
                raise Malformed(f"Construct failed with {refused.code}: {refused}") from None
            self.deployment.fail(it.name, str(refused))
            return
        self.constructed(it, reply)

    def constructed(self, it: Declared, reply: provider_pb2.ConstructResponse) -> None:
        state = read(reply.state, unknowns=self.deployment.how.preview, outputs=True, where=it.name)
        if reply.urn != it.urn or it.urn not in self.monitor.finished:
            raise Malformed(f"{it.name}: constructed as {reply.urn!r}, and without having told its outputs")
        told = {name: value for name, value in state.items() if self.deployment.how.preview or not has_unknown(value)}
        if plain(told) != plain(self.monitor.finished[it.urn]):
            raise Malformed(f"{it.name} says other outputs to its caller than to the engine")
        for name, value in state.items():
            if missing := dependencies(value) - set(reply.stateDependencies[name].urns):
                raise Malformed(f"{it.name}: the dependencies of its output {name} lack {missing}")
