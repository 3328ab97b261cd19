"""A small Pulumi engine: enough of one to lead the real plugin through a life, in a fraction of the real one's time.

It serves the resource monitor to `Construct`, calls the plugin back for each child, and keeps the state, in the order and
with the rules of the real engine (pkg/resource/deploy, 3.259). It speaks through the stubs of Pulumi's own Python
package, not ours, so that a mistake in proto/ cannot hide. Where the real engine would refuse or crash on what the plugin
sends, it raises `Malformed`.

Not here, since no child asks for it: reads, invokes, hooks, transforms, views, plans, and delete-before-replace of dependents.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty
from plugin import Plugin, Refused
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc
from state import (
    COMPONENT,
    PROJECT,
    PROVIDER,
    ROOT_URN,
    STACK,
    STACK_TYPE,
    Entry,
    State,
    Step,
    name_of,
    type_of,
    urn_of,
)
from values import (
    SENTINEL,
    Inputs,
    Malformed,
    Secret,
    dependencies,
    has_unknown,
    plain,
    read,
    secret,
    write,
)

KINDS = provider_pb2.PropertyDiff.Kind
REPLACING = {KINDS.ADD_REPLACE, KINDS.DELETE_REPLACE, KINDS.UPDATE_REPLACE}
DOUBTFUL = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS}
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


@dataclass
class Declared:
    """A resource of the program: a service, or a child on its own."""

    name: str
    inputs: Inputs
    type: str = COMPONENT
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return urn_of(self.type, self.name, ROOT_URN)


@dataclass(frozen=True)
class How:
    """What a run is asked to do, beside its program."""

    preview: bool = False
    targets: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    continue_on_error: bool = False
    # Runs with the same seed choose the same random names, as an update with a saved plan does.
    seed: bytes = field(default_factory=lambda: os.urandom(32))
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Diff:
    """What the plugin says of an update."""

    changes: bool
    paths: list[str]
    replaces: bool
    delete_first: bool


class Failed(Exception):
    """A step that failed, after the plugin has said why."""


class Caller:
    """The calls about one custom resource, with the engine's conventions for each."""

    def __init__(self, plugin: Plugin, preview: bool = False, seed: bytes = b"") -> None:
        self.plugin = plugin
        self.preview = preview
        self.seed = seed

    @staticmethod
    def who(urn: str) -> dict[str, str]:
        return {"urn": urn, "name": name_of(urn), "type": type_of(urn)}

    async def check(self, urn: str, olds: Inputs, news: Inputs, autonaming: Any = None) -> Inputs:
        seed = hashlib.sha256(self.seed + urn.encode()).digest()
        request = provider_pb2.CheckRequest(
            olds=write(olds), news=write(news), randomSeed=seed, autonaming=autonaming, **self.who(urn)
        )
        reply = await self.plugin.call("Check", request)
        if reply.failures:
            raise Failed("\n".join(f"{it.property}: {it.reason}" for it in reply.failures))
        return read(reply.inputs, unknowns=self.preview)

    async def diff(self, old: Entry, news: Inputs, ignored: Iterable[str] = ()) -> Diff:
        request = provider_pb2.DiffRequest(
            id=old.id,
            olds=write(old.outputs),
            old_inputs=write(old.inputs),
            news=write(news),
            ignoreChanges=ignored,
            **self.who(old.urn),
        )
        reply = await self.plugin.call("Diff", request)
        if reply.changes not in (provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME):
            raise Malformed(f"{old.name}: the diff does not decide")
        changes = reply.changes == provider_pb2.DiffResponse.DIFF_SOME
        if not reply.hasDetailedDiff or changes != bool(reply.detailedDiff):
            raise Malformed(f"{old.name}: {changes=} but the details are {reply.detailedDiff}")
        in_details = {top(path) for path, it in reply.detailedDiff.items() if it.kind in REPLACING}
        if in_details != set(reply.replaces) or {top(path) for path in reply.detailedDiff} != set(reply.diffs):
            raise Malformed(f"{old.name}: the lists and the details of its diff disagree: {reply}")
        return Diff(changes, sorted(reply.detailedDiff), bool(reply.replaces), reply.deleteBeforeReplace)

    async def create(self, urn: str, inputs: Inputs, timeout: float) -> tuple[str, Inputs]:
        request = provider_pb2.CreateRequest(
            properties=write(inputs), preview=self.preview, timeout=timeout, **self.who(urn)
        )
        reply = await self.plugin.call("Create", request)
        if self.preview and reply.id:
            raise Malformed(f"{name_of(urn)}: the preview of a create has the id {reply.id}")
        if not self.preview and not reply.id:
            raise Malformed(f"{name_of(urn)}: a create without an id")
        return reply.id, self.outputs(urn, reply, inputs)

    async def update(self, old: Entry, inputs: Inputs, timeout: float, ignored: Iterable[str]) -> Inputs:
        request = provider_pb2.UpdateRequest(
            id=old.id,
            olds=write(old.outputs),
            old_inputs=write(old.inputs),
            news=write(inputs),
            timeout=timeout,
            ignoreChanges=ignored,
            preview=self.preview,
            **self.who(old.urn),
        )
        return self.outputs(old.urn, await self.plugin.call("Update", request), inputs)

    async def read(self, entry: Entry) -> provider_pb2.ReadResponse:
        request = provider_pb2.ReadRequest(id=entry.id, **self.who(entry.urn))
        if entry.inputs:
            request.inputs.CopyFrom(write(entry.inputs))
            request.properties.CopyFrom(write(entry.outputs))
        return await self.plugin.call("Read", request)

    async def delete(self, entry: Entry) -> None:
        request = provider_pb2.DeleteRequest(
            id=entry.id, properties=write(entry.outputs), old_inputs=write(entry.inputs), **self.who(entry.urn)
        )
        await self.plugin.call("Delete", request)

    def outputs(self, urn: str, reply: Any, inputs: Inputs) -> Inputs:
        if not reply.HasField("properties"):
            raise Malformed(f"{name_of(urn)}: a reply without properties")
        return kept_secret(read(reply.properties, unknowns=self.preview, where=name_of(urn)), inputs)


class Run(resource_pb2_grpc.ResourceMonitorServicer):
    """One run of a program, or its preview: the resource monitor, and what it decides."""

    plugin: Plugin
    calls: Caller
    address: str

    def __init__(self, state: State, how: How) -> None:
        self.state = state
        self.how = how
        self.olds = state.live()
        self.news: dict[str, Entry] = {}
        self.replaced = [it for it in state.entries if it.delete]
        self.deleted: list[Entry] = []
        self.steps: list[Step] = []
        self.errors: list[str] = []
        # What a preview says that each custom resource will be.
        self.foretold: dict[str, Inputs] = {}
        self.finished: dict[str, Inputs] = {}
        self.skipped: set[str] = set()
        self.failed: set[str] = set()
        self.ended = asyncio.Event()
        self.running: set[asyncio.Task[Any]] = set()
        # Constructs that nobody waits for any more: they end after Cancel.
        self.abandoned: list[asyncio.Task[Any]] = []

    def meet(self, plugin: Plugin, address: str) -> None:
        """The plugin that this run speaks with, and where it finds this monitor."""
        self.plugin = plugin
        self.calls = Caller(plugin, self.how.preview, self.how.seed)
        self.address = address

    # What the plugin asks of the monitor.

    async def SupportsFeature(self, _request: Any, _context: Any) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    async def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.aio.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        if self.ended.is_set():
            await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor has shut down")
        try:
            answer = await self.until_the_end(self.register(request))
        except Exception as error:
            self.fail(request.name, f"{type(error).__name__}: {error}")
            answer = None
        if answer is None:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down while waiting on a step")
        return answer

    async def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.aio.ServicerContext
    ) -> Empty:
        if request.urn in self.finished or request.urn not in self.news:
            self.fail(name_of(request.urn), "cannot complete a resource whose registration isn't pending")
            await context.abort(grpc.StatusCode.UNKNOWN, "registration isn't pending")
        outputs = read(request.outputs, unknowns=self.how.preview, where=name_of(request.urn))
        self.finished[request.urn] = self.news[request.urn].outputs = outputs
        return Empty()

    async def until_the_end(self, work: Awaitable[Any]) -> Any:
        """The outcome of a registration; None if the deployment ended before. What runs runs to its end."""
        task = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        ended = asyncio.ensure_future(self.ended.wait())
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        return task.result() if task.done() else None

    def fail(self, name: str, message: str) -> None:
        self.errors.append(f"{name}: {message}")
        self.ended.set()

    # Registrations.

    async def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse | None:
        entry = self.wanted(request)
        if entry.urn in self.news or entry.urn in self.skipped | self.failed:
            raise Malformed(f"{entry.name} is registered twice")
        if not entry.custom:
            old = self.olds.get(entry.urn)
            entry = replace(entry, outputs=old.outputs if old else {})
            op = "create" if old is None else "same" if plain(old.inputs) == plain(entry.inputs) else "update"
            self.step(op, entry.urn)
            self.news[entry.urn] = entry
            return resource_pb2.RegisterResourceResponse(urn=entry.urn)
        if not set(entry.dependencies).isdisjoint(self.failed):
            self.failed.add(entry.urn)
            return resource_pb2.RegisterResourceResponse(urn=entry.urn, result=resource_pb2.SKIP)
        if self.left_out(entry):
            return self.leave_out(entry)
        try:
            made = await self.settle(entry, request)
        except (Failed, Refused) as error:
            return self.failed_step(entry.urn, error)
        if made is None:
            return None
        self.foretold[made.urn] = made.outputs
        return resource_pb2.RegisterResourceResponse(urn=made.urn, id=made.id, object=write(made.outputs))

    def wanted(self, request: resource_pb2.RegisterResourceRequest) -> Entry:
        if not (request.acceptSecrets and request.acceptResources and request.supportsPartialValues):
            raise Malformed(f"{request.name} is registered without all that the plugin understands")
        inputs = read(request.object, unknowns=self.how.preview, outputs=not request.custom, where=request.name)
        by_property = {name: tuple(it.urns) for name, it in request.propertyDependencies.items()}
        urn = urn_of(request.type, request.name, request.parent or ROOT_URN)
        if request.custom:
            self.well_formed(request, inputs, by_property)
        inputs = self.with_ignored(urn, inputs, request.ignoreChanges)
        above = self.news.get(request.parent)
        return Entry(
            urn,
            request.custom,
            parent=request.parent or ROOT_URN,
            inputs=inputs,
            dependencies=tuple(request.dependencies),
            property_dependencies=by_property,
            provider=request.provider or (self.reference() if request.custom else ""),
            protect=request.protect or bool(above and above.protect),
            retain_on_delete=request.retainOnDelete or bool(above and above.retain_on_delete),
        )

    def well_formed(
        self,
        request: resource_pb2.RegisterResourceRequest,
        inputs: Inputs,
        by_property: dict[str, tuple[str, ...]],
    ) -> None:
        """What the engine would take, and yet is wrong: the order of deletions would be left to luck."""
        name = request.name
        if set(by_property) != set(inputs):
            raise Malformed(
                f"{name}: {set(by_property) ^ set(inputs)} of the inputs and their dependencies have no partner"
            )
        if missing := {urn for urns in by_property.values() for urn in urns} - set(request.dependencies):
            raise Malformed(f"{name}: its dependencies lack {missing}")
        there = self.news.keys() | self.skipped | self.failed
        if strangers := set(request.dependencies) - there:
            raise Malformed(f"{name} depends on {strangers}, which are not registered")
        if request.parent and not name.startswith(f"{name_of(request.parent)}-"):
            raise Malformed(f"{name}: an alias of its component would not reach it")
        if request.provider != self.reference():
            raise Malformed(f"{name} belongs to the provider {request.provider!r}")

    def with_ignored(self, urn: str, inputs: Inputs, ignored: Iterable[str]) -> Inputs:
        old = self.olds.get(urn)
        if old is None:
            return inputs
        for path in ignored:
            name = top(path)
            inputs = {key: it for key, it in inputs.items() if key != name}
            if name in old.inputs:
                inputs[name] = old.inputs[name]
        return inputs

    def left_out(self, entry: Entry) -> bool:
        return bool(self.how.targets) and entry.urn not in self.how.targets

    def leave_out(self, entry: Entry) -> resource_pb2.RegisterResourceResponse:
        """Not a target: it stays as it is, and is not made if it is not there."""
        old = self.olds.get(entry.urn)
        if old is None:
            self.skipped.add(entry.urn)
            return resource_pb2.RegisterResourceResponse(urn=entry.urn, object=write(entry.inputs), unknown=True)
        self.step("same", entry.urn)
        self.news[entry.urn] = old
        return resource_pb2.RegisterResourceResponse(urn=old.urn, id=old.id, object=write(old.outputs))

    def failed_step(self, urn: str, error: Exception) -> resource_pb2.RegisterResourceResponse | None:
        self.failed.add(urn)
        if not self.how.continue_on_error:
            self.fail(name_of(urn), str(error))
            return None
        self.errors.append(f"{name_of(urn)}: {error}")
        return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)

    # Steps.

    async def settle(self, entry: Entry, request: resource_pb2.RegisterResourceRequest) -> Entry | None:
        """Decides what becomes of a custom resource, and does it; None if the deployment ended before."""
        goal = entry.inputs
        old = self.olds.get(entry.urn)
        again = entry.urn in self.how.replace
        autonaming = self.autonaming(entry)
        entry.inputs = await self.calls.check(entry.urn, {} if again or not old else old.inputs, goal, autonaming)
        if old is None:
            return await self.create(entry, request, None)
        entry.id = old.id
        if again:
            return await self.recreate(entry, request, old, Diff(True, [], True, False))
        diff = await self.calls.diff(old, entry.inputs, request.ignoreChanges)
        if self.ended.is_set():
            return None
        if diff.replaces:
            entry.inputs = await self.calls.check(entry.urn, {}, goal, autonaming)
            return await self.recreate(entry, request, old, diff)
        if diff.changes or old.init_errors:
            return await self.update(entry, request, old, diff)
        self.step("same", entry.urn)
        entry.outputs = old.outputs
        self.news[entry.urn] = entry
        return entry

    def autonaming(self, entry: Entry) -> provider_pb2.CheckRequest | None:
        mode = self.how.config.get("pulumi:autonaming")
        if mode is None:
            return None
        modes = provider_pb2.CheckRequest.AutonamingOptions.Mode
        return provider_pb2.CheckRequest.AutonamingOptions(proposed_name=f"{entry.name}-auto", mode=modes.Value(mode))

    async def create(
        self, entry: Entry, request: resource_pb2.RegisterResourceRequest, replaced: Entry | None
    ) -> Entry | None:
        if self.ended.is_set():
            return None
        self.step("create-replacement" if replaced else "create", entry.urn)
        timeout = seconds(request.customTimeouts.create)
        try:
            entry.id, entry.outputs = await self.calls.create(entry.urn, entry.inputs, timeout)
        except Refused as refused:
            if half_made := self.half_made(refused, entry.inputs):
                entry.id, entry.outputs, entry.init_errors = half_made
                self.keep(entry, replaced)
            raise
        self.keep(entry, replaced)
        return entry

    def keep(self, entry: Entry, replaced: Entry | None) -> None:
        self.news[entry.urn] = entry
        if replaced is not None:
            self.replaced.append(replace(replaced, delete=True))

    def half_made(self, refused: Refused, inputs: Inputs) -> tuple[str, Inputs, tuple[str, ...]] | None:
        """What exists although the call failed: its id, outputs, and what is wrong."""
        if isinstance(refused.details, provider_pb2.ErrorResourceInitFailed):
            it = refused.details
            if not it.id:
                raise Malformed("half made, and without an id")
            return it.id, kept_secret(read(it.properties, unknowns=False), inputs), tuple(it.reasons)
        if refused.code in DOUBTFUL:
            raise Malformed(f"a failure that leaves the engine in doubt: {refused.code} {refused}")
        return None

    async def recreate(
        self, entry: Entry, request: resource_pb2.RegisterResourceRequest, old: Entry, diff: Diff
    ) -> Entry | None:
        if old.protect and entry.protect:
            raise Failed(f"unable to replace resource {entry.urn!r}: it is protected")
        delete_first = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else diff.delete_first
        self.step("replace", entry.urn, diff.paths)
        if not delete_first:
            return await self.create(entry, request, old)
        if not await self.remove(old, "delete-replaced"):
            return None
        return await self.create(entry, request, None)

    async def update(
        self, entry: Entry, request: resource_pb2.RegisterResourceRequest, old: Entry, diff: Diff
    ) -> Entry:
        self.step("update", entry.urn, diff.paths)
        timeout = seconds(request.customTimeouts.update)
        try:
            entry.outputs = await self.calls.update(old, entry.inputs, timeout, request.ignoreChanges)
        except Refused as refused:
            if half_made := self.half_made(refused, entry.inputs):
                # The new outputs but the old inputs, so that the next run sees the change again.
                _, outputs, reasons = half_made
                self.news[entry.urn] = replace(entry, inputs=old.inputs, outputs=outputs, init_errors=reasons)
            raise
        self.news[entry.urn] = entry
        return entry

    def step(self, op: str, urn: str, diffs: list[str] | None = None) -> None:
        self.steps.append(Step(op, type_of(urn), name_of(urn), diffs or []))

    # From the program to the end.

    def reference(self) -> str:
        known = urn_of(PROVIDER, "default_0_1_0") in self.olds or not self.how.preview
        return provider_reference(self.state if known else None)

    async def configure(self, config: Inputs) -> None:
        """The provider resource: checked, diffed, configured."""
        urn = urn_of(PROVIDER, "default_0_1_0")
        old = self.olds.get(urn)
        news = {**config, "version": "0.1.0"}
        request = provider_pb2.CheckRequest(olds=write(plain(old.inputs) if old else {}), news=write(plain(news)))
        request.MergeFrom(provider_pb2.CheckRequest(**Caller.who(urn)))
        checked = await self.plugin.call("CheckConfig", request)
        if checked.failures:
            raise Failed("\n".join(f"{it.property}: {it.reason}" for it in checked.failures))
        assert read(checked.inputs, unknowns=False) == plain(news)
        self.step("create" if old is None else "same", urn)
        self.news[urn] = Entry(urn, True, parent=ROOT_URN, id=self.state.provider_id, inputs=news, outputs=news)
        await configure(self.plugin, news, self.reference())

    async def program(self, program: list[Declared]) -> None:
        """Runs the program: everything in it at once, as programs do."""
        self.step("same" if ROOT_URN in self.olds else "create", ROOT_URN)
        self.news[ROOT_URN] = Entry(ROOT_URN, False)
        await asyncio.gather(*(self.declare(it) for it in program))

    async def declare(self, it: Declared) -> None:
        try:
            if it.type == COMPONENT:
                await self.construct(it)
            else:
                await self.until_the_end(self.register(self.registration(it)))
        except Malformed as error:
            self.fail(it.name, f"Malformed: {error}")

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
            provider=self.reference(),
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
            config=self.how.config,
            dryRun=self.how.preview,
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
        ended = asyncio.ensure_future(self.ended.wait())
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
            self.fail(it.name, str(refused))
            return
        self.constructed(it, reply)

    def constructed(self, it: Declared, reply: provider_pb2.ConstructResponse) -> None:
        state = read(reply.state, unknowns=self.how.preview, outputs=True, where=it.name)
        if reply.urn != it.urn or it.urn not in self.finished:
            raise Malformed(f"{it.name}: constructed as {reply.urn!r}, and without having told its outputs")
        told = {name: value for name, value in state.items() if self.how.preview or not has_unknown(value)}
        if plain(told) != plain(self.finished[it.urn]):
            raise Malformed(f"{it.name} says other outputs to its caller than to the engine")
        for name, value in state.items():
            if missing := dependencies(value) - set(reply.stateDependencies[name].urns):
                raise Malformed(f"{it.name}: the dependencies of its output {name} lack {missing}")

    async def end(self) -> None:
        """What is not in the program any more goes, and what was replaced."""
        if self.running:
            await asyncio.wait(self.running)
        if not self.ended.is_set():
            known = self.news.keys() | self.skipped | self.failed
            gone = [] if self.how.targets else [it for urn, it in self.olds.items() if urn not in known]
            await self.remove_all([*gone, *self.replaced])

    async def remove_all(self, condemned: list[Entry]) -> None:
        """Each after all that needs it, and otherwise at once."""
        waiting = {id(it): asyncio.Event() for it in condemned}

        async def one(entry: Entry) -> None:
            for other in condemned:
                if other is not entry and entry.urn in other.needs():
                    await waiting[id(other)].wait()
            if not self.ended.is_set():
                await self.remove(entry, "delete-replaced" if entry.delete else "delete")
            waiting[id(entry)].set()

        await asyncio.gather(*map(one, condemned))

    async def remove(self, entry: Entry, op: str) -> bool:
        if entry.protect:
            self.fail(entry.name, f"resource {entry.urn!r} cannot be deleted because it is protected")
            return False
        self.step(op, entry.urn)
        if self.how.preview:
            return True
        if entry.custom and entry.type != PROVIDER and not entry.retain_on_delete:
            try:
                await self.calls.delete(entry)
            except Refused as refused:
                if refused.code in DOUBTFUL:
                    refused = Refused("Delete", refused.code, f"leaves the engine in doubt: {refused}", None)
                self.fail(entry.name, f"deleting failed: {refused}")
                return False
        self.deleted.append(entry)
        return True

    def left(self) -> State:
        """The state after the run: the new, what was not come to, and what is still to be deleted."""
        gone = {id(it) for it in self.deleted}
        rest = [it for urn, it in self.olds.items() if urn not in self.news and id(it) not in gone]
        # A new entry replaces an old one of its name; what was deleted first is nowhere.
        entries = [*self.news.values(), *rest, *(it for it in self.replaced if id(it) not in gone)]
        return State(State(entries).without(()), self.state.provider_id)


async def configure(plugin: Plugin, config: Inputs, reference: str) -> None:
    """The configuration, in both forms in which it is sent."""
    urn, _, id = reference.rpartition("::")
    texts = {f"fargate:config:{key}": str(plain(value)) for key, value in config.items() if key != "version"}
    request = provider_pb2.ConfigureRequest(
        variables=texts,
        args=write(config),
        acceptSecrets=True,
        acceptResources=True,
        sends_old_inputs=True,
        sends_old_inputs_to_delete=True,
        id=id,
        **Caller.who(urn),
    )
    await plugin.call("Configure", request)


def provider_reference(state: State | None) -> str:
    """`<urn>::<id>`; in the preview that would make the provider, its id is unknown."""
    return f"{urn_of(PROVIDER, 'default_0_1_0')}::{state.provider_id if state else SENTINEL}"


def top(path: str) -> str:
    """The property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def seconds(text: str) -> float:
    """A duration as programs write it, such as 1h30m."""
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))


def kept_secret(outputs: Inputs, inputs: Inputs) -> Inputs:
    """What went in secret is secret when it comes out, says the engine of properties as a whole."""
    is_secret = {name for name, value in inputs.items() if isinstance(value, Secret)}
    return {name: secret(value) if name in is_secret else value for name, value in outputs.items()}


__all__ = ["COMPONENT", "STACK_TYPE", "Caller", "Declared", "Diff", "Failed", "How", "Run", "configure"]
