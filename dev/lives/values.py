"""Property values, as the engine knows them and as they travel.

Plain values are Python's own. A value that is more than plain is a `Secret`, `UNKNOWN`, or, towards and from a component,
an `Output` with the URNs that it comes from. Reading is strict where the engine is strict: what it would refuse or crash
on raises `Malformed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as Wire

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
SENTINEL: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# Sentinels that hint at a type; a provider may get them, too.
SENTINELS: Final = {
    SENTINEL,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}

# Inputs or outputs, by name.
Tree = dict[str, Any]


class Malformed(AssertionError):
    """What the plugin sent is nothing that the engine could read."""


class _Unknown:
    """A value that is not known yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, _memo: Any) -> _Unknown:
        return self


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is nobody's business."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Output:
    """A value towards or from a component: known or `UNKNOWN`, secret or not, and the URNs that it comes from."""

    value: Any
    secret: bool = False
    dependencies: frozenset[str] = frozenset()


def read(struct: Struct, *, unknowns: bool, outputs: bool = False, where: str = "") -> Tree:
    """The properties in a message. `unknowns`, `outputs`: whether such values may be in it."""
    return {
        name: _read(value, unknowns, outputs, f"{where}.{name}" if where else name)
        for name, value in struct.fields.items()
    }


def _read(wire: Wire, unknowns: bool, outputs: bool, path: str) -> Any:
    match wire.WhichOneof("kind"):
        case None:
            raise Malformed(f"{path}: a value without a kind, on which the CLI panics")
        case "null_value":
            return None
        case "bool_value":
            return wire.bool_value
        case "number_value":
            number = wire.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            if wire.string_value not in SENTINELS:
                return wire.string_value
            if not unknowns:
                raise Malformed(f"{path}: unexpected unknown property value")
            return UNKNOWN
        case "list_value":
            return [_read(it, unknowns, outputs, f"{path}[{n}]") for n, it in enumerate(wire.list_value.values)]
        case _:
            return _read_object(wire.struct_value, unknowns, outputs, path)


def _read_object(struct: Struct, unknowns: bool, outputs: bool, path: str) -> Any:
    if SIGNATURE not in struct.fields:
        return read(struct, unknowns=unknowns, outputs=outputs, where=path)
    signature = struct.fields[SIGNATURE].string_value
    has_value = "value" in struct.fields
    if signature == SECRET:
        if not has_value:
            raise Malformed(f"{path}: a secret without a value")
        return secret(_read(struct.fields["value"], unknowns, outputs, path))
    if signature != OUTPUT:
        raise Malformed(f"{path}: signature {signature} is not known")
    value = _read(struct.fields["value"], unknowns, outputs, path) if has_value else UNKNOWN
    hidden = struct.fields["secret"].bool_value if "secret" in struct.fields else False
    if not outputs:
        if value is UNKNOWN and not unknowns:
            raise Malformed(f"{path}: unexpected unknown output value")
        return secret(value) if hidden else value
    urns = [it.string_value for it in struct.fields["dependencies"].list_value.values]
    return Output(value, hidden, frozenset(urns))


def secret(value: Any) -> Any:
    """The value, secret. There is no secret of a secret, and nothing secret about an unknown."""
    return value if isinstance(value, Secret) or value is UNKNOWN else Secret(value)


def write(properties: Mapping[str, Any], *, outputs: bool = False) -> Struct:
    """A message of properties. `outputs`: secrets and unknowns travel as output values, as they do towards a component."""
    struct = Struct()
    for name, value in properties.items():
        _write(struct.fields[name], value, outputs)
    return struct


def _write(wire: Wire, value: Any, outputs: bool) -> None:
    if isinstance(value, Output | Secret) or value is UNKNOWN:
        _write_special(wire, value, outputs)
    elif value is None:
        wire.null_value = 0  # type: ignore[assignment]
    elif isinstance(value, bool):
        wire.bool_value = value
    elif isinstance(value, int | float):
        wire.number_value = value
    elif isinstance(value, str):
        wire.string_value = value
    elif isinstance(value, Mapping):
        wire.struct_value.SetInParent()
        for name, member in value.items():
            _write(wire.struct_value.fields[name], member, outputs)
    else:
        wire.list_value.SetInParent()
        for member in value:
            _write(wire.list_value.values.add(), member, outputs)


def _write_special(wire: Wire, value: Any, outputs: bool) -> None:
    if not outputs:
        value = degraded(value)
        if value is UNKNOWN:
            wire.string_value = SENTINEL
        elif isinstance(value, Secret):
            wire.struct_value.fields[SIGNATURE].string_value = SECRET
            _write(wire.struct_value.fields["value"], value.value, outputs)
        else:
            _write(wire, value, outputs)
        return
    it = value if isinstance(value, Output) else Output(plain(value), isinstance(value, Secret))
    fields = wire.struct_value.fields
    fields[SIGNATURE].string_value = OUTPUT
    fields["secret"].bool_value = it.secret
    fields["dependencies"].list_value.SetInParent()
    for urn in sorted(it.dependencies):
        fields["dependencies"].list_value.values.add().string_value = urn
    if it.value is not UNKNOWN:
        _write(fields["value"], it.value, outputs)


def _map(value: Any, change: Callable[[Any], Any]) -> Any:
    """The tree with `change` done to each value that is more than plain."""
    if isinstance(value, Output | Secret):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _map(it, change) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [_map(it, change) for it in value]
    return value


def degraded(value: Any) -> Any:
    """The tree as custom resources know it: output values become secrets, unknowns, or plain."""

    def without_outputs(it: Any) -> Any:
        if isinstance(it, Secret):
            return secret(degraded(it.value))
        inner = degraded(it.value)
        return secret(inner) if it.secret else inner

    return _map(value, without_outputs)


def plain(value: Any) -> Any:
    """The tree without secrecy and origin."""
    return _map(value, lambda it: plain(it.value))


def has_unknown(value: Any) -> bool:
    """Whether anything in the tree is unknown."""
    return any(it is UNKNOWN for it in leaves(plain(value)))


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a tree that is no list and no object."""
    if isinstance(value, Mapping):
        for it in value.values():
            yield from leaves(it)
    elif isinstance(value, list | tuple):
        for it in value:
            yield from leaves(it)
    else:
        yield value


def unhidden_texts(value: Any) -> Iterator[str]:
    """Every text in a tree that is in no secret, names of properties too."""
    if isinstance(value, Output):
        if not value.secret:
            yield from unhidden_texts(value.value)
    elif isinstance(value, Mapping):
        for name, it in value.items():
            yield name
            yield from unhidden_texts(it)
    elif isinstance(value, list | tuple):
        for it in value:
            yield from unhidden_texts(it)
    elif not isinstance(value, Secret) and value is not UNKNOWN:
        yield str(value)


def dependencies(value: Any) -> set[str]:
    """The URNs that a tree comes from."""
    if isinstance(value, Output):
        return set(value.dependencies) | dependencies(value.value)
    if isinstance(value, Secret):
        return dependencies(value.value)
    if isinstance(value, Mapping):
        return set().union(*map(dependencies, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(dependencies, value))
    return set()
