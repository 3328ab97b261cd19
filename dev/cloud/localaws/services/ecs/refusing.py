"""How the rules of services say no."""

from __future__ import annotations

from typing import NoReturn

from localaws.context import AwsError


def refuse(message: str, code: str = "InvalidParameterException") -> NoReturn:
    raise AwsError(code, message)
