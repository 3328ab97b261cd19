"""ACM: a requested certificate is issued after a while; nobody checks its DNS records."""

from __future__ import annotations

from typing import Any

from moto.acm.models import acm_backends

from ..context import AwsError, Context
from ..state import Table
from . import Call, Params, lists, on, settles

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


@on("acm", "DeleteCertificate")
def delete_certificate(call: Call) -> Params:
    """Refused while a listener uses it."""
    from .elbv2.common import backend

    arn = call.params["CertificateArn"]
    for balancer in backend(call.context).load_balancers.values():
        for listener in balancer.listeners.values():
            if arn in listener.certificates:
                raise AwsError(
                    "ResourceInUseException",
                    f"Certificate {arn} in account {call.context.account} is in use.",
                )
    return call.moto()


@lists
def objects(context: Context) -> list[Params]:
    found: list[Params] = []
    for arn, certificate in certificates(context).items():
        name = getattr(certificate, "common_name", "")
        found.append({"kind": "acm:certificate", "id": arn, "name": name, "tags": {}})
    return found
