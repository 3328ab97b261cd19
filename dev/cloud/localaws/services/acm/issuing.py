"""What becomes of a certificate that was requested.

Sources: ACM user guide, "DNS validation" (the same CNAME for one account and name, with and without `*.`; 72 hours), "Set up a CAA
record", "Troubleshoot certificate requests" (failure reasons), "Managed certificate renewal" (60 days before the end, if in use);
botocore's texts of RequestCertificate.

That one in use cannot be deleted is a rule of those who use it, see elbv2/certificates.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from moto.acm.models import TagHolder, acm_backends
from moto.elbv2.models import elbv2_backends

from localaws.clock import Clock
from localaws.context import Context
from localaws.rules import Params, lists, settles
from localaws.services.route53 import dns
from localaws.services.route53.names import above
from localaws.state import Table

DAY = 86400.0
_TIMES_OUT_AFTER = 72 * 3600.0
# Certificates live for 198 days, and renewal begins 60 days before the end.
_LIFE, _RENEWS = 198 * DAY, 60 * DAY
_CAS = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
# RFC 6761, RFC 2606 and RFC 6762: no public domains.
_NOT_PUBLIC = ("local", "localhost", "test", "invalid", "example", "internal")
_AMAZONS = ("amazonaws.com", "cloudfront.net", "elasticbeanstalk.com")

# certificate ARN -> AWS time at which a listener was last seen to use it
_used: Table[str, float] = Table()


@dataclass
class Requested:
    """A certificate of ACM's own, among those that moto has: with the members that moto asks for."""

    arn: str
    common_name: str
    sans: list[str]
    key_algorithm: str
    options: Params
    account: str
    requested_at: float
    issued_at: float = 0.0
    expires_at: float = 0.0
    # AWS time at which all validation records were first seen
    seen_at: float = 0.0
    status: str = "PENDING_VALIDATION"
    failure: str = ""
    renewal: str = ""
    tags: Any = field(default_factory=TagHolder)
    in_use_by: list[str] = field(default_factory=list)
    type: str = "AMAZON_ISSUED"

    @property
    def cert_options(self) -> Params:
        return self.options

    def check(self) -> None:
        """moto's own look at the time."""

    def describe(self) -> Params:
        raise AssertionError("moto is not asked to describe this")


def record(account: str, name: str) -> tuple[str, str]:
    """The validation CNAME of a name: the same for all requests of an account, in all regions."""
    base = name.removeprefix("*.")
    one, two = (
        hashlib.md5(f"{account} {base} {part}".encode(), usedforsecurity=False).hexdigest()
        for part in ("name", "value")
    )
    middle = "".join(chr(97 + int(it, 16)) for it in two[:10])
    return f"_{one}.{base}.", f"_{two}.{middle}.acm-validations.aws."


def certificates(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = acm_backends[context.account][context.region]._certificates
    return found


def users(context: Context, arn: str) -> list[str]:
    """The load balancers with a listener that has the certificate."""
    backend: Any = elbv2_backends[context.account][context.region]
    return [
        owner.arn
        for owner in backend.load_balancers.values()
        if any(arn in it.certificates for it in owner.listeners.values())
    ]


def is_used(context: Context, arn: str) -> bool:
    """Load balancers let go of a certificate after a while (terraform-provider-aws, acm/certificate.go waits for it)."""
    settle(context)
    if users(context, arn):
        return True
    last = _used.get(arn)
    return last is not None and not context.clock.elapsed(last, "certificate_release")


@settles("elbv2")
@settles("acm")
def settle(context: Context) -> None:
    """moto counts real seconds; the clock of this account decides here."""
    now = context.clock.now()
    for arn, certificate in certificates(context).items():
        used = bool(users(context, arn))
        if used:
            _used[arn] = now
        if not isinstance(certificate, Requested):
            continue
        if certificate.status == "PENDING_VALIDATION":
            _validate(certificate, context.clock)
        elif certificate.status == "ISSUED" and used and now > certificate.expires_at - _RENEWS:
            _renew(certificate, now)


def is_validated(certificate: Requested, name: str) -> bool:
    own, value = record(certificate.account, name)
    return value.lower() in [it.lower().rstrip(".") + "." for it in dns.lookup(own, "CNAME")]


def _validate(it: Requested, clock: Clock) -> None:
    now = clock.now()
    if why := _forbidden(it.sans):
        it.status, it.failure = "FAILED", why
    elif now - it.requested_at > _TIMES_OUT_AFTER:
        it.status = "VALIDATION_TIMED_OUT"
    elif all(is_validated(it, name) for name in it.sans):
        it.seen_at = it.seen_at or now
        if not all(_may_be_issued(name) for name in it.sans):
            it.status, it.failure = "FAILED", "CAA_ERROR"
        elif clock.elapsed(it.seen_at, "certificate_validation"):
            it.status, it.issued_at, it.expires_at = "ISSUED", now, now + _LIFE


def _renew(it: Requested, now: float) -> None:
    if all(is_validated(it, name) for name in it.sans):
        it.renewal, it.expires_at = "SUCCESS", now + _LIFE
    else:
        it.renewal = "PENDING_VALIDATION"
        if now > it.expires_at:
            it.status = "EXPIRED"


def _forbidden(names: list[str]) -> str:
    if any(name.rpartition(".")[2].lower() in _NOT_PUBLIC for name in names):
        return "INVALID_PUBLIC_DOMAIN"
    if any(f".{name.lower()}".endswith(f".{it}") for name in names for it in _AMAZONS):
        return "ADDITIONAL_VERIFICATION_REQUIRED"
    return ""


def _may_be_issued(name: str) -> bool:
    """By the closest CAA records on the way up (RFC 8659): none is no objection."""
    for place in above(name.removeprefix("*.")):
        found = [it.split(None, 2) for it in dns.lookup(place, "CAA")]
        if not found:
            continue
        by_tag: dict[str, list[str]] = {}
        for _, tag, value in found:
            by_tag.setdefault(tag.lower(), []).append(value.strip('"').partition(";")[0].strip())
        tag = "issuewild" if name.startswith("*.") and "issuewild" in by_tag else "issue"
        return tag not in by_tag or any(value in _CAS for value in by_tag[tag])
    return True


@lists
def objects(context: Context) -> list[Params]:
    found: list[Params] = []
    for arn, certificate in certificates(context).items():
        name = getattr(certificate, "common_name", "")
        tags = {key: value or "" for key, value in certificate.tags.items()}
        found.append({"kind": "acm:certificate", "id": arn, "name": name, "tags": tags})
    return found
