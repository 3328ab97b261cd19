"""Requests into plain parameters: str, bool, int, float, bytes, list, dict; timestamps as epoch floats.

Query and EC2 requests are flat (`Filters.1.Value.2=x`). They are rebuilt along botocore's input
shape, and a key that the shape does not know is refused: it would be a typing error of a client.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from botocore.model import OperationModel, Shape

from . import protocol, rest_xml
from .context import AwsError
from .identify import CBOR, HttpRequest, Identified
from .scalars import scalar


def read(request: HttpRequest, identified: Identified, model: OperationModel) -> dict[str, Any]:
    """The parameters of the request; what they must look like is checked by `shapes`."""
    if identified.protocol == CBOR:
        return protocol.decode(request.body)
    if identified.protocol == "json":
        return _read_json(request.body, model)
    if identified.protocol == "rest-xml":
        path = request.encoded_path or request.path
        return rest_xml.read(model, path, request.query, request.headers, request.body)
    form = {key: value for key, value in identified.form if key not in ("Action", "Version")}
    return _Flat(form, ec2=identified.protocol == "ec2").read(model.input_shape)


def _read_json(body: bytes, model: OperationModel) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise AwsError("SerializationException", f"The body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise AwsError("SerializationException", "The body is not a JSON object")
    return _from_json(model.input_shape, value)


def _from_json(shape: Shape | None, value: Any) -> Any:
    """Blobs decoded; null members dropped, which is how AWS JSON treats them."""
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: _from_json(shape.members.get(name), item)
            for name, item in value.items()
            if item is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_from_json(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _from_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise AwsError("SerializationException", "A blob is not base64") from None
    return value


class _Flat:
    """Rebuilds nested parameters from the flat keys of the query protocols."""

    def __init__(self, form: dict[str, str], ec2: bool) -> None:
        self.form = form
        self.ec2 = ec2
        self.used: set[str] = set()

    def read(self, shape: Shape | None) -> dict[str, Any]:
        value = self._structure(shape, "") if shape is not None else {}
        for key in self.form:
            if key not in self.used:
                if self.ec2:
                    raise AwsError("UnknownParameter", f"The parameter {key} is not recognized")
                raise AwsError("ValidationError", f"The parameter {key} is not recognized")
        return value or {}

    def _has(self, prefix: str) -> bool:
        return prefix in self.form or any(key.startswith(prefix + ".") for key in self.form)

    def _name(self, name: str, shape: Shape) -> str:
        if self.ec2:
            query_name = shape.serialization.get("queryName")
            if query_name:
                return str(query_name)
            location = str(shape.serialization.get("name", name))
            return location[0].upper() + location[1:]
        return str(shape.serialization.get("name", name))

    def _structure(self, shape: Shape, prefix: str) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            wire = self._name(name, member)
            if (
                member.type_name == "list"
                and not self.ec2
                and member.serialization.get("flattened")
            ):
                wire = str(member.member.serialization.get("name", wire))
            full = f"{prefix}.{wire}" if prefix else wire
            if self._has(full):
                found[name] = self._value(member, full)
        return found

    def _value(self, shape: Shape, prefix: str) -> Any:
        if shape.type_name == "structure":
            return self._structure(shape, prefix)
        if shape.type_name == "list":
            return self._list(shape, prefix)
        if shape.type_name == "map":
            return self._map(shape, prefix)
        self.used.add(prefix)
        return scalar(shape, prefix, self.form.get(prefix, ""))

    def _list(self, shape: Shape, prefix: str) -> list[Any]:
        if prefix in self.form:  # an empty list is sent as `Key=`
            self.used.add(prefix)
            if not any(key.startswith(prefix + ".") for key in self.form):
                return []
        element = prefix
        if not self.ec2 and not shape.serialization.get("flattened"):
            element = f"{prefix}.{shape.member.serialization.get('name', 'member')}"
        return [self._value(shape.member, f"{element}.{index}") for index in self._indexes(element)]

    def _map(self, shape: Shape, prefix: str) -> dict[str, Any]:
        element = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        found = {}
        for index in self._indexes(element):
            key_name = shape.key.serialization.get("name", "key")
            value_name = shape.value.serialization.get("name", "value")
            self.used.add(f"{element}.{index}.{key_name}")
            key = self.form.get(f"{element}.{index}.{key_name}", "")
            found[key] = self._value(shape.value, f"{element}.{index}.{value_name}")
        return found

    def _indexes(self, element: str) -> list[int]:
        indexes = set()
        for key in self.form:
            if key.startswith(element + "."):
                head = key[len(element) + 1 :].split(".", 1)[0]
                if head.isdigit():
                    indexes.add(int(head))
        return sorted(indexes)
