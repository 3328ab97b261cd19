"""The wait until a certificate is issued, which is kept in the state."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind(
    "fargate:acm:CertificateValidation",
    {
        "certificateArn": Row("$certificate1", "$certificate2"),
        "recordNames": Row(["_1.example.com"], ["_1.example.com", "_2.example.com"]),
        "hostedZoneIds": Row(["$zone1"], ["$zone2"]),
    },
)
