"""Certificates of clients: trust stores, and what a listener asks of them.

Sources: botocore's texts of MutualAuthenticationAttributes and CreateTrustStore; aws-more.md 3.3 for refusals in
terraform-provider-aws's words. What a bundle contains is not looked at, but that its object is named.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.state import Table

from .lookups import backend, invalid

# ARN of a trust store -> as AWS describes it
_stores: Table[str, Params] = Table()
# ARN of a listener -> what it asks of clients
_asked: Table[str, Params] = Table()
STORES = 20
VERIFYING_PER_BALANCER = 2
_NAME = re.compile(r"([a-zA-Z0-9]+-)*[a-zA-Z0-9]+")


@on("elbv2", "CreateTrustStore")
def create_trust_store(call: Call) -> Params:
    params, context = call.params, call.context
    name = params["Name"]
    if len(name) > 32 or not _NAME.fullmatch(name):
        raise invalid(f"Trust store name '{name}' is not valid")
    here = f"arn:aws:elasticloadbalancing:{context.region}:{context.account}:truststore/"
    ours = [it for arn, it in _stores.items() if arn.startswith(here)]
    if any(it["Name"] == name for it in ours):
        raise AwsError("DuplicateTrustStoreName", f"A trust store named '{name}' already exists")
    if len(ours) >= STORES:
        raise AwsError("TooManyTrustStores", "The limit of trust stores has been reached")
    arn = f"{here}{name}/{secrets.token_hex(8)}"
    _stores[arn] = {
        "Name": name,
        "TrustStoreArn": arn,
        "Status": "ACTIVE",
        "NumberOfCaCertificates": 1,
        "TotalRevokedEntries": 0,
    }
    return {"TrustStores": [_stores[arn]]}


@on("elbv2", "DescribeTrustStores")
def describe_trust_stores(call: Call) -> Params:
    arns, names = call.params.get("TrustStoreArns"), call.params.get("Names")
    for arn in arns or []:
        _store(arn)
    found = [
        it
        for arn, it in _stores.items()
        if (not arns or arn in arns) and (not names or it["Name"] in names)
    ]
    return {"TrustStores": found}


@on("elbv2", "DeleteTrustStore")
def delete_trust_store(call: Call) -> Params:
    arn = call.params["TrustStoreArn"]
    _store(arn)
    if any(it.get("TrustStoreArn") == arn for it in _asked.values()):
        raise AwsError("TrustStoreInUse", f"Trust store '{arn}' is currently in use")
    del _stores[arn]
    return {}


def _store(arn: str) -> Params:
    if arn not in _stores:
        raise AwsError("TrustStoreNotFound", f"Trust store '{arn}' not found")
    return _stores[arn]


def check_clients(
    context: Context, owner: Any, listener: str | None, protocol: str, asked: Params | None
) -> None:
    """Refuse what ELB refuses of `MutualAuthentication`."""
    if asked is None:
        return
    if protocol != "HTTPS":
        raise invalid("Mutual authentication can only be specified for HTTPS listeners")
    mode = asked.get("Mode", "off")
    if mode not in ("off", "passthrough", "verify"):
        raise invalid(
            f"Mutual authentication mode '{mode}' must be one of [off, passthrough, verify]"
        )
    only_verify = ("TrustStoreArn", "IgnoreClientCertificateExpiry", "AdvertiseTrustStoreCaNames")
    for member in only_verify:
        if mode != "verify" and member in asked:
            raise invalid(f"'{member}' can only be specified with the mode 'verify'")
    if mode != "verify":
        return
    if not asked.get("TrustStoreArn"):
        raise invalid("A trust store ARN must be specified with the mode 'verify'")
    _store(asked["TrustStoreArn"])
    if f":{context.region}:" not in asked["TrustStoreArn"]:
        raise invalid("The trust store must be in the region of the load balancer")
    verifying = [
        arn
        for arn in owner.listeners
        if arn != listener and _asked.get(arn, {}).get("Mode") == "verify"
    ]
    if len(verifying) >= VERIFYING_PER_BALANCER:
        raise AwsError(
            "TooManyListeners",
            f"A load balancer has at most {VERIFYING_PER_BALANCER} listeners that verify clients",
        )


def ask(listener: str, asked: Params | None) -> None:
    if asked is not None:
        _asked[listener] = asked


def forget_unused(context: Context) -> None:
    """Listeners that are gone ask nothing."""
    there = {arn for it in backend(context).load_balancers.values() for arn in it.listeners}
    for arn in [it for it in _asked if it not in there]:
        del _asked[arn]


def shown(listener: str) -> Params:
    asked = _asked.get(listener, {"Mode": "off"})
    if asked["Mode"] != "verify":
        return {"Mode": asked["Mode"]}
    usual = {"IgnoreClientCertificateExpiry": False, "AdvertiseTrustStoreCaNames": "off"}
    return {**usual, **asked}
