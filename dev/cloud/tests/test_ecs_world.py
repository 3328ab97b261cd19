"""The world of the ECS tests: moto's backends in this process, the neighbours' rules replaced by
notes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

import boto3
from botocore.model import Shape
from moto import mock_aws

from localaws.clock import Clock
from localaws.context import AwsError, Context
from localaws.models import operation_model
from localaws.services.ecs import neighbours
from localaws.services.ecs import operations as ecs

REGION = "us-east-1"
ACCOUNT = "123456789012"
EXECUTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"


@cache
def client(service: str) -> Any:
    """Making one takes longer than most tests. It is made inside of a world, and serves all that follow."""
    return boto3.client(service, REGION)


class Neighbours:
    """What the other services' rules would remember."""

    def __init__(self) -> None:
        self.attached = True
        self.linked_role = True
        self.fresh_roles: set[str] = set()
        self.balancer = "active"
        self.reached = True
        self.online = True
        self.alarms: dict[str, str] = {}
        self.targets: dict[tuple[str, str, int], str] = {}
        self.interfaces: dict[str, str] = {}
        self.count = 0

    def register_targets(
        self, context: Context, group: str, targets: list[tuple[str, int]]
    ) -> None:
        self.targets |= {(group, ip, port): "initial" for ip, port in targets}

    def deregister_targets(
        self, context: Context, group: str, targets: list[tuple[str, int]]
    ) -> None:
        for ip, port in targets:
            del self.targets[(group, ip, port)]

    def set_target_health(
        self, context: Context, group: str, ip: str, port: int, state: str, reason: str, text: str
    ) -> None:
        self.targets[(group, ip, port)] = state

    def has_healthy(self, group: str) -> bool:
        return any(it[0] == group and state == "healthy" for it, state in self.targets.items())

    def open_ports(self, context: Context, group: str) -> set[int]:
        return {80} if self.attached else set()

    def balancer_of(self, context: Context, group: str) -> dict[str, Any]:
        return {"state": self.balancer}

    def target_group_is_attached(self, context: Context, group: str) -> bool:
        return self.attached

    def balancer_reaches(self, context: Context, group: str, interface: str, port: int) -> bool:
        return self.reached

    def claim_interface(
        self,
        context: Context,
        subnet: str,
        groups: list[str],
        description: str,
        owner: str,
        public: bool = False,
    ) -> tuple[str, str]:
        self.count += 1
        self.interfaces[f"eni-{self.count}"] = description
        return f"eni-{self.count}", f"10.0.0.{self.count}"

    def reaches_internet(self, context: Context, subnet: str, public: bool) -> bool:
        return self.online

    def release_interface(self, context: Context, eni: str) -> None:
        del self.interfaces[eni]

    def role_is_assumable(self, context: Context, arn: str, by: str = "") -> bool:
        return arn not in self.fresh_roles

    def is_assumable(self, context: Context, name: str) -> bool:
        return self.linked_role

    def state_of(self, context: Context, name: str) -> str | None:
        return self.alarms.get(name)

    def seconds_of(self, context: Context, name: str) -> float:
        return 120.0


class World:
    """A cluster, a target group, a log group and an image, and short words for requests."""

    def __init__(self, speed: float, notes: Neighbours) -> None:
        self.clock = Clock(speed)
        self.context = Context(
            ACCOUNT, REGION, f"arn:aws:iam::{ACCOUNT}:user/developer", self.clock
        )
        self.neighbours = notes
        ec2 = client("ec2")
        self.subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.group = client("elbv2").create_target_group(
            Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.logs = client("logs")
        self.logs.create_log_group(logGroupName="/web")
        self.call(
            "CreateCluster", clusterName="main", capacityProviders=["FARGATE", "FARGATE_SPOT"]
        )

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Every answer must fit AWS's own model, as a client would read it."""
        answer = ecs.dispatch(operation, params, self.context)
        fits(operation_model("ecs", operation).output_shape, answer, operation)
        return answer

    def refused(self, operation: str, **params: Any) -> AwsError:
        try:
            self.call(operation, **params)
        except AwsError as error:
            return error
        raise AssertionError(f"{operation} was not refused")

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """In steps, as a poller would look."""
        for _ in range(int(seconds / step)):
            self.clock.advance(step)
            ecs.advance(self.context)

    def definition_params(self, image: str = "nginx:1.27", **more: Any) -> dict[str, Any]:
        container = {
            "name": "app",
            "image": image,
            "portMappings": [{"containerPort": 80}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/web",
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "app",
                },
            },
        }
        return {
            "family": "web",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": EXECUTION_ROLE,
            "containerDefinitions": [container],
        } | more

    def define(self, image: str = "nginx:1.27", **more: Any) -> str:
        answer = self.call("RegisterTaskDefinition", **self.definition_params(image, **more))
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def service_params(self, definition: str, **more: Any) -> dict[str, Any]:
        return {
            "cluster": "main",
            "serviceName": "web",
            "taskDefinition": definition,
            "desiredCount": 2,
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets}},
            "loadBalancers": [
                {"targetGroupArn": self.group, "containerName": "app", "containerPort": 80}
            ],
            "deploymentConfiguration": {
                "deploymentCircuitBreaker": {"enable": True, "rollback": True}
            },
        } | more

    def create(self, definition: str | None = None, **more: Any) -> dict[str, Any]:
        params = self.service_params(definition or self.define(), **more)
        return dict(self.call("CreateService", **params)["service"])

    def update(self, **more: Any) -> dict[str, Any]:
        return dict(self.call("UpdateService", cluster="main", service="web", **more)["service"])

    def service(self) -> dict[str, Any]:
        return dict(self.call("DescribeServices", cluster="main", services=["web"])["services"][0])

    def deployments(self) -> list[dict[str, Any]]:
        """Newest first, in full."""
        briefs = self.call("ListServiceDeployments", cluster="main", service="web")[
            "serviceDeployments"
        ]
        arns = [b["serviceDeploymentArn"] for b in briefs]
        found = self.call("DescribeServiceDeployments", serviceDeploymentArns=arns)
        return list(found["serviceDeployments"])

    def tasks(self, desired: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.call("ListTasks", cluster="main", serviceName="web", desiredStatus=desired)[
            "taskArns"
        ]
        return list(self.call("DescribeTasks", cluster="main", tasks=arns)["tasks"])

    def events(self) -> list[str]:
        return [e["message"] for e in self.service()["events"]]

    def behave(self, image: str, **behaviour: Any) -> None:
        ecs.control_routes["PUT", "/images/behaviour"]({"image": image, "behaviour": behaviour})


def fits(shape: Shape, value: Any, where: str) -> None:
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{where}: {unknown}"
        for name, member in value.items():
            # Told by botocore's text of the member, and missing in its enum.
            if member != "PRE_PRODUCTION_TRAFFIC_SHIFT":
                fits(shape.members[name], member, f"{where}.{name}")
    elif shape.type_name == "list":
        for item in value:
            fits(shape.member, item, where)
    else:
        kinds = {"string": str, "boolean": bool, "integer": int, "long": int, "map": dict}
        kind = kinds.get(shape.type_name, (int, float))
        assert isinstance(value, kind), f"{where}: {value!r} is no {shape.type_name}"
        allowed = getattr(shape, "enum", None)
        assert not allowed or value in allowed, f"{where}: {value!r}"


@contextmanager
def a_world(speed: float = 0.0) -> Iterator[World]:
    ecs.reset()
    # A thousand managed policies, read anew at every reset, that nothing here asks for.
    lean = mock.patch.dict(os.environ, {"MOTO_IAM_LOAD_MANAGED_POLICIES": "false"})
    with lean, mock_aws():
        notes = Neighbours()
        rules = ("networks", "routing", "targets", "identities", "linked_roles", "reach", "states")
        with mock.patch.multiple(neighbours, **dict.fromkeys(rules, notes)):
            yield World(speed, notes)
    ecs.reset()
