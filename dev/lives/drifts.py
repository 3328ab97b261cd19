"""What others do to an object behind our back, with boto3: a property changed (changed.py), tags taken away, the object
deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keyed import listed
from state import Entry
from world import Cloud

# Tags: what is set, and what is taken away.


@dataclass(frozen=True)
class Tags:
    """How others tag an object: the two calls, and how they name the object, its tags, and the keys that go."""

    service: str
    tag: str
    untag: str
    # The member that names the object, and the name.
    named: str
    of: Callable[[Entry], Any] = lambda it: it.outputs["arn"]
    tags: str = "Tags"
    spelled: Callable[[dict[str, str]], Any] = listed
    keys: str = "TagKeys"
    gone: Callable[[list[str]], Any] = list

    def __call__(self, cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
        client = cloud.client(self.service)
        if tags:
            getattr(client, self.tag)(**{self.named: self.of(it), self.tags: self.spelled(tags)})
        if gone:
            getattr(client, self.untag)(**{self.named: self.of(it), self.keys: self.gone(gone)})


RESOURCE = ("tag_resource", "untag_resource")
ECS = Tags(
    "ecs",
    *RESOURCE,
    "resourceArn",
    tags="tags",
    spelled=lambda tags: listed(tags, "key", "value"),
    keys="tagKeys",
)
ELB = Tags("elbv2", "add_tags", "remove_tags", "ResourceArns", lambda it: [it.id])
EC2 = Tags(
    "ec2",
    "create_tags",
    "delete_tags",
    "Resources",
    lambda it: [it.id],
    keys="Tags",
    gone=lambda keys: [{"Key": key} for key in keys],
)
LOGS = Tags("logs", *RESOURCE, "resourceArn", tags="tags", spelled=dict, keys="tagKeys")
ECR = Tags("ecr", *RESOURCE, "resourceArn", tags="tags", keys="tagKeys")
IAM = Tags("iam", "tag_role", "untag_role", "RoleName", lambda it: it.id)
CLOUDWATCH = Tags("cloudwatch", *RESOURCE, "ResourceARN")
SCALING = Tags("application-autoscaling", *RESOURCE, "ResourceARN", spelled=dict)

OWNERS = ["fargate:owner", "fargate:service", "fargate:lineage"]
TAGGED: dict[str, Tags] = {
    "fargate:ecs:Cluster": ECS,
    "fargate:ecs:Service": ECS,
    "fargate:ecs:TaskDefinition": ECS,
    "fargate:cloudwatch:LogGroup": LOGS,
    "fargate:ecr:Repository": ECR,
    "fargate:iam:Role": IAM,
    "fargate:ec2:SecurityGroup": EC2,
    "fargate:ec2:SecurityGroupRule": EC2,
    "fargate:lb:LoadBalancer": ELB,
    "fargate:lb:TargetGroup": ELB,
    "fargate:lb:Listener": ELB,
    "fargate:cloudwatch:MetricAlarm": CLOUDWATCH,
    "fargate:appautoscaling:Target": SCALING,
}


# The object taken away from us: it is there, and does not say any more that it is ours.


def _disown_dashboard(cloud: Cloud, it: Entry) -> None:
    """Its first widget has the tags."""
    cloudwatch = cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=it.id)["DashboardBody"])
    header = body["widgets"][0]["properties"]
    *text, tags = header["markdown"].splitlines()
    inputs, kept = json.loads(tags.strip("`"))
    for name in OWNERS:
        del kept[name]
    header["markdown"] = "\n".join([*text, f"`{json.dumps([inputs, kept])}`"])
    cloudwatch.put_dashboard(DashboardName=it.id, DashboardBody=json.dumps(body))


def _without_owner(token: str) -> Callable[[Cloud, Entry], None]:
    return lambda cloud, it: TAGGED[token](cloud, it, {}, OWNERS)


# Each task definition registers a revision of its own; the family is nobody's.
NOBODYS = {"fargate:ecs:TaskDefinition"}
DISOWNS: dict[str, Callable[[Cloud, Entry], None]] = {
    **{token: _without_owner(token) for token in TAGGED if token not in NOBODYS},
    "fargate:cloudwatch:Dashboard": _disown_dashboard,
}


# The object deleted.


def _delete_role(cloud: Cloud, it: Entry) -> None:
    iam = cloud.client("iam")
    for name in iam.list_role_policies(RoleName=it.id)["PolicyNames"]:
        iam.delete_role_policy(RoleName=it.id, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=it.id, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=it.id)


def _delete_rule(cloud: Cloud, it: Entry) -> None:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    revoke = ec2.revoke_security_group_egress if found["IsEgress"] else ec2.revoke_security_group_ingress
    revoke(GroupId=found["GroupId"], SecurityGroupRuleIds=[it.id])


def _delete_task_definition(cloud: Cloud, it: Entry) -> None:
    cloud.client("ecs").deregister_task_definition(taskDefinition=it.outputs["arn"])


def _delete_service(cloud: Cloud, it: Entry) -> None:
    ecs = cloud.client("ecs")
    cluster = it.id.split("/")[1]
    ecs.delete_service(cluster=cluster, service=it.id, force=True)
    # The local AWS settles at each look.
    for _ in range(5):
        ecs.describe_services(cluster=cluster, services=[it.id])


def _delete_target(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="ecs", ResourceId=it.id, ScalableDimension="ecs:service:DesiredCount"
    )


def _delete_policy(cloud: Cloud, it: Entry) -> None:
    cloud.client("application-autoscaling").delete_scaling_policy(
        PolicyName=it.outputs["name"],
        ServiceNamespace="ecs",
        ResourceId=it.inputs["resourceId"],
        ScalableDimension="ecs:service:DesiredCount",
    )


DELETES: dict[str, Callable[[Cloud, Entry], Any]] = {
    "fargate:ecs:Cluster": lambda cloud, it: cloud.client("ecs").delete_cluster(cluster=it.id),
    "fargate:cloudwatch:LogGroup": lambda cloud, it: cloud.client("logs").delete_log_group(logGroupName=it.id),
    "fargate:ecr:Repository": lambda cloud, it: cloud.client("ecr").delete_repository(repositoryName=it.id, force=True),
    "fargate:iam:Role": _delete_role,
    "fargate:ec2:SecurityGroup": lambda cloud, it: cloud.client("ec2").delete_security_group(GroupId=it.id),
    "fargate:ec2:SecurityGroupRule": _delete_rule,
    "fargate:lb:LoadBalancer": lambda cloud, it: cloud.client("elbv2").delete_load_balancer(LoadBalancerArn=it.id),
    "fargate:lb:TargetGroup": lambda cloud, it: cloud.client("elbv2").delete_target_group(TargetGroupArn=it.id),
    "fargate:lb:Listener": lambda cloud, it: cloud.client("elbv2").delete_listener(ListenerArn=it.id),
    "fargate:ecs:TaskDefinition": _delete_task_definition,
    "fargate:ecs:Service": _delete_service,
    "fargate:appautoscaling:Target": _delete_target,
    "fargate:appautoscaling:Policy": _delete_policy,
    "fargate:cloudwatch:MetricAlarm": lambda cloud, it: cloud.client("cloudwatch").delete_alarms(AlarmNames=[it.id]),
    "fargate:cloudwatch:Dashboard": lambda cloud, it: cloud.client("cloudwatch").delete_dashboards(
        DashboardNames=[it.id]
    ),
}
