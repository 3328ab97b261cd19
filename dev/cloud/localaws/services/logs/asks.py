"""CloudWatch Logs."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context

_ON_A_GROUP = (
    "AssociateKmsKey",
    "CreateLogGroup",
    "DeleteLogGroup",
    "DeleteRetentionPolicy",
    "DisassociateKmsKey",
    "PutRetentionPolicy",
)


@asks("logs")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"logs:{operation}"
    if operation == "DescribeLogGroups":
        return [Ask(action)]
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [Ask(action, params["resourceArn"])]
    group = arn(context, "logs", f"log-group:{params.get('logGroupName', '')}")
    if operation == "GetLogEvents":
        return [Ask(action, f"{group}:log-stream:{params['logStreamName']}")]
    if operation not in _ON_A_GROUP:
        return None
    found = [Ask(action, group)]
    if operation == "CreateLogGroup" and params.get("tags"):
        # botocore, CreateLogGroupRequest.tags: "you must have … the logs:TagResource … permission"
        found.append(Ask("logs:TagResource", group))
    return found
