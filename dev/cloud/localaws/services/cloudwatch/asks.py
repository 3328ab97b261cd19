"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context


@asks("cloudwatch")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"cloudwatch:{operation}"
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [Ask(action, params["ResourceARN"])]
    if operation == "DescribeAlarms":
        return [Ask(action, arn(context, "cloudwatch", "alarm:*"))]
    if operation == "PutMetricAlarm":
        alarm = arn(context, "cloudwatch", f"alarm:{params['AlarmName']}")
        # botocore, PutMetricAlarmInput.Tags: "you must have the cloudwatch:TagResource permission"
        tags = [Ask("cloudwatch:TagResource", alarm)] if params.get("Tags") else []
        return [Ask(action, alarm), *tags]
    if operation == "DeleteAlarms":
        names = params["AlarmNames"]
        return [Ask(action, arn(context, "cloudwatch", f"alarm:{name}")) for name in names]
    if operation in ("GetDashboard", "PutDashboard"):
        return [Ask(action, _dashboard(context, params["DashboardName"]))]
    if operation == "DeleteDashboards":
        return [Ask(action, _dashboard(context, name)) for name in params["DashboardNames"]]
    return None


def _dashboard(context: Context, name: str) -> str:
    """Dashboards are global."""
    return f"arn:aws:cloudwatch::{context.account}:dashboard/{name}"
