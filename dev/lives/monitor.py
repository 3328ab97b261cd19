"""The resource monitor: what the plugin registers while it constructs, and what the engine would refuse of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import grpc
import grpc.aio
from caller import Failed, top
from deployment import Deployment
from google.protobuf.empty_pb2 import Empty
from plugin import Refused
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc
from state import ROOT_URN, Entry, name_of, urn_of
from values import Malformed, Tree, plain, read, write


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """What a run's program registers."""

    def __init__(self, run: Deployment) -> None:
        self.run = run
        # What a preview says that each custom resource will be.
        self.foretold: dict[str, Tree] = {}
        self.finished: dict[str, Tree] = {}

    # What the plugin asks.

    async def SupportsFeature(self, _request: Any, _context: Any) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    async def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.aio.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        if self.run.ended.is_set():
            await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor has shut down")
        try:
            answer = await self.run.until_the_end(self.register(request))
        except Exception as error:
            self.run.fail(request.name, f"{type(error).__name__}: {error}")
            answer = None
        if answer is None:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down while waiting on a step")
        return answer

    async def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.aio.ServicerContext
    ) -> Empty:
        if request.urn in self.finished or request.urn not in self.run.news:
            self.run.fail(name_of(request.urn), "cannot complete a resource whose registration isn't pending")
            await context.abort(grpc.StatusCode.UNKNOWN, "registration isn't pending")
        outputs = read(request.outputs, unknowns=self.run.how.preview, where=name_of(request.urn))
        self.finished[request.urn] = self.run.news[request.urn].outputs = outputs
        return Empty()

    # Registrations.

    async def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse | None:
        entry = self.wanted(request)
        if entry.urn in self.run.news or entry.urn in self.run.skipped | self.run.failed:
            raise Malformed(f"{entry.name} is registered twice")
        if not entry.custom:
            old = self.run.olds.get(entry.urn)
            entry = replace(entry, outputs=old.outputs if old else {})
            op = "create" if old is None else "same" if plain(old.inputs) == plain(entry.inputs) else "update"
            self.run.step(op, entry.urn)
            self.run.news[entry.urn] = entry
            return resource_pb2.RegisterResourceResponse(urn=entry.urn)
        if not set(entry.dependencies).isdisjoint(self.run.failed):
            self.run.failed.add(entry.urn)
            return resource_pb2.RegisterResourceResponse(urn=entry.urn, result=resource_pb2.SKIP)
        if self.left_out(entry):
            return self.leave_out(entry)
        try:
            made = await self.run.settle(entry, request)
        except (Failed, Refused) as error:
            return self.failed_step(entry.urn, error)
        if made is None:
            return None
        self.foretold[made.urn] = made.outputs
        return resource_pb2.RegisterResourceResponse(urn=made.urn, id=made.id, object=write(made.outputs))

    def wanted(self, request: resource_pb2.RegisterResourceRequest) -> Entry:
        if not (request.acceptSecrets and request.acceptResources and request.supportsPartialValues):
            raise Malformed(f"{request.name} is registered without all that the plugin understands")
        inputs = read(request.object, unknowns=self.run.how.preview, outputs=not request.custom, where=request.name)
        by_property = {name: tuple(it.urns) for name, it in request.propertyDependencies.items()}
        urn = urn_of(request.type, request.name, request.parent or ROOT_URN)
        if request.custom:
            self.well_formed(request, inputs, by_property)
        inputs = self.with_ignored(urn, inputs, request.ignoreChanges)
        above = self.run.news.get(request.parent)
        return Entry(
            urn,
            request.custom,
            parent=request.parent or ROOT_URN,
            inputs=inputs,
            dependencies=tuple(request.dependencies),
            property_dependencies=by_property,
            provider=request.provider or (self.run.reference() if request.custom else ""),
            protect=request.protect or bool(above and above.protect),
            retain_on_delete=request.retainOnDelete or bool(above and above.retain_on_delete),
        )

    def well_formed(
        self,
        request: resource_pb2.RegisterResourceRequest,
        inputs: Tree,
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
        there = self.run.news.keys() | self.run.skipped | self.run.failed
        if strangers := set(request.dependencies) - there:
            raise Malformed(f"{name} depends on {strangers}, which are not registered")
        if request.parent and not name.startswith(f"{name_of(request.parent)}-"):
            raise Malformed(f"{name}: an alias of its component would not reach it")
        if request.provider != self.run.reference():
            raise Malformed(f"{name} belongs to the provider {request.provider!r}")

    def with_ignored(self, urn: str, inputs: Tree, ignored: Iterable[str]) -> Tree:
        old = self.run.olds.get(urn)
        if old is None:
            return inputs
        for path in ignored:
            name = top(path)
            inputs = {key: it for key, it in inputs.items() if key != name}
            if name in old.inputs:
                inputs[name] = old.inputs[name]
        return inputs

    def left_out(self, entry: Entry) -> bool:
        return bool(self.run.how.targets) and entry.urn not in self.run.how.targets

    def leave_out(self, entry: Entry) -> resource_pb2.RegisterResourceResponse:
        """Not a target: it stays as it is, and is not made if it is not there."""
        old = self.run.olds.get(entry.urn)
        if old is None:
            self.run.skipped.add(entry.urn)
            return resource_pb2.RegisterResourceResponse(urn=entry.urn, object=write(entry.inputs), unknown=True)
        self.run.step("same", entry.urn)
        self.run.news[entry.urn] = old
        return resource_pb2.RegisterResourceResponse(urn=old.urn, id=old.id, object=write(old.outputs))

    def failed_step(self, urn: str, error: Exception) -> resource_pb2.RegisterResourceResponse | None:
        self.run.failed.add(urn)
        if not self.run.how.continue_on_error:
            self.run.fail(name_of(urn), str(error))
            return None
        self.run.errors.append(f"{name_of(urn)}: {error}")
        return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)
