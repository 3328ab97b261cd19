"""A certificate of ACM, which has no name."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from others import Tags
from rows import Facts, Kind, Row
from state import Entry

TAGS = Tags(
    "acm",
    "add_tags_to_certificate",
    "remove_tags_from_certificate",
    "CertificateArn",
    keys="Tags",
    gone=lambda keys: [{"Key": key} for key in keys],
)


def look(cloud: Cloud, it: Entry) -> Facts:
    acm = cloud.client("acm")
    found: dict[str, Any] = acm.describe_certificate(CertificateArn=it.id)["Certificate"]
    tags = acm.list_tags_for_certificate(CertificateArn=it.id)["Tags"]
    return {
        "domainName": found["DomainName"],
        "subjectAlternativeNames": sorted(set(found["SubjectAlternativeNames"]) - {found["DomainName"]}),
        "keyAlgorithm": found["KeyAlgorithm"],
        "tags": program_tags(by_key(tags)),
    }


KIND = Kind(
    "fargate:acm:Certificate",
    {
        "domainName": Row("life.example.com", "other.example.com"),
        "subjectAlternativeNames": Row(["*.life.example.com"], ["a.example.com", "b.example.com"]),
        "keyAlgorithm": Row("RSA_2048", "EC_prime256v1", as_aws_spells=lambda key: key.replace("_", "-")),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("acm").delete_certificate(CertificateArn=it.id),
    tag=TAGS,
    nameless=True,
)
