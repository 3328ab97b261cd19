"""Whether a service of AWS may write to a bucket, as the bucket's policy says.

Sources: ELB user guide, "Access logs for your Application Load Balancer" (the policy; SSE-S3 only), aws-more.md 3.1.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from localaws.context import Context

from . import buckets

# A policy counts everywhere some seconds after it was written.
_SPREADS = "bucket_policy"


def may_write(context: Context, name: str, key: str, service: str, source: str) -> bool:
    """Whether `service` may write this key on behalf of the object with the ARN `source`."""
    found = buckets.known(name)
    if found is None or found.region != context.region:
        return False
    rules = found.settings.get("Encryption", {}).get("Rules", [])
    by_default = [it.get("ApplyServerSideEncryptionByDefault", {}) for it in rules]
    if any(it.get("SSEAlgorithm") != "AES256" for it in by_default):
        return False
    if not context.clock.elapsed(found.settings.get("PolicySince", 0.0), _SPREADS):
        return False
    document = json.loads(found.settings.get("Policy", '{"Statement": []}'))
    wanted = f"arn:aws:s3:::{name}/{key}"
    statements = [
        it for it in document["Statement"] if _is_for(it, service, wanted, source, context)
    ]
    effects = {it.get("Effect") for it in statements}
    return "Allow" in effects and "Deny" not in effects


def _is_for(statement: Any, service: str, wanted: str, source: str, context: Context) -> bool:
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else [service]
    actions, resources = (
        _listed(statement.get("Action", [])),
        _listed(statement.get("Resource", [])),
    )
    if service not in services:
        return False
    if not any(fnmatchcase("s3:PutObject", it) for it in actions):
        return False
    if not any(fnmatchcase(wanted, it) for it in resources):
        return False
    known = {
        "aws:SourceArn": source,
        "aws:SourceAccount": context.account,
        "aws:SecureTransport": "true",
    }
    for operator, keys in statement.get("Condition", {}).items():
        like = fnmatchcase if "Like" in operator else str.__eq__
        for key, values in keys.items():
            if key not in known or not any(like(known[key], str(it)) for it in _listed(values)):
                return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
