"""The calls about one custom resource, with the engine's conventions for each, and what it would refuse of the answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plugin import DOUBTFUL, Plugin, Refused
from pulumi.runtime.proto import provider_pb2
from state import Entry, name_of, type_of
from values import Malformed, Secret, Tree, plain, read, secret, write

KINDS = provider_pb2.PropertyDiff.Kind
REPLACING = {KINDS.ADD_REPLACE, KINDS.DELETE_REPLACE, KINDS.UPDATE_REPLACE}


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

    async def check(self, urn: str, olds: Tree, news: Tree, autonaming: Any = None) -> Tree:
        seed = hashlib.sha256(self.seed + urn.encode()).digest()
        request = provider_pb2.CheckRequest(
            olds=write(olds), news=write(news), randomSeed=seed, autonaming=autonaming, **self.who(urn)
        )
        reply = await self.plugin.call("Check", request)
        if reply.failures:
            raise Failed("\n".join(f"{it.property}: {it.reason}" for it in reply.failures))
        return read(reply.inputs, unknowns=self.preview)

    async def diff(self, old: Entry, news: Tree, ignored: Iterable[str] = ()) -> Diff:
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

    async def create(self, urn: str, inputs: Tree, timeout: float) -> tuple[str, Tree]:
        request = provider_pb2.CreateRequest(
            properties=write(inputs), preview=self.preview, timeout=timeout, **self.who(urn)
        )
        reply = await self.plugin.call("Create", request)
        if self.preview and reply.id:
            raise Malformed(f"{name_of(urn)}: the preview of a create has the id {reply.id}")
        if not self.preview and not reply.id:
            raise Malformed(f"{name_of(urn)}: a create without an id")
        return reply.id, self.outputs(urn, reply, inputs)

    async def update(self, old: Entry, inputs: Tree, timeout: float, ignored: Iterable[str]) -> Tree:
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

    def outputs(self, urn: str, reply: Any, inputs: Tree) -> Tree:
        if not reply.HasField("properties"):
            raise Malformed(f"{name_of(urn)}: a reply without properties")
        return kept_secret(read(reply.properties, unknowns=self.preview, where=name_of(urn)), inputs)


async def configure(plugin: Plugin, config: Tree, reference: str) -> None:
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


def half_made(refused: Refused, inputs: Tree) -> tuple[str, Tree, tuple[str, ...]] | None:
    """What exists although the call failed: its id, outputs, and what is wrong."""
    if isinstance(refused.details, provider_pb2.ErrorResourceInitFailed):
        it = refused.details
        if not it.id:
            raise Malformed("half made, and without an id")
        return it.id, kept_secret(read(it.properties, unknowns=False), inputs), tuple(it.reasons)
    if refused.code in DOUBTFUL:
        raise Malformed(f"a failure that leaves the engine in doubt: {refused.code} {refused}")
    return None


def top(path: str) -> str:
    """The property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def kept_secret(outputs: Tree, inputs: Tree) -> Tree:
    """What went in secret is secret when it comes out, says the engine of properties as a whole."""
    is_secret = {name for name, value in inputs.items() if isinstance(value, Secret)}
    return {name: secret(value) if name in is_secret else value for name, value in outputs.items()}
