"""REST-XML: the operation is in the method and the path, its parameters in path, query string, headers and an XML body.

Sources: Smithy's "AWS restXml protocol" and "HTTP binding traits", botocore's `RestXMLSerializer`; for the refusals,
Route 53's answers in erlcloud/erlcloud#592 (no XML), pplu/aws-sdk-perl#204 (another root), boto/boto#384 (no namespace)
and aws/aws-sdk-js#71 (an element that is not in its place). That elements of a structure must be in the schema's order is
not checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from botocore.model import OperationModel, ServiceModel, Shape

from .context import AwsError
from .scalars import scalar

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")
# Where a member is that is not in the body.
_OUTSIDE = ("uri", "querystring", "header", "headers")


class _Way:
    """The method and the path of an operation: `POST /2013-04-01/hostedzone/{Id}/rrset/`."""

    def __init__(self, model: OperationModel) -> None:
        self.operation = model.name
        self.method = model.http["method"]
        path, _, query = model.http["requestUri"].partition("?")
        self.labels = [name for name, _ in _LABEL.findall(path)]
        pattern, end = "", 0
        for label in _LABEL.finditer(path):
            pattern += re.escape(path[end : label.start()]) + ("(.+)" if label[2] else "([^/]+)")
            end = label.end()
        # With or without the slash at the end: the SDK for Rust leaves it out, botocore does not.
        self.pattern = re.compile(pattern + re.escape(path[end:].rstrip("/")) + "/?")
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        shape = model.input_shape
        required = [shape.members[it] for it in shape.required_members] if shape else []
        headers = [it for it in required if it.serialization.get("location") == "header"]
        # What says more comes first: more of the query string, fewer labels. Headers are not looked at: what needs one (CopyObject)
        # has the place of what needs none (PutObject).
        self.order = (-len(self.query), len(self.labels), -len(path), len(headers))

    def labelled(self, method: str, path: str, query: dict[str, str]) -> dict[str, str] | None:
        """The labels' values, if the request is for this operation."""
        found = self.pattern.fullmatch(path)
        if found is None or method != self.method or not self.query.items() <= query.items():
            return None
        return dict(zip(self.labels, map(unquote, found.groups()), strict=True))


@cache
def _ways(model: ServiceModel) -> list[_Way]:
    operations = (model.operation_model(name) for name in model.operation_names)
    # A deprecated one (PutBucketLifecycle) has the place of what came after it.
    ways = (_Way(it) for it in operations if not it.deprecated)
    return sorted(ways, key=lambda it: it.order)


def operation(model: ServiceModel, method: str, path: str, query: str) -> str:
    """The operation of this path (as it was sent, percent-encoded); nothing if the service has none there."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    fits = (it.operation for it in _ways(model) if it.labelled(method, path, asked) is not None)
    return next(fits, "")


def read(
    model: OperationModel, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """The parameters of the request. `headers` have names in lower case."""
    shape = model.input_shape
    pairs = parse_qsl(query, keep_blank_values=True)
    way = _Way(model)
    if shape is None:
        return {}
    labels = way.labelled(way.method, path, dict(pairs)) or {}
    known = set(way.query)
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        where, wire = member.serialization.get("location"), member.serialization.get("name", name)
        if where == "uri":
            found[name] = scalar(member, wire, labels[wire])
        elif where == "querystring":
            known.add(wire)
            values = [value for key, value in pairs if key == wire]
            if values and member.type_name == "list":
                found[name] = [scalar(member.member, wire, value) for value in values]
            elif values:
                found[name] = scalar(member, wire, values[-1])
        elif where == "header" and wire.lower() in headers:
            found[name] = scalar(member, wire, headers[wire.lower()])
        elif where == "headers":
            begin = wire.lower()
            found[name] = {k[len(begin) :]: v for k, v in headers.items() if k.startswith(begin)}
    for key, _ in pairs:
        if key not in known:
            raise AwsError("InvalidInput", f"The parameter {key} is not recognized")
    return found | _body(shape, body)


def _body(shape: Shape, body: bytes) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    inside = [
        it for it in shape.members.values() if it.serialization.get("location") not in _OUTSIDE
    ]
    if not body:
        return {}
    if payload and shape.members[payload].type_name in ("blob", "string"):
        is_text = shape.members[payload].type_name == "string"
        return {payload: body.decode() if is_text else body}
    if not inside:
        raise AwsError("MalformedInput", "The operation takes no body")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        raise AwsError("MalformedInput", "Could not parse XML") from None
    document = shape.members[payload] if payload else shape
    _check_root(document, payload or shape.name, root)
    value = _structure(document, root, outside=not payload)
    return {payload: value} if payload else value


def _check_root(shape: Shape, name: str, root: Element) -> None:
    """Its name and its namespace are the schema's."""
    wanted = shape.serialization.get("name", name)
    if _local(root.tag) != wanted:
        raise AwsError("MalformedInput", f"{_local(root.tag)} is not valid, expected {wanted}")
    namespace = shape.serialization.get("xmlNamespace", {}).get("uri", "")
    if root.tag.rpartition("}")[0].lstrip("{") != namespace:
        raise invalid(f"cvc-elt.1: Cannot find the declaration of element '{wanted}'.")


def invalid(why: str) -> AwsError:
    return AwsError("InvalidInput", f"Invalid XML ; {why}")


def _structure(shape: Shape, element: Element, outside: bool = False) -> dict[str, Any]:
    """`outside`: members that are elsewhere in the request are no elements."""
    found: dict[str, Any] = {}
    by_wire: dict[str, str] = {}
    for name, member in shape.members.items():
        wire = str(member.serialization.get("name", name))
        if outside and member.serialization.get("location") in _OUTSIDE:
            continue
        if member.serialization.get("xmlAttribute"):
            given = {_local(key): value for key, value in element.attrib.items()}
            local = wire.rpartition(":")[2]
            if local in given:
                found[name] = scalar(member, wire, given[local])
            continue
        by_wire[wire] = name
    for child in element:
        wire = _local(child.tag)
        name = by_wire.get(wire, wire)
        member = shape.members.get(by_wire.get(wire, ""))
        if member is None:
            raise invalid(_out_of_place(wire, sorted(by_wire)))
        if member.serialization.get("flattened"):
            if member.type_name == "map":
                found.setdefault(name, {}).update([_entry(member, child)])
            else:
                found.setdefault(name, []).append(_value(member.member, child))
        elif name in found:
            raise invalid(_out_of_place(wire, sorted(by_wire.keys() - {wire})))
        else:
            found[name] = _value(member, child)
    return found


def _value(shape: Shape, element: Element) -> Any:
    if shape.type_name == "structure":
        return _structure(shape, element)
    if shape.type_name == "list":
        wire = shape.member.serialization.get("name", "member")
        if strange := [_local(it.tag) for it in element if _local(it.tag) != wire]:
            raise invalid(_out_of_place(strange[0], [wire]))
        return [_value(shape.member, it) for it in element]
    if shape.type_name == "map":
        return dict(_entry(shape, it) for it in element)
    return scalar(shape, _local(element.tag), element.text or "")


def _entry(shape: Shape, element: Element) -> tuple[str, Any]:
    parts = {_local(it.tag): it for it in element}
    key = parts.get(shape.key.serialization.get("name", "key"))
    value = parts.get(shape.value.serialization.get("name", "value"))
    if key is None or value is None:
        raise invalid(
            f"cvc-complex-type.2.4.b: The content of element '{_local(element.tag)}' is not complete."
        )
    return key.text or "", _value(shape.value, value)


def _out_of_place(found: str, wanted: list[str]) -> str:
    return (
        f"cvc-complex-type.2.4.a: Invalid content was found starting with element '{found}'. "
        f"One of '{{{', '.join(wanted)}}}' is expected."
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
