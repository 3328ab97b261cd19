"""Requesting, describing and listing certificates. Imported ones are told by moto.

Sources: botocore's texts; "has too many domains": hashicorp/terraform-provider-aws#35825; `RSA-2048` in answers and `RSA_2048` in
requests: terraform-provider-aws, acm/certificate.go. The words about 64 octets are ours.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.state import Table

from .issuing import Requested, certificates, is_validated, record, users

# ACM user guide, "Quotas": names of a certificate, and octets of the first.
NAMES = 10
_FIRST = 64
_REQUESTED_KEYS = (
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
# ListCertificates, without a word about keys.
_USUAL_KEYS = ("RSA_1024", "RSA_2048")
_TOKEN_LIVES = 3600.0

# (region, token) -> (certificate ARN, AWS time)
_tokens: Table[tuple[str, str], tuple[str, float]] = Table()


@on("acm", "RequestCertificate")
def request_certificate(call: Call) -> Params:
    asked, context = call.params, call.context
    first = asked["DomainName"].lower()
    names = list(
        dict.fromkeys([first, *(it.lower() for it in asked.get("SubjectAlternativeNames", []))])
    )
    if len(first) > _FIRST:
        raise AwsError(
            "InvalidDomainValidationOptionsException",
            f"The first domain name can be no longer than {_FIRST} octets.",
        )
    if len(names) > NAMES:
        raise AwsError("LimitExceededException", "Certificate has too many domains.")
    key = asked.get("KeyAlgorithm", "RSA_2048")
    if key not in _REQUESTED_KEYS:
        raise AwsError("ValidationException", f"Key algorithm {key} is not supported.")
    method = asked.get("ValidationMethod", "EMAIL")
    if method != "DNS":
        raise NotImplementedError(f"validation by {method}")
    now = context.clock.now()
    token = asked.get("IdempotencyToken", "")
    known, since = _tokens.get((context.region, token), ("", 0.0))
    if token and known in certificates(context) and now - since < _TOKEN_LIVES:
        return {"CertificateArn": known}
    arn = f"arn:aws:acm:{context.region}:{context.account}:certificate/{uuid.uuid4()}"
    options = {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"}
    options |= asked.get("Options", {})
    made = Requested(arn, first, names, key, options, context.account, now)
    if asked.get("Tags"):
        made.tags.add(asked["Tags"])
    certificates(context)[arn] = made
    if token:
        _tokens[(context.region, token)] = (arn, now)
    return {"CertificateArn": arn}


@on("acm", "DescribeCertificate")
def describe_certificate(call: Call) -> Params:
    arn = call.params["CertificateArn"]
    found = certificates(call.context).get(arn)
    if not isinstance(found, Requested):
        told = call.moto()
        told["Certificate"]["InUseBy"] = users(call.context, arn)
        return told
    return {"Certificate": _described(found, call.context)}


def _described(it: Requested, context: Context) -> Params:
    in_use = users(context, it.arn)
    told: Params = {
        "CertificateArn": it.arn,
        "DomainName": it.common_name,
        "SubjectAlternativeNames": it.sans,
        "DomainValidationOptions": [_option(it, name, context) for name in it.sans],
        "Subject": f"CN={it.common_name}",
        "Issuer": "Amazon",
        "CreatedAt": _time(it.requested_at),
        "Status": it.status,
        "KeyAlgorithm": it.key_algorithm.replace("_", "-"),
        "SignatureAlgorithm": "SHA256WITHRSA",
        "InUseBy": in_use,
        "Type": it.type,
        "KeyUsages": [],
        "ExtendedKeyUsages": [],
        "RenewalEligibility": "ELIGIBLE" if in_use and it.issued_at else "INELIGIBLE",
        "Options": it.options,
    }
    if it.failure:
        told["FailureReason"] = it.failure
    if it.issued_at:
        told["IssuedAt"] = told["NotBefore"] = _time(it.issued_at)
        told["NotAfter"] = _time(it.expires_at)
        told["Serial"] = "00:11:22"
    if it.renewal:
        missing = {name for name in it.sans if not is_validated(it, name)}
        told["RenewalSummary"] = {
            "RenewalStatus": it.renewal,
            "DomainValidationOptions": [
                option
                | {
                    "ValidationStatus": "PENDING_VALIDATION"
                    if option["DomainName"] in missing
                    else "SUCCESS"
                }
                for option in told["DomainValidationOptions"]
            ],
            "UpdatedAt": _time(context.clock.now()),
        }
    return told


def _option(it: Requested, name: str, context: Context) -> Params:
    """The record comes some seconds after the request (terraform-provider-aws, acm/certificate.go waits for it)."""
    pending = it.status in ("PENDING_VALIDATION", "VALIDATION_TIMED_OUT")
    done = is_validated(it, name) if pending else it.status == "ISSUED"
    status = "SUCCESS" if done else "PENDING_VALIDATION" if pending else "FAILED"
    option: Params = {
        "DomainName": name,
        "ValidationDomain": name,
        "ValidationStatus": status,
        "ValidationMethod": "DNS",
    }
    if context.clock.elapsed(it.requested_at, "certificate_records"):
        own, value = record(it.account, name)
        option["ResourceRecord"] = {"Name": own, "Type": "CNAME", "Value": value}
    return option


@on("acm", "ListCertificates")
def list_certificates(call: Call) -> Params:
    """Without a filter only those whose keys are RSA of 1024 and 2048 bits (botocore, Filters.keyTypes)."""
    asked, context = call.params, call.context
    statuses = asked.get("CertificateStatuses", [])
    keys = asked.get("Includes", {}).get("keyTypes") or _USUAL_KEYS
    found = []
    for it in certificates(context).values():
        told = _summary(it, context)
        if told["KeyAlgorithm"] in keys and (not statuses or it.status in statuses):
            found.append(told)
    start, most = int(asked.get("NextToken", 0)), int(asked.get("MaxItems", 1000))
    result: Params = {"CertificateSummaryList": found[start : start + most]}
    if start + most < len(found):
        result["NextToken"] = str(start + most)
    return result


def _summary(it: Any, context: Context) -> Params:
    if isinstance(it, Requested):
        name, sans, key = it.common_name, it.sans, it.key_algorithm
    else:
        told = it.describe()["Certificate"]
        name, sans, key = told["DomainName"], told["SubjectAlternativeNames"], told["KeyAlgorithm"]
    in_use = bool(users(context, it.arn))
    return {
        "CertificateArn": it.arn,
        "DomainName": name,
        "SubjectAlternativeNameSummaries": sans,
        "HasAdditionalSubjectAlternativeNames": False,
        "Status": it.status,
        "Type": it.type,
        "KeyAlgorithm": key,
        "KeyUsages": [],
        "ExtendedKeyUsages": [],
        "InUse": in_use,
    }


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
