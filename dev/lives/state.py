"""What an engine remembers between runs, and the shape of a run."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from values import Tree, plain
from world import VERSION

PROJECT = "story"
STACK = "test"
STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:fargate"


def urn_of(type: str, name: str, parent: str = "") -> str:
    """The URN of a resource; the stack's own type is not part of its children's."""
    above = parent.split("::")[2] if parent else ""
    qualified = f"{above}${type}" if above and above != STACK_TYPE else type
    return f"urn:pulumi:{STACK}::{PROJECT}::{qualified}::{name}"


ROOT_URN = urn_of(STACK_TYPE, f"{PROJECT}-{STACK}")
# The engine makes one provider for each version of a plugin.
PROVIDER_URN = urn_of(PROVIDER, f"default_{VERSION.replace('.', '_')}")


def name_of(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def type_of(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


@dataclass
class Entry:
    """One resource of the state."""

    urn: str
    custom: bool
    parent: str = ""
    id: str = ""
    inputs: Tree = field(default_factory=dict)
    outputs: Tree = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    init_errors: tuple[str, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    # It was replaced, and is still to be deleted.
    delete: bool = False

    @property
    def type(self) -> str:
        return type_of(self.urn)

    @property
    def name(self) -> str:
        return name_of(self.urn)

    def needs(self) -> set[str]:
        """Everything that must outlive this."""
        by_property = (urn for urns in self.property_dependencies.values() for urn in urns)
        provider = self.provider.rsplit("::", 1)[0]
        return {it for it in (self.parent, provider, *self.dependencies, *by_property) if it}

    def exported(self) -> dict[str, Any]:
        """As `pulumi stack export --show-secrets` writes it, without what nobody asks for."""
        return {
            "urn": self.urn,
            "type": self.type,
            "custom": self.custom,
            "parent": self.parent,
            "id": self.id,
            "inputs": plain(self.inputs),
            "outputs": plain(self.outputs),
            "dependencies": list(self.dependencies),
            "propertyDependencies": {name: list(urns) for name, urns in self.property_dependencies.items()},
            "provider": self.provider,
            "initErrors": list(self.init_errors),
        }


@dataclass
class State:
    """The entries, each after all that it needs. A replaced one stands beside its successor until it is deleted."""

    entries: list[Entry] = field(default_factory=list)
    provider_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def live(self) -> dict[str, Entry]:
        return {it.urn: it for it in self.entries if not it.delete}

    def reference(self) -> str:
        """The provider, as resources name it: `<urn>::<id>`."""
        return f"{PROVIDER_URN}::{self.provider_id}"

    def customs(self) -> list[Entry]:
        return [it for it in self.entries if it.custom and it.type != PROVIDER]

    def without(self, gone: Iterable[Entry]) -> list[Entry]:
        """The entries that are left, none of them leaning on what is gone."""
        lost = {id(it) for it in gone}
        left = [it for it in self.entries if id(it) not in lost]
        there = {it.urn for it in left}
        return [leaning_on(it, there) for it in left]


def leaning_on(entry: Entry, there: set[str]) -> Entry:
    """The entry without its dependencies on what is not there."""
    by_property = {
        name: tuple(urn for urn in urns if urn in there) for name, urns in entry.property_dependencies.items()
    }
    kept = tuple(urn for urn in entry.dependencies if urn in there)
    return replace(entry, dependencies=kept, property_dependencies=by_property)
