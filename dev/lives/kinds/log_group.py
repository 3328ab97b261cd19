"""A log group of CloudWatch."""

from __future__ import annotations

from account import Cloud
from keyed import program_tags
from others import RESOURCE, Call, Tags, member
from rows import Facts, Kind, Place, Row
from state import Entry


def look(cloud: Cloud, it: Entry) -> Facts:
    logs = cloud.client("logs")
    (found,) = logs.describe_log_groups(logGroupNamePrefix=it.id)["logGroups"]
    tags = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    return {
        "retentionInDays": found.get("retentionInDays"),
        "kmsKeyId": found.get("kmsKeyId"),
        "tags": program_tags(tags),
    }


def foreign(at: Place, name: str) -> None:
    at.client("logs").create_log_group(logGroupName=name)


KIND = Kind(
    "fargate:cloudwatch:LogGroup",
    {
        "retentionInDays": Row(
            7, 14, change=Call("logs", "put_retention_policy", "logGroupName", member("retentionInDays"))
        ),
        "kmsKeyId": Row("$key1", "$key2", change=Call("logs", "associate_kms_key", "logGroupName", member("kmsKeyId"))),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("logs").delete_log_group(logGroupName=it.id),
    tag=Tags("logs", *RESOURCE, "resourceArn", tags="tags", as_aws_spells=dict, keys="tagKeys"),
    foreign=foreign,
)
