"""Objects that somebody else made with boto3, by the names that a service would use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drifts import DELETES
from state import Entry
from world import REGION, Cloud


@dataclass
class Place:
    """Where a service was: the network that it stood in."""

    cloud: Cloud
    vpc: str
    subnets: list[str]

    def client(self, service: str) -> Any:
        return self.cloud.client(service)


def cluster(at: Place, it: Entry) -> None:
    at.client("ecs").create_cluster(clusterName=it.outputs["name"])


def log_group(at: Place, it: Entry) -> None:
    at.client("logs").create_log_group(logGroupName=it.id)


def repository(at: Place, it: Entry) -> None:
    at.client("ecr").create_repository(repositoryName=it.id)


def role(at: Place, it: Entry) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.client("iam").create_role(RoleName=it.id, AssumeRolePolicyDocument=document)


def security_group(at: Place, it: Entry) -> str:
    made = at.client("ec2").create_security_group(GroupName=it.outputs["name"], Description="Theirs", VpcId=at.vpc)
    return str(made["GroupId"])


def load_balancer(at: Place, it: Entry) -> str:
    made = at.client("elbv2").create_load_balancer(Name=it.outputs["name"], Subnets=at.subnets, Scheme="internal")
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def target_group(at: Place, it: Entry) -> str:
    made = at.client("elbv2").create_target_group(
        Name=it.outputs["name"], Protocol="HTTP", Port=81, VpcId=at.vpc, TargetType="ip"
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def metric_alarm(at: Place, it: Entry) -> None:
    at.client("cloudwatch").put_metric_alarm(
        AlarmName=it.id,
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesSent",
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
        Period=60,
        EvaluationPeriods=1,
    )


def dashboard(at: Place, it: Entry) -> None:
    metric = {"metrics": [["AWS/SQS", "NumberOfMessagesSent"]], "region": REGION}
    widget = {"type": "metric", "x": 0, "y": 0, "width": 6, "height": 6, "properties": metric}
    at.client("cloudwatch").put_dashboard(DashboardName=it.id, DashboardBody=json.dumps({"widgets": [widget]}))


# Kinds whose name somebody else can take: not what lives inside of an object of ours (listeners, rules, policies), nor a
# task definition's family, which is nobody's, nor a scaling target, which AWS makes only for a service that is there.
MAKES: dict[str, Callable[[Place, Entry], str | None]] = {
    "fargate:ecs:Cluster": cluster,
    "fargate:cloudwatch:LogGroup": log_group,
    "fargate:ecr:Repository": repository,
    "fargate:iam:Role": role,
    "fargate:ec2:SecurityGroup": security_group,
    "fargate:lb:LoadBalancer": load_balancer,
    "fargate:lb:TargetGroup": target_group,
    "fargate:cloudwatch:MetricAlarm": metric_alarm,
    "fargate:cloudwatch:Dashboard": dashboard,
}


def remove(at: Place, it: Entry, id: str | None) -> None:
    """What its maker does in the end."""
    theirs = Entry(it.urn, True, id=id or it.id, outputs=it.outputs)
    DELETES[it.type](at.cloud, theirs)
