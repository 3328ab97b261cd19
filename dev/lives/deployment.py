"""What a run does with each custom resource: it stays, is made, changed, replaced or deleted, in the real engine's order."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from caller import Caller, Diff, Failed, half_made
from plugin import DOUBTFUL, Refused
from pulumi.runtime.proto import provider_pb2, resource_pb2
from state import PROVIDER, PROVIDER_URN, Entry, State, name_of, type_of
from values import SENTINEL
from world import Step

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


@dataclass(frozen=True)
class How:
    """What a run is asked to do, beside its program."""

    preview: bool = False
    targets: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    continue_on_error: bool = False
    # How many steps may run at once; 0 for as many as there are.
    parallel: int = 0
    # Runs with the same seed choose the same random names, as an update with a saved plan does.
    seed: bytes = field(default_factory=lambda: os.urandom(32))
    config: Mapping[str, str] = field(default_factory=dict)


class Deployment:
    """What a run has decided, done and met so far."""

    calls: Caller

    def __init__(self, state: State, how: How) -> None:
        self.state = state
        self.how = how
        self.olds = state.live()
        self.news: dict[str, Entry] = {}
        self.replaced = [it for it in state.entries if it.delete]
        self.deleted: list[Entry] = []
        self.steps: list[Step] = []
        self.errors: list[str] = []
        self.skipped: set[str] = set()
        self.failed: set[str] = set()
        self.ended = asyncio.Event()
        self.running: set[asyncio.Task[Any]] = set()
        self.slots = asyncio.Semaphore(how.parallel) if how.parallel else nullcontext()

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

    def reference(self) -> str:
        """The provider, as `<urn>::<id>`; in the preview that would make it, its id is unknown."""
        known = PROVIDER_URN in self.olds or not self.how.preview
        return self.state.reference() if known else f"{PROVIDER_URN}::{SENTINEL}"

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
        self,
        entry: Entry,
        request: resource_pb2.RegisterResourceRequest,
        replaced: Entry | None,
        gone: bool = False,
    ) -> Entry | None:
        """`gone`: what it replaces was deleted already."""
        if self.ended.is_set():
            return None
        self.step("create-replacement" if replaced else "create", entry.urn)
        timeout = seconds(request.customTimeouts.create)
        try:
            async with self.slots:
                entry.id, entry.outputs = await self.calls.create(entry.urn, entry.inputs, timeout)
        except Refused as refused:
            if made := half_made(refused, entry.inputs):
                entry.id, entry.outputs, entry.init_errors = made
                self.keep(entry, None if gone else replaced)
            raise
        self.keep(entry, None if gone else replaced)
        return entry

    def keep(self, entry: Entry, replaced: Entry | None) -> None:
        self.news[entry.urn] = entry
        if replaced is not None:
            self.replaced.append(replace(replaced, delete=True))

    async def recreate(
        self, entry: Entry, request: resource_pb2.RegisterResourceRequest, old: Entry, diff: Diff
    ) -> Entry | None:
        if old.protect and entry.protect:
            raise Failed(f"unable to replace resource {entry.urn!r}: it is protected")
        delete_first = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else diff.delete_first
        # The real engine shows the steps in this order too (pkg/resource/deploy/step_generator.go).
        if delete_first and not await self.remove(old, "delete-replaced"):
            return None
        self.step("replace", entry.urn, diff.paths)
        return await self.create(entry, request, old, gone=delete_first)

    async def update(
        self, entry: Entry, request: resource_pb2.RegisterResourceRequest, old: Entry, diff: Diff
    ) -> Entry:
        self.step("update", entry.urn, diff.paths)
        timeout = seconds(request.customTimeouts.update)
        try:
            async with self.slots:
                entry.outputs = await self.calls.update(old, entry.inputs, timeout, request.ignoreChanges)
        except Refused as refused:
            if made := half_made(refused, entry.inputs):
                # The new outputs but the old inputs, so that the next run sees the change again.
                _, outputs, reasons = made
                self.news[entry.urn] = replace(entry, inputs=old.inputs, outputs=outputs, init_errors=reasons)
            raise
        self.news[entry.urn] = entry
        return entry

    def step(self, op: str, urn: str, diffs: list[str] | None = None) -> None:
        self.steps.append(Step(op, type_of(urn), name_of(urn), diffs or []))

    # The end.

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
                async with self.slots:
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


def seconds(text: str) -> float:
    """A duration as programs write it, such as 1h30m."""
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))
