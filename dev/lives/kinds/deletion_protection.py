"""What keeps a service from being deleted: it stands in the state, and nowhere else."""

from __future__ import annotations

from rows import ABSENT, Kind, Row

KIND = Kind(
    "fargate:index:DeletionProtection",
    {
        "loadBalancerArn": Row("$one.loadBalancerArn", "$two.loadBalancerArn"),
        "repositoryName": Row("$images1", "$images2"),
        "forceDelete": Row(True, False, changes_with={"repositoryName": ABSENT}),
        "logsBucket": Row("$logs1", "$logs2"),
        "forceDeleteLogs": Row(True, False, changes_with={"logsBucket": ABSENT}),
    },
)
