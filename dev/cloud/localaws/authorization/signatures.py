"""Whether a call is signed with the secret key that belongs to its access key.

Only the keys of IAM users are known here; all other credentials are taken as they are.
Source: "Create a signed AWS API request" (IAM user guide), and botocore's error shapes and the API references' common
errors for what each service calls its refusal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qsl, quote

from ..context import AwsError
from ..identify import HttpRequest
from ..state import Table

_HEADER = re.compile(
    r"Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)"
)
_DOES_NOT_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
# EC2 tells a wrong secret and an unknown key alike; the services that speak the query protocol have a word of their
# own for each, and all others another one.
_EC2 = ("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
_INVALID = "The security token included in the request is invalid."
_QUERY = ("cloudwatch", "elbv2", "iam", "sts")


def unknown_key(service: str) -> AwsError:
    """The key is not there, or switched off."""
    if service == "ec2":
        return AwsError(*_EC2)
    code, status = (
        ("InvalidClientTokenId", 403) if service in _QUERY else ("UnrecognizedClientException", 400)
    )
    return AwsError(code, _INVALID, status)


# Whether all credentials are those of a session that is over.
_session: Table[str, bool] = Table()


def set_expired(expired: bool) -> None:
    """Control: from now on every session is over, or none is."""
    _session["over"] = expired


def is_expired() -> bool:
    return _session.get("over", False)


def check_session(service: str) -> None:
    """A session token that has expired. EC2 calls it as it calls a clock that is off ("If you're using temporary
    security credentials, this error can also occur if the credentials have expired": EC2 API reference, error codes;
    transcripts: aws-sdk-go-v2#1674, aws-sdk-java#1443)."""
    if not is_expired():
        return
    if service == "ec2":
        raise AwsError("RequestExpired", "Request has expired.", 400)
    code, status = ("ExpiredToken", 403) if service in _QUERY else ("ExpiredTokenException", 400)
    raise AwsError(code, "The security token included in the request is expired", status)


def check(request: HttpRequest, service: str, key: Any) -> None:
    """Refuse the call if it is not signed with the secret of `key`."""
    signed = _HEADER.search(request.headers.get("authorization", ""))
    if signed is None or hmac.compare_digest(
        _signature(request, signed, key.secret_access_key), signed[6]
    ):
        return
    if service == "ec2":
        raise AwsError(*_EC2)
    code, status = (
        ("SignatureDoesNotMatch", 403) if service in _QUERY else ("InvalidSignatureException", 400)
    )
    raise AwsError(code, _DOES_NOT_MATCH, status)


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
