"""Tags live as long as what they are on; keys that begin with aws: are reserved."""

from __future__ import annotations

import json

from conftest import Cloud
from test_cloudwatch import ALARM

TAGS = [{"Key": "team", "Value": "one"}]


def test_a_log_group_of_a_deleted_ones_name_has_no_tags(cloud: Cloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="web", tags={"team": "one"})
    logs.delete_log_group(logGroupName="web")
    logs.create_log_group(logGroupName="web")
    arn = logs.describe_log_groups(logGroupNamePrefix="web")["logGroups"][0]["logGroupArn"]
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {}


def test_an_alarm_of_a_deleted_ones_name_has_no_tags(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM, Tags=TAGS)
    arn = cloudwatch.describe_alarms(AlarmNames=["cpu"])["MetricAlarms"][0]["AlarmArn"]
    cloudwatch.delete_alarms(AlarmNames=["cpu"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
    cloudwatch.put_metric_alarm(**ALARM)
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []


def test_a_dashboard_of_a_deleted_ones_name_has_no_tags(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    body = json.dumps({"widgets": []})
    cloudwatch.put_dashboard(DashboardName="web", DashboardBody=body, Tags=TAGS)
    arn = cloudwatch.get_dashboard(DashboardName="web")["DashboardArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == TAGS
    cloudwatch.delete_dashboards(DashboardNames=["web"])
    cloudwatch.put_dashboard(DashboardName="web", DashboardBody=body)
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []


def test_reserved_tags(cloud: Cloud) -> None:
    tag = {"Key": "aws:mine", "Value": "x"}
    for service, operation, params, expected in (
        ("ecr", "create_repository", {"repositoryName": "web", "tags": [tag]}, "InvalidTagParam"),
        ("logs", "create_log_group", {"logGroupName": "w", "tags": {"aws:x": ""}}, "InvalidParam"),
        ("cloudwatch", "put_metric_alarm", {**ALARM, "Tags": [tag]}, "InvalidParameterValue"),
    ):
        assert cloud.refused(service, operation, **params)[0].startswith(expected)
