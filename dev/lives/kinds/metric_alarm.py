"""An alarm of CloudWatch."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import by_key, listed, program_tags
from others import RESOURCE, Tags
from rows import ABSENT, IN_THE_NAME, Facts, Kind, Place, Row
from samples import topic_arn
from spelling import ordered
from state import Entry

ALARM = (
    "AlarmName", "AlarmDescription", "OKActions", "AlarmActions", "MetricName", "Namespace", "Statistic",
    "ExtendedStatistic", "Dimensions", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData",
)  # fmt: skip
SPELLED = {"description": "AlarmDescription", "okActions": "OKActions"}


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    (found,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=[it.outputs["name"]])["MetricAlarms"]
    return found


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    tags = cloud.client("cloudwatch").list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    return {
        "description": found["AlarmDescription"],
        "namespace": found["Namespace"],
        "metricName": found["MetricName"],
        "dimensions": by_key(found["Dimensions"], "Name"),
        "statistic": found.get("Statistic"),
        "extendedStatistic": found.get("ExtendedStatistic"),
        "comparisonOperator": found["ComparisonOperator"],
        "threshold": found["Threshold"],
        "period": found["Period"],
        "evaluationPeriods": found["EvaluationPeriods"],
        "treatMissingData": found["TreatMissingData"],
        "alarmActions": sorted(found["AlarmActions"]),
        "okActions": sorted(found["OKActions"]),
        "tags": program_tags(by_key(tags)),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    found = found_at(cloud, it)
    alarm = {name: found[name] for name in ALARM if name in found}
    if path == "dimensions":
        value = listed(value, "Name")
    alarm[SPELLED.get(path, path[0].upper() + path[1:])] = value
    cloud.client("cloudwatch").put_metric_alarm(**alarm)


def changed(first: Any, second: Any, **more: Any) -> Row:
    return Row(first, second, change=change, **more)


def foreign(at: Place, name: str) -> None:
    at.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesSent",
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
        Period=60,
        EvaluationPeriods=1,
    )


KIND = Kind(
    "fargate:cloudwatch:MetricAlarm",
    {
        "purpose": Row("busy", "idle", as_aws_spells=IN_THE_NAME),
        "description": changed("One", "Another"),
        "namespace": changed("AWS/ECS", "AWS/ApplicationELB"),
        "metricName": changed("CPUUtilization", "MemoryUtilization"),
        "dimensions": changed({"ClusterName": "a"}, {"ClusterName": "a", "ServiceName": "b"}),
        "statistic": changed("Average", "Maximum", needed=True),
        "extendedStatistic": changed("p99", "p99.9", needed=True, needs={"statistic": ABSENT}),
        "comparisonOperator": changed("GreaterThanThreshold", "LessThanOrEqualToThreshold"),
        "threshold": changed(80, 0.5),
        "period": changed(60, 300),
        "evaluationPeriods": changed(5, 1),
        "treatMissingData": changed("notBreaching", "missing"),
        "alarmActions": changed([topic_arn("a")], [topic_arn("b"), topic_arn("a")], as_aws_spells=ordered),
        "okActions": changed([topic_arn("a")], [], as_aws_spells=ordered),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("cloudwatch").delete_alarms(AlarmNames=[it.id]),
    tag=Tags("cloudwatch", *RESOURCE, "ResourceARN"),
    foreign=foreign,
    upserted=True,
)
