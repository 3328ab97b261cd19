"""rpc-v2-cbor, the protocol of the Rust and Python CloudWatch clients, which moto does not speak.

Source: Smithy's RPC v2 CBOR specification and botocore's `RpcV2CBORSerializer`/`Parser`.
Requests become the plain parameters that every rule works on; answers are written by walking
botocore's output shape, because a timestamp must be CBOR tag 1 and a blob a byte string.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import cbor2
from botocore.model import Shape

from .context import AwsError

CONTENT_TYPE = "application/cbor"


def decode(body: bytes) -> dict[str, Any]:
    """The request's parameters; an operation without input sends nothing at all."""
    if not body:
        return {}
    try:
        value = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise AwsError("SerializationException", f"The CBOR body cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise AwsError("SerializationException", "The CBOR body is not a map")
    return _plain(value)


def encode(value: Any) -> bytes:
    return cbor2.dumps(value)


def timestamp(epoch: float) -> cbor2.CBORTag:
    """Tag 1 (epoch-based date/time), as Smithy demands."""
    return cbor2.CBORTag(1, epoch)


def tagged(shape: Shape | None, value: Any, to_epoch: Any) -> Any:
    """`value` with its timestamps as tag 1, found by walking the output shape."""
    if value is None or shape is None:
        return value
    if shape.type_name == "structure":
        members = shape.members
        return {
            name: tagged(members[name], item, to_epoch)
            for name, item in value.items()
            if name in members and item is not None
        }
    if shape.type_name == "list":
        return [tagged(shape.member, item, to_epoch) for item in value]
    if shape.type_name == "map":
        return {key: tagged(shape.value, item, to_epoch) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return timestamp(to_epoch(value))
    if shape.type_name in ("float", "double"):
        return float(value)
    if shape.type_name in ("integer", "long"):
        return int(value)
    return value


def _plain(value: Any) -> Any:
    """Timestamps as epoch floats: the one form that rules see in every protocol."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, cbor2.CBORTag) and value.tag == 1:
        return float(value.value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    return value
