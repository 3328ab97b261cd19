"""A service whose traffic moves between two target groups, through the real server, at AWS's pace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from balancers import make_balancer, make_group
from botocore.exceptions import ClientError
from conftest import Cloud

POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5}
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:check"


def trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Shop:
    """A balancer with a production and a test rule, two groups, a role for ECS, and a service to be made."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.ecs, self.elb, self.iam = (cloud.client(it) for it in ("ecs", "elbv2", "iam"))
        self.ecs.create_cluster(clusterName="main", capacityProviders=["FARGATE"])
        self.blue, self.green = make_group(cloud, "blue"), make_group(cloud, "green")
        delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}]
        for group in (self.blue, self.green):
            self.elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=delay)
        balancer = make_balancer(cloud)["LoadBalancerArn"]
        nothing = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        self.listener = self.elb.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=nothing
        )["Listeners"][0]["ListenerArn"]
        self.production = self.rule(1, {self.blue: 1, self.green: 0})
        self.test = self.rule(2, {self.blue: 1, self.green: 0})
        self.execution = self.role("execution", "ecs-tasks.amazonaws.com")
        self.role_arn = self.role("infrastructure", "ecs.amazonaws.com")
        self.iam.attach_role_policy(RoleName="infrastructure", PolicyArn=POLICY)
        cloud.control("POST", "/clock", {"speed": 1})
        self.wait(200)

    def role(self, name: str, service: str) -> str:
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        return str(made["Role"]["Arn"])

    def rule(self, priority: int, weights: dict[str, int]) -> str:
        path = [{"Field": "path-pattern", "Values": [f"/{priority}*"]}]
        return str(
            self.elb.create_rule(
                ListenerArn=self.listener,
                Priority=priority,
                Conditions=path,
                Actions=[forwarding(weights)],
            )["Rules"][0]["RuleArn"]
        )

    def weights(self, rule: str | None = None) -> tuple[int, int]:
        """Blue's and green's, in the production rule or in another."""
        found = self.elb.describe_rules(RuleArns=[rule or self.production])["Rules"][0]
        groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        told = {it["TargetGroupArn"]: it["Weight"] for it in groups}
        return told.get(self.blue, 0), told.get(self.green, 0)

    def wait(self, seconds: float) -> None:
        """And looks, since nothing happens before somebody does."""
        self.cloud.control("POST", "/clock", {"advance": seconds})
        self.cloud.control("GET", "/ecs/services")

    def define(self, image: str = "nginx:1") -> str:
        container = {"name": "app", "image": image, "portMappings": [{"containerPort": 80}]}
        return str(
            self.ecs.register_task_definition(
                family="web",
                requiresCompatibilities=["FARGATE"],
                networkMode="awsvpc",
                cpu="256",
                memory="512",
                executionRoleArn=self.execution,
                containerDefinitions=[container],
            )["taskDefinition"]["taskDefinitionArn"]
        )

    def balancers(self, **advanced: Any) -> list[dict[str, Any]]:
        known = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": self.production,
            "testListenerRule": self.test,
            "roleArn": self.role_arn,
        }
        kept = {key: it for key, it in {**known, **advanced}.items() if it is not None}
        entry = {"targetGroupArn": self.blue, "containerName": "app", "containerPort": 80}
        return [{**entry, "advancedConfiguration": kept}]

    def params(self, configuration: dict[str, Any], **more: Any) -> dict[str, Any]:
        network = {"awsvpcConfiguration": {"subnets": self.cloud.subnets()}}
        return {
            "cluster": "main",
            "serviceName": "web",
            "taskDefinition": "web",
            "desiredCount": 1,
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
            "networkConfiguration": network,
            "loadBalancers": self.balancers(),
            "deploymentConfiguration": configuration,
        } | more

    def create(self, configuration: dict[str, Any] = BLUE_GREEN, **more: Any) -> None:
        self.define()
        self.ecs.create_service(**self.params(configuration, **more))
        self.wait(3600)

    def update(self, image: str = "nginx:2", **more: Any) -> None:
        definition = self.define(image)
        self.ecs.update_service(cluster="main", service="web", taskDefinition=definition, **more)
        self.wait(3)

    def refused(self, operation: str, **params: Any) -> str:
        """What ECS says of parameters that are not valid."""
        with pytest.raises(ClientError) as refusal:
            getattr(self.ecs, operation)(**params)
        error = refusal.value.response["Error"]
        assert error["Code"] == "InvalidParameterException", error
        return str(error["Message"])

    def deployments(self) -> list[dict[str, Any]]:
        listed = self.ecs.list_service_deployments(cluster="main", service="web")
        arns = [it["serviceDeploymentArn"] for it in listed["serviceDeployments"]]
        described = self.ecs.describe_service_deployments(serviceDeploymentArns=arns)
        return list(described["serviceDeployments"])

    @property
    def newest(self) -> dict[str, Any]:
        return self.deployments()[0]

    @property
    def reason(self) -> str:
        return str(self.newest.get("statusReason"))

    @property
    def events(self) -> list[str]:
        found = self.ecs.describe_services(cluster="main", services=["web"])["services"][0]
        return [it["message"] for it in found["events"]]

    def hooks(self) -> list[dict[str, Any]]:
        return list(self.newest.get("lifecycleHookDetails", []))

    def goes_on(self, hook: dict[str, Any], action: str = "CONTINUE", **more: str) -> None:
        params = {"serviceDeploymentArn": self.newest["serviceDeploymentArn"], **more}
        self.ecs.continue_service_deployment(hookId=hook["hookId"], action=action, **params)

    def stop(self) -> None:
        self.ecs.stop_service_deployment(serviceDeploymentArn=self.newest["serviceDeploymentArn"])

    def images(self) -> list[str]:
        """Of the tasks that run."""
        told = self.cloud.control("GET", "/ecs/services")["services"][0]["tasks"]
        return sorted(it["images"]["app"] for it in told if it["status"] == "RUNNING")

    def passes(self, until: str, step: float = 5, limit: float = 7200) -> list[str]:
        """The statuses and stages that the newest deployment goes through, in order, each once in a row."""
        seen: list[str] = []
        arns = [self.newest["serviceDeploymentArn"]]
        for _ in range(int(limit / step)):
            answer = self.ecs.describe_service_deployments(serviceDeploymentArns=arns)
            now = answer["serviceDeployments"][0]
            told = f"{now['status']} {now.get('lifecycleStage', '')}".strip()
            if not seen or seen[-1] != told:
                seen.append(told)
            if told == until:
                return seen
            self.wait(step)
        raise AssertionError(f"never {until}: {seen}")

    def function(self, *answers: dict[str, Any] | None, allowed: bool = True) -> dict[str, Any]:
        """A hook's function, and the role that may call it."""
        self.cloud.control("PUT", "/ecs/functions", {"arn": FUNCTION, "answers": list(answers)})
        role = self.role("hook", "ecs.amazonaws.com")
        if allowed:
            statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self.iam.put_role_policy(RoleName="hook", PolicyName="call", PolicyDocument=document)
        self.wait(20)
        return {"targetType": "AWS_LAMBDA", "hookTargetArn": FUNCTION, "roleArn": role}


def forwarding(weights: dict[str, int]) -> dict[str, Any]:
    groups = [{"TargetGroupArn": group, "Weight": it} for group, it in weights.items()]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
