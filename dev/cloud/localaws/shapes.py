"""Each request against botocore's input model, refused in the words of its service.

The model is AWS's own: required members, enums, lengths, ranges and patterns. An unknown member is
refused too. AWS's JSON services ignore one silently; here it is a client's mistake that nobody
would otherwise see, so it gets an error of its own (`UnknownMember`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import regex
from botocore.model import OperationModel, Shape

from . import services
from .context import AwsError
from .service import Violation


def check(service: str, model: OperationModel, params: dict[str, Any]) -> None:
    """Raise what AWS would, if the parameters do not fit the operation's input shape."""
    if model.input_shape is None:
        if params:
            raise AwsError("UnknownMember", f"{model.name} takes no parameters")
        return
    found: list[Violation] = []
    _walk(model.input_shape, params, "", found)
    if found:
        raise _error(service, model, found)


def _walk(shape: Shape, value: Any, path: str, found: list[Violation]) -> None:
    kind = shape.type_name
    if kind == "structure":
        _structure(shape, value, path, found)
    elif kind == "list":
        if not isinstance(value, list):
            found.append(Violation("type", path, value, "list"))
            return
        _length(shape, value, path, found)
        for index, item in enumerate(value, 1):
            _walk(shape.member, item, f"{path}.{index}.member", found)
    elif kind == "map":
        if not isinstance(value, dict):
            found.append(Violation("type", path, value, "map"))
            return
        _length(shape, value, path, found)
        for key, item in value.items():
            _walk(shape.key, key, f"{path}.key", found)
            _walk(shape.value, item, f"{path}.{key}.member", found)
    else:
        _scalar(shape, value, path, found)


def _structure(shape: Shape, value: Any, path: str, found: list[Violation]) -> None:
    if not isinstance(value, dict):
        found.append(Violation("type", path, value, "structure"))
        return
    for name in shape.required_members:
        if name not in value:
            found.append(Violation("missing", _join(path, name), None))
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None:
            found.append(Violation("unknown", _join(path, name), item))
        else:
            _walk(member, item, _join(path, name), found)


def _scalar(shape: Shape, value: Any, path: str, found: list[Violation]) -> None:
    kind = shape.type_name
    if not _is(kind, value):
        found.append(Violation("type", path, value, kind))
        return
    if kind in ("integer", "long", "float", "double"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and value < low:
            text = f"Member must have value greater than or equal to {low}"
            found.append(Violation("constraint", path, value, text))
        if high is not None and value > high:
            text = f"Member must have value less than or equal to {high}"
            found.append(Violation("constraint", path, value, text))
    if kind == "string":
        enum = getattr(shape, "enum", None)
        if enum and value not in enum:
            text = f"Member must satisfy enum value set: [{', '.join(enum)}]"
            found.append(Violation("constraint", path, value, text))
        _length(shape, value, path, found)
        pattern = shape.metadata.get("pattern")
        compiled = _compiled(pattern) if pattern else None
        if compiled is not None and not compiled.fullmatch(value):
            text = f"Member must satisfy regular expression pattern: {pattern}"
            found.append(Violation("constraint", path, value, text))


def _length(shape: Shape, value: Any, path: str, found: list[Violation]) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    shown = value if isinstance(value, str) else _listed(value)
    if low is not None and len(value) < low:
        text = f"Member must have length greater than or equal to {low}"
        found.append(Violation("constraint", path, shown, text))
    if high is not None and len(value) > high:
        text = f"Member must have length less than or equal to {high}"
        found.append(Violation("constraint", path, shown, text))


def _is(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "long"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in ("float", "double", "timestamp"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "blob":
        return isinstance(value, bytes)
    return True


@cache
def _compiled(pattern: str) -> Any:
    """Java's patterns, anchored; the few that Python cannot read are left out."""
    try:
        return regex.compile(pattern)
    except regex.error:
        return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _listed(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]"


def _error(service: str, model: OperationModel, found: list[Violation]) -> AwsError:
    first = min(
        found, key=lambda item: ("unknown", "type", "missing", "constraint").index(item.kind)
    )
    if first.kind == "unknown":
        return AwsError("UnknownMember", f"{model.name} has no member '{first.path}'")
    if first.kind == "type":
        return AwsError(
            "SerializationException",
            f"'{first.value}' at '{first.path}' is not a {first.constraint}",
        )
    invalid = services.known()[service].invalid
    if callable(invalid):
        return invalid(first)
    texts = [_constraint_text(item) for item in found if item.kind in ("missing", "constraint")]
    count = f"{len(texts)} validation error{'s' if len(texts) > 1 else ''} detected: "
    return AwsError(invalid, count + "; ".join(texts))


def _constraint_text(item: Violation) -> str:
    """The sentence of AWS's common request validation (seen in every service that uses it)."""
    path = _lower_first(item.path)
    if item.kind == "missing":
        return f"Value null at '{path}' failed to satisfy constraint: Member must not be null"
    return f"Value '{item.value}' at '{path}' failed to satisfy constraint: {item.constraint}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
