"""Whether a service of AWS may write to a bucket, as the bucket's policy says.

Sources: ELB user guide, "Access logs for your Application Load Balancer" (the policy; SSE-S3 only), aws-more.md 3.1.
"""

from __future__ import annotations

from localaws.ask import Ask
from localaws.authorization import policies
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
    told = {"aws:SourceArn": source, "aws:SourceAccount": context.account}
    ask = Ask("s3:PutObject", f"arn:aws:s3:::{name}/{key}", told)
    policy = found.settings.get("Policy", {})
    return policies.lets_in(policy, ask, "Service", {service, "*"})
