"""The small engine itself: the plugin answers it at once, and it leads a service through the same life as the real one."""

import asyncio
import re
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty
from life import Life, wait
from plugin import Heard, Plugin, Process
from state import PROVIDER, STACK_TYPE
from world import IMAGE, Cloud, Stack

BUMPED = "public.ecr.aws/nginx/nginx:1.28"


def test_a_service_is_made_stays_as_it_is_and_leaves_nothing(life: Life, cloud: Cloud) -> None:
    life.service(image=IMAGE, useDefaultVpc=True, preset="dev")
    life.up_as_planned()
    assert life.outputs()["url"].startswith("http://")
    life.no_change()
    life.refresh()
    life.no_change()
    life.destroy()
    assert cloud.objects() == []


def test_a_replacement_may_delete_first(life: Life, cloud: Cloud) -> None:
    """Whichever order it has, the same becomes of the object, and nothing is left of the old one."""
    steps = ["create-replacement one", "delete-replaced one", "replace one"]
    for options, order in (
        ({}, ["replace one", "create-replacement one", "delete-replaced one"]),
        (
            {"deleteBeforeReplace": True, "deleteBeforeReplaceDefined": True},
            ["delete-replaced one", "replace one", "create-replacement one"],
        ),
    ):
        life.child(
            "fargate:ecs:Cluster",
            "one",
            options,
            baseName="life",
            containerInsights="disabled",
            capacityProviders=["FARGATE"],
        )
        life.up()
        life.child(
            "fargate:ecs:Cluster",
            "one",
            options,
            baseName="other",
            containerInsights="disabled",
            capacityProviders=["FARGATE"],
        )
        done = [str(step) for step in life.up_as_planned().changes()]
        assert done == order and sorted(done) == steps
        assert len(cloud.objects()) == 1
        life.no_change()
        life.destroy()
        assert cloud.objects() == []


def test_each_answer_is_sent_at_once(life: Life) -> None:
    async def ask_fifty_times(process: Process) -> float:
        plugin = Plugin(process, Heard())
        await plugin.call("GetPluginInfo", Empty())
        begin = asyncio.get_running_loop().time()
        for _ in range(50):
            await plugin.call("GetPluginInfo", Empty())
        await plugin.close()
        return asyncio.get_running_loop().time() - begin

    process = Process(life.env)
    try:
        # An answer that waits for the acknowledgement of its first half takes 40 ms.
        assert wait(ask_fifty_times(process)) < 1
    finally:
        process.kill()


# What chance chooses: base names with what is derived of them, the last part of some ARNs, ids, and a part of the
# balancer's host name.
CHANCE = re.compile(r"\bweb-[a-z0-9]{7}\b(-[a-z0-9]{5}\b)?|\b([0-9a-f]{16,17}|[0-9]{6,}(?=\.))\b")


# The same, as a whole.
DRAWN = {"accepted", "ownerToken", "lineage", "drawnLineage", "objects", "wholeObjects"}


def without_chance(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_chance(it) for name, it in value.items() if name not in DRAWN}
    if isinstance(value, list):
        return [without_chance(it) for it in value]
    return CHANCE.sub("*", value) if isinstance(value, str) else value


def seen(it: Life | Stack) -> dict[str, Any]:
    """What an engine has of each resource."""
    facts = ("type", "id", "parent", "inputs", "outputs")
    return {
        name: {fact: without_chance(resource.get(fact, "")) for fact in facts} | depends(resource)
        for name, resource in it.resources().items()
        if resource["type"] not in (PROVIDER, STACK_TYPE)
    }


def depends(resource: dict[str, Any]) -> dict[str, Any]:
    """A refresh of the real engine drops lists that are empty."""
    by_property = resource.get("propertyDependencies", {})
    return {
        "dependencies": sorted(resource.get("dependencies", [])),
        "propertyDependencies": {name: sorted(urns) for name, urns in by_property.items() if urns},
    }


def led_by(it: Life | Stack) -> dict[str, Any]:
    """The same life, whoever leads it: what was seen at each stage."""
    inputs = {"useDefaultVpc": True, "preset": "dev"}
    it.service(image=IMAGE, **inputs)
    it.up()
    first = seen(it)
    it.service(image=BUMPED, **inputs)
    plan = sorted((step.op, step.type, step.name, step.diffs) for step in it.plan())
    it.up()
    it.refresh()
    it.no_change()
    second = seen(it)
    it.destroy()
    assert it.cloud.objects() == []
    return {"first": first, "plan": plan, "second": second}


def test_it_leads_the_same_life_as_the_real_engine(tmp_path: Path, life: Life, cloud: Cloud) -> None:
    assert led_by(life) == led_by(Stack(tmp_path, cloud))
