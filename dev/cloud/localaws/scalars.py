"""Values that are written as text, as in query strings, forms, headers and XML."""

from __future__ import annotations

import base64
from typing import Any

from botocore.model import Shape
from botocore.utils import parse_timestamp

from .context import AwsError


def scalar(shape: Shape, where: str, text: str) -> Any:
    kind = shape.type_name
    try:
        if kind == "boolean":
            return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
        if kind == "timestamp":
            return parse_timestamp(text).timestamp()
        if kind == "blob":
            return base64.b64decode(text, validate=True)
    except (KeyError, ValueError):
        raise AwsError("MalformedInput", f"'{text}' at '{where}' is not of type {kind}") from None
    return text
