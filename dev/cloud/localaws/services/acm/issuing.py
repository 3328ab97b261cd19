"""ACM: a requested certificate is issued after a while; nobody checks its DNS records.

That one in use cannot be deleted is a rule of those who use it, see elbv2/certificates.py.
"""

from __future__ import annotations

from typing import Any

from moto.acm.models import acm_backends

from localaws.context import Context
from localaws.rules import Call, Params, lists, on, settles
from localaws.state import Table

# certificate ARN -> AWS time of the request
_requested: Table[str, float] = Table()


def certificates(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = acm_backends[context.account][context.region]._certificates
    return found


@on("acm", "RequestCertificate")
def request_certificate(call: Call) -> Params:
    result = call.moto()
    _requested.setdefault(result["CertificateArn"], call.context.clock.now())
    return result


@settles("acm")
def settle(context: Context) -> None:
    """moto counts real seconds; the clock of this account decides here."""
    for arn, certificate in certificates(context).items():
        since = _requested.get(arn)
        if since is not None:
            issued = context.clock.elapsed(since, "certificate_validation")
            certificate.status = "ISSUED" if issued else "PENDING_VALIDATION"


@lists
def objects(context: Context) -> list[Params]:
    found: list[Params] = []
    for arn, certificate in certificates(context).items():
        name = getattr(certificate, "common_name", "")
        found.append({"kind": "acm:certificate", "id": arn, "name": name, "tags": {}})
    return found
