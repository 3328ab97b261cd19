"""Whether a call is signed with the secret key that belongs to its access key.

Only the keys of IAM users are known here; all other credentials are taken as they are.
Source: "Create a signed AWS API request" (IAM user guide). What each service calls its refusal is in its record.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qsl, quote

from localaws import services
from localaws.context import AwsError
from localaws.identify import HttpRequest
from localaws.state import Table

_HEADER = re.compile(
    r"Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)"
)


def unknown_key(service: str) -> AwsError:
    """The key is not there, or switched off."""
    return services.words(service).unknown_key.error()


# Whether all credentials are those of a session that is over.
_session: Table[str, bool] = Table()


def set_expired(expired: bool) -> None:
    """Control: from now on every session is over, or none is."""
    _session["over"] = expired


def is_expired() -> bool:
    return _session.get("over", False)


def check_session(service: str) -> None:
    """A session token that has expired."""
    if is_expired():
        raise services.words(service).expired_session.error()


def check(request: HttpRequest, service: str, key: Any) -> None:
    """Refuse the call if it is not signed with the secret of `key`."""
    signed = _HEADER.search(request.headers.get("authorization", ""))
    if signed is None or hmac.compare_digest(
        _signature(request, signed, key.secret_access_key), signed[6]
    ):
        return
    raise services.words(service).wrong_signature.error()


def _signature(request: HttpRequest, signed: re.Match[str], secret: str) -> str:
    _, date, region, service, names, _ = signed.groups()
    pairs = sorted(
        (quote(k, safe="~"), quote(v, safe="~"))
        for k, v in parse_qsl(request.query, keep_blank_values=True)
    )
    canonical = "\n".join(
        [
            request.method,
            quote(request.path, safe="/~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(
                f"{name}:{' '.join(request.headers.get(name, '').split())}"
                for name in names.split(";")
            ),
            "",
            names,
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    scope = f"{date}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{request.headers.get('x-amz-date', '')}\n{scope}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()
