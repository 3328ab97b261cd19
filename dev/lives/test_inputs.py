"""Every input of the component: what its change does to the children and to AWS, and that taking it away undoes all of it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from ground import Ground
from inputs import GROUPS, Group, Input, Inputs
from kinds import KINDS, look
from life import Life
from rows import ABSENT, assert_complete, with_value
from world import ROOT

CHANGES = Path(__file__).with_name("changes.txt")
# In the name of a rule.
LIST = re.compile(r"\bpl-[0-9a-f]{17}\b")
INVERSE = {"create": "delete", "delete": "create"}
REVISION = re.compile(r"(task-definition/[^:]+):\d+")
# Ids, which chance has chosen.
OPAQUE = re.compile(r"^(arn:|\w+-[0-9a-f]{17}$|[A-Za-z0-9]{26}$)")
# Base names of the services that stand already.
OF_THE_GROUND = re.compile(r"^(one|two)-[a-z0-9]{7}$")
# Hashes of folders and digests of what is built of them: modes of files are those of the checkout.
OF_FOLDERS = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b")
CHANCE = re.compile(
    r"\b[0-9a-f]{16,17}\b"
    # Versions of a secret, the end of its ARN, and the entry that created a parameter.
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=<secret>-)\w{6}\b|(?<=\d/)[0-9a-f]{12}\b"
)


def inputs_of_the_schema() -> dict[str, dict[str, Any]]:
    """What the schema says of all inputs that hold no others, by their paths."""
    schema = json.loads((ROOT / "schema.json").read_text())
    types = schema["types"]

    def leaves(properties: dict[str, Any], above: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, spec in properties.items():
            or_text = spec.get("oneOf", [{}])[-1]
            ref = (spec.get("$ref") or (spec.get("items") or or_text).get("$ref", "")).rsplit("/", 1)[-1]
            members = types.get(ref, {}).get("properties")
            path = f"{above}{name}" + ("[]" if "items" in spec and members else "")
            found |= leaves(members, f"{path}.") if members else {path: spec}
        return found

    return leaves(schema["resources"]["fargate:index:FargateWebService"]["inputProperties"], "")


def test_each_input_of_the_component_has_its_row() -> None:
    rows = [path for group in GROUPS.values() for path in group.inputs]
    what_to_do = (
        "Give each input that has no sample in inputs.json its row in GROUPS (dev/lives/inputs.py), then run this file with UPDATE_EXPECT=1, "
        "which writes changes.txt; read its diff."
    )
    assert_complete(rows, set(inputs_of_the_schema()), what_to_do)


# What a service remembers of its earlier plans.
REMEMBERED = {
    *(f"{it}.{key}" for it in ("name", "completion") for key in ("generation", "kinds", "objects")),
    "completion.wholeGeneration",
    "completion.wholeObjects",
    "completion.formerObjects",
    # Which change of a role it saw last.
    "completion.changed",
    "completion.settled",
    # A hash of ids that chance chooses.
    "name.plan",
    "protection.replaced",
}


class Shop:
    """A service in which one input is changed after another."""

    def __init__(self, life: Life, group: Group) -> None:
        self.life = life
        self.ground = Ground(life.cloud, group)
        self.base = self.ground.filled(group.program)
        self.numbers: dict[str, str] = {}
        self.inputs = self.base
        self.up()
        self.push()

    def push(self) -> None:
        """A repository of its own holds images, a new one too."""
        repository = self.life.resources().get("web-repository")
        if repository is not None and "image" not in self.base:
            for tag in ("latest", "stable"):
                self.life.cloud.push(repository["id"], tag, tag)
            self.life.up()

    def numbered(self, found: re.Match[str]) -> str:
        """Another name for each hash and each digest, in the order in which they turn up: at a time there is one of both."""
        it = found.group()
        kind = "digest" if len(it) == 64 else "hash"
        known = sum(name.startswith(f"<{kind} ") for name in self.numbers.values())
        return self.numbers.setdefault(it, f"<{kind} {known + 1}>")

    def up(self, **more: Any) -> list[str]:
        self.inputs = self.base | more
        self.life.service("web", None, **self.inputs)
        done = self.life.up_as_planned().changes()
        return sorted(LIST.sub("pl-*", f"{it.op} {it.name.removeprefix('web-')}") for it in done if it.name != "web")

    def facts(self) -> dict[str, Any]:
        """What AWS has of each child, or what the child says of itself; with names for what chance chose."""
        names = {value: f"${name}" for name, value in self.ground.names.items() if OPAQUE.search(str(value))}
        for it in self.life.state.customs():
            if not it.name.endswith("-name") and len(it.id) > 8:
                names[it.id] = f"<{it.name.removeprefix('web-')}>"
        known = sorted(names.items(), key=lambda it: -len(it[0]))

        def named(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: named(it) for key, it in value.items()}
            if isinstance(value, list):
                found = [named(it) for it in value]
                # Their order in AWS is that of what chance chose.
                by_chance = [it.get("group") if isinstance(it, dict) else it for it in found]
                return sorted(found, key=spelled) if all(str(it).startswith(("$", "<")) for it in by_chance) else found
            if isinstance(value, str):
                value = OF_THE_GROUND.sub(r"\1-*", REVISION.sub(r"\1:*", value))
                for id, name in known:
                    value = value.replace(id, name)
                if "build" in self.base:
                    value = OF_FOLDERS.sub(self.numbered, value.replace(str(ROOT), "."))
                return CHANCE.sub("*", value)
            return value

        found: dict[str, Any] = {}
        for it in self.life.state.customs():
            facts = look(self.life.cloud, it) if KINDS[it.type].look else it.outputs
            if it.type == "fargate:cloudwatch:Dashboard":
                facts = {"tags": facts["tags"], "widgets": json.loads(repr(facts["clusterName"]))}
            found |= {f"{it.name.removeprefix('web-')}.{key}": named(value) for key, value in facts.items()}
        # The count of a service that scales is whoever's changed it last.
        scaled = {"service.desiredCount"} if any(key.startswith("scaling.") for key in found) else set()
        return {
            key: it
            for key, it in found.items()
            if key not in scaled and key not in REMEMBERED and not key.endswith(".ownerToken")
        }


def program(base: Inputs, path: str, row: Input, ground: Ground) -> Inputs:
    """The inputs that change with a row."""
    changed = dict(base)
    for name, value in {path: row.value, **row.changes_with}.items():
        parts = name.removesuffix("[]").split("[]")[0]
        changed = with_groups(changed, parts.split(".")[:-1])
        changed = with_value(changed, parts, ABSENT if value is None else ground.filled(value))
    return changed


def with_groups(inputs: Inputs, groups: list[str]) -> Inputs:
    """The inputs with these groups, one in the other, that are still empty."""
    if not groups:
        return inputs
    head, *rest = groups
    return inputs | {head: with_groups(inputs.get(head, {}), rest)}


def told(path: str, steps: list[str], before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """A row of changes.txt."""
    lines = [path, *(f"    {step}" for step in steps)]
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key] and not key.startswith("dashboard.widgets"):
            lines.append(f"    {key}: {spelled(before[key])} -> {spelled(after[key])}")
    return lines


def spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def committed() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for line in CHANGES.read_text().splitlines() if CHANGES.exists() else []:
        if line and not line.startswith((" ", "#")):
            rows[line] = []
        if line and not line.startswith("#"):
            rows[line if not line.startswith(" ") else list(rows)[-1]].append(line)
    return rows


def write(rows: dict[str, list[str]]) -> None:
    head = "# What a change of each input does: to the children, and to what AWS has. Made by test_inputs.py with UPDATE_EXPECT=1.\n\n"
    CHANGES.write_text(head + "\n\n".join("\n".join(rows[path]) for path in sorted(rows)) + "\n")


@pytest.mark.parametrize("name", GROUPS)
def test_a_change_does_what_is_written_and_can_be_taken_back(life: Life, name: str) -> None:
    group = GROUPS[name]
    shop = Shop(life, group)
    before = shop.facts()
    wrong: list[str] = []
    for path, row in group.inputs.items():
        shop.base, base = program(shop.base, path, row, shop.ground), shop.base
        try:
            steps = shop.up()
            shop.push()
            after = shop.facts()
            life.no_change()
        finally:
            shop.base = base
        back = shop.up()
        shop.push()
        assert sorted(INVERSE.get(op, op) + " " + it for op, it in (step.split(" ", 1) for step in back)) == steps, path
        assert shop.facts() == before, path
        rows = committed()
        if rows.get(path) != told(path, steps, before, after):
            rows[path] = told(path, steps, before, after)
            wrong += rows[path]
            if os.environ.get("UPDATE_EXPECT"):
                write(rows)
    assert os.environ.get("UPDATE_EXPECT") or not wrong, "\n".join(wrong)
    assert life.refresh().steps == []
    life.no_change()
