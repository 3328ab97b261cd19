"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Cloud

ALARM: dict[str, Any] = {
    "AlarmName": "cpu",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 2,
    "Threshold": 80.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "ClusterName", "Value": "web"}],
}


def test_alarms_are_overwritten(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "b"}])
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="OK", StateReason="fine")
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 90}, Tags=[{"Key": "a", "Value": "c"}])
    found = cloudwatch.describe_alarms(AlarmNames=["cpu"])["MetricAlarms"][0]
    assert (found["Threshold"], found["StateValue"]) == (90.0, "OK")
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "b"}]
    code, _ = cloud.refused("cloudwatch", "delete_alarms", AlarmNames=["cpu", "none"])
    assert code == "ResourceNotFound"
    cloudwatch.delete_alarms(AlarmNames=["cpu"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Period": 61},
        {"Period": 3000, "EvaluationPeriods": 100},
        {"DatapointsToAlarm": 3},
        {"ExtendedStatistic": "p99"},
        {"TreatMissingData": "fine"},
        {"AlarmActions": ["topic"]},
        {"AlarmActions": ["arn:a"] * 6},
        {"ComparisonOperator": "Greater"},
        {"Metrics": [{"Id": "a", "Expression": "1"}]},
        {"AlarmDescription": "x" * 1025},
    ],
)
def test_bad_alarms(cloud: Cloud, changes: dict[str, Any]) -> None:
    code, _ = cloud.refused("cloudwatch", "put_metric_alarm", **{**ALARM, **changes})
    assert code == "ValidationError"


def test_metric_math_alarm(cloud: Cloud) -> None:
    stat = {
        "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount"},
        "Period": 60,
        "Stat": "Sum",
    }
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="rate",
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[
            {"Id": "e", "Expression": "m*2", "ReturnData": True},
            {"Id": "m", "MetricStat": stat, "ReturnData": False},
        ],
    )
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=["rate"])["MetricAlarms"][0]
    assert {item["Id"] for item in found["Metrics"]} == {"e", "m"}


def test_dashboards_are_global(cloud: Cloud) -> None:
    widget = {
        "type": "metric",
        "x": 0,
        "y": 0,
        "width": 12,
        "height": 6,
        "properties": {"region": "eu-central-1", "metrics": [["AWS/ECS", "CPUUtilization"]]},
    }
    body = json.dumps({"widgets": [widget]})
    cloud.client("cloudwatch").put_dashboard(DashboardName="web", DashboardBody=body)
    other = cloud.client("cloudwatch", "us-west-2").get_dashboard(DashboardName="web")
    assert json.loads(other["DashboardBody"]) == json.loads(body)
    del widget["properties"]["region"]  # type: ignore[attr-defined]
    for text in ("{", "[]", json.dumps({"widgets": [widget]})):
        code, _ = cloud.refused(
            "cloudwatch", "put_dashboard", DashboardName="web", DashboardBody=text
        )
        assert code == "InvalidParameterInput"
    code, _ = cloud.refused("cloudwatch", "put_dashboard", DashboardName="a b", DashboardBody=body)
    assert code == "InvalidParameterValue"
    cloud.client("cloudwatch").delete_dashboards(DashboardNames=["web"])
    for operation, params in (
        ("get_dashboard", {"DashboardName": "web"}),
        ("delete_dashboards", {"DashboardNames": ["web"]}),
    ):
        assert cloud.refused("cloudwatch", operation, **params)[0] == "ResourceNotFound"
