"""Names of clusters, services and families, and the random ids that AWS hands out."""

from __future__ import annotations

import re
import secrets
import string

from localaws.context import AwsError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}\Z")


def check_name(name: str, what: str, code: str = "InvalidParameterException") -> str:
    """Up to 255 letters, digits, `_` and `-` (botocore). Wording: from memory, after reports of
    "Invalid identifier: Identifier is for ..." and "Family contains invalid characters."."""
    if not _NAME.match(name):
        text = (
            f"{what} contains invalid characters."
            if name
            else f"{what} should not be null or empty."
        )
        raise AwsError(code, text)
    return name


def task_id() -> str:
    return secrets.token_hex(16)


def revision_number() -> str:
    """19 digits at most, the tail of both `ecs-svc/<n>` and the service revision's ARN."""
    return str(10**18 + secrets.randbelow(9 * 10**18))


def deployment_name() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(21))
