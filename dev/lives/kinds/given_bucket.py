"""A bucket for logs that the program gives: it is looked at, and stands in the state."""

from __future__ import annotations

from rows import ABSENT, Kind, Row

KIND = Kind(
    "fargate:s3:GivenBucket",
    {
        "bucket": Row("$logs1", "$logs2"),
        "prefix": Row("shop", ABSENT),
        "logs": Row("accessLogs", "connectionLogs"),
        "declared": Row(False, True),
    },
)
