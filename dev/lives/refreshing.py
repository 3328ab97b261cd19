"""What the engine asks of objects that are there: a refresh of all, and the import of one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from caller import Caller
from plugin import Refused
from pulumi.runtime.proto import provider_pb2
from state import PROVIDER_URN, ROOT_URN, Entry, State
from values import Tree, read
from world import Step


@dataclass
class Found:
    """The state as AWS has it now, and what differed."""

    state: State
    steps: list[Step]
    errors: list[str]


@dataclass
class Looked:
    """One entry before and after the look; nothing after, if AWS does not have it. A refusal leaves it as it was."""

    before: Entry
    after: Entry | None
    differs: list[str]
    error: str = ""


async def refreshed(caller: Caller, state: State) -> Found:
    looked = await asyncio.gather(*(look(caller, it) for it in state.customs()))
    gone = [it.before for it in looked if it.after is None]
    kept = State(state.without(gone), state.provider_id)
    after = {(it.before.urn, it.before.delete): it.after for it in looked}
    for n, entry in enumerate(kept.entries):
        fresh = after.get((entry.urn, entry.delete))
        if fresh is not None:
            kept.entries[n] = replace(
                entry, id=fresh.id, inputs=fresh.inputs, outputs=fresh.outputs, init_errors=fresh.init_errors
            )
    steps = [Step("delete", it.type, it.name) for it in gone]
    steps += [Step("update", it.before.type, it.before.name, it.differs) for it in looked if it.differs]
    return Found(kept, steps, [it.error for it in looked if it.error])


async def look(caller: Caller, old: Entry) -> Looked:
    try:
        fresh, reasons = await caller.read(old), ()
    except Refused as refused:
        if not isinstance(refused.details, provider_pb2.ErrorResourceInitFailed):
            return Looked(old, old, [], f"{old.name}: {refused}")
        fresh, reasons = refused.details, tuple(refused.details.reasons)
    if not fresh.id:
        return Looked(old, None, [])
    inputs = read(fresh.inputs, unknowns=False) if fresh.HasField("inputs") else old.inputs
    outputs = read(fresh.properties, unknowns=False)
    now = replace(old, id=fresh.id, inputs=inputs, outputs=outputs, init_errors=reasons)
    try:
        diff = await caller.diff(now, old.inputs)
    except Refused as refused:
        # What was read is not kept by a step that fails.
        return Looked(old, old, [], f"{old.name}: {refused}")
    return Looked(old, now, diff.paths)


async def adopt(caller: Caller, state: State, urn: str, id: str, configuration: Tree) -> None:
    """The object of this id stands in the state from now on."""
    reply = await caller.read(Entry(urn, True, id=id))
    assert reply.HasField("properties"), f"resource '{id}' does not exist"
    assert reply.HasField("inputs"), "provider does not support importing resources"
    inputs = read(reply.inputs, unknowns=False)
    checked = await caller.check(urn, inputs, inputs)
    assert checked == inputs, "imported inputs are checked to something else"
    outputs = read(reply.properties, unknowns=False)
    provider = Entry(PROVIDER_URN, True, ROOT_URN, state.provider_id, configuration, configuration)
    for entry in (Entry(ROOT_URN, False), provider):
        if entry.urn not in state.live():
            state.entries.append(entry)
    state.entries.append(Entry(urn, True, ROOT_URN, reply.id or id, inputs, outputs, provider=state.reference()))
