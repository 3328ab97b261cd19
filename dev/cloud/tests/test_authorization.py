"""Callers with policies: what they may do, what they may not, and how each service says so."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import REGION, Cloud

from localaws.ask import Ask
from localaws.authorization import policies

ROLE = "arn:aws:iam::123456789012:role"


def statement(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **parts}


# what it shows -> (statements, ask, allowed)
RULES: dict[str, tuple[list[dict[str, Any]], Ask, bool]] = {
    "nothing is allowed by itself": ([], Ask("ecs:CreateCluster"), False),
    "an action is compared without case": (
        [statement(Action="ECS:create*")],
        Ask("ecs:CreateCluster"),
        True,
    ),
    "a deny counts more than an allow": (
        [statement(), statement(Effect="Deny", Action="ecs:*")],
        Ask("ecs:CreateCluster"),
        False,
    ),
    "what NotAction names is not allowed by it": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        Ask("iam:PassRole", f"{ROLE}/a"),
        False,
    ),
    "a resource is compared with its case": (
        [statement(Resource=f"{ROLE}/Web*")],
        Ask("iam:GetRole", f"{ROLE}/web-task"),
        False,
    ),
    "a star does not reach into the next segment": (
        [statement(Resource="arn:aws:ecs:*:cluster/web")],
        Ask("ecs:DeleteCluster", "arn:aws:ecs:eu-west-1:1:cluster/web"),
        False,
    ),
    "the last segment may hold colons": (
        [statement(Resource="arn:aws:logs:*:*:log-group:/fargate/*")],
        Ask("logs:GetLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/fargate/web:log-stream:a"),
        True,
    ),
    "an action without resources needs a star": (
        [statement(Resource="arn:aws:ecs:*:*:task-definition/*")],
        Ask("ecs:DeregisterTaskDefinition"),
        False,
    ),
    "a condition on a key that is not there does not hold": (
        [statement(Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}})],
        Ask("iam:PassRole", f"{ROLE}/a"),
        False,
    ),
    "all conditions must hold": (
        [statement(Condition={"StringEquals": {"a:B": "1"}, "StringLike": {"c:D": ["x*", "y"]}})],
        Ask("ecs:CreateCluster", keys={"a:b": "1", "c:d": "z"}),
        False,
    ),
    "one of several values is enough": (
        [statement(Condition={"StringLike": {"c:D": ["x*", "y"]}})],
        Ask("ecs:CreateCluster", keys={"c:D": "xyz"}),
        True,
    ),
    "a negated condition holds for a key that is not there": (
        [statement(Condition={"StringNotEquals": {"a:B": "1"}})],
        Ask("ecs:CreateCluster"),
        True,
    ),
}


@pytest.mark.parametrize(("statements", "ask", "allowed"), RULES.values(), ids=RULES.keys())
def test_a_policy_is_evaluated_as_iam_does(
    statements: list[dict[str, Any]], ask: Ask, allowed: bool
) -> None:
    assert policies.decide([{"Statement": statements}], ask).allowed == allowed


def test_a_condition_that_is_not_modelled_is_never_skipped() -> None:
    asked = statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    with pytest.raises(NotImplementedError):
        policies.decide(
            [{"Statement": asked}], Ask("ecs:CreateCluster", keys={"aws:SourceIp": "::"})
        )


class Caller:
    """An IAM user of the account, with one policy."""

    def __init__(self, cloud: Cloud, *statements: dict[str, Any], name: str = "caller") -> None:
        self.cloud = cloud
        iam = cloud.client("iam")
        iam.create_user(UserName=name)
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_user_policy(
                UserName=name, PolicyName="all", PolicyDocument=json.dumps(document)
            )
        self.key = iam.create_access_key(UserName=name)["AccessKey"]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.cloud.address,
            region_name=REGION,
            aws_access_key_id=self.key["AccessKeyId"],
            aws_secret_access_key=self.key["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def refused(self, service: str, operation: str, **params: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as refused:
            getattr(self.client(service), operation)(**params)
        answer = refused.value.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return status, answer["Error"]["Code"], answer["Error"]["Message"]


# service, operation, parameters -> status, code
REFUSALS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("ecs", "describe_clusters", {}, 400, "AccessDeniedException"),
    ("ecr", "describe_repositories", {}, 400, "AccessDeniedException"),
    ("logs", "describe_log_groups", {}, 400, "AccessDeniedException"),
    (
        "application-autoscaling",
        "describe_scalable_targets",
        {"ServiceNamespace": "ecs"},
        400,
        "AccessDeniedException",
    ),
    ("elbv2", "describe_load_balancers", {}, 403, "AccessDenied"),
    ("iam", "get_role", {"RoleName": "a"}, 403, "AccessDenied"),
    ("cloudwatch", "describe_alarms", {}, 403, "AccessDenied"),
    ("ec2", "describe_vpcs", {}, 403, "UnauthorizedOperation"),
]


@pytest.mark.parametrize(
    ("service", "operation", "params", "status", "code"), REFUSALS, ids=[it[0] for it in REFUSALS]
)
def test_each_service_says_no_in_its_own_words(
    cloud: Cloud, service: str, operation: str, params: dict[str, Any], status: int, code: str
) -> None:
    told = Caller(cloud).refused(service, operation, **params)
    assert told[:2] == (status, code)
    assert "User: arn:aws:iam::123456789012:user/caller is not authorized to perform" in told[2]


def test_a_create_with_tags_asks_for_tagging_too(cloud: Cloud) -> None:
    caller = Caller(cloud, statement(Action="ecs:CreateCluster"))
    tags = [{"key": "a", "value": "b"}]
    assert "ecs:TagResource" in caller.refused("ecs", "create_cluster", tags=tags)[2]
    assert caller.client("ecs").create_cluster()["cluster"]["clusterName"] == "default"


def test_a_role_is_passed_only_to_whom_the_policy_says(cloud: Cloud) -> None:
    passing = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    caller = Caller(
        cloud,
        statement(Action="ecs:RegisterTaskDefinition"),
        statement(Action="iam:PassRole", Condition=passing),
    )
    container = {"name": "app", "image": "nginx", "essential": True}
    told = caller.refused(
        "ecs",
        "register_task_definition",
        family="web",
        containerDefinitions=[container],
        executionRoleArn=f"{ROLE}/web-execution",
    )
    assert f"iam:PassRole on resource: {ROLE}/web-execution" in told[2]


# call -> what it looks at in EC2 as the caller
LOOKS = {
    "create_load_balancer": {
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ec2:GetSecurityGroupsForVpc",
    },
    "create_target_group": {"ec2:DescribeInternetGateways", "ec2:DescribeVpcs"},
    "set_security_groups": {"ec2:GetSecurityGroupsForVpc"},
    "set_subnets": {"ec2:DescribeSubnets"},
}


@pytest.mark.parametrize("call", LOOKS)
def test_a_balancer_looks_at_the_network_as_the_caller_in_every_account(
    cloud: Cloud, call: str
) -> None:
    cloud.control("PUT", "/account", {"service_linked_roles": "present"})
    balancer = {"Name": "web", "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-1"]}
    arn = f"arn:aws:elasticloadbalancing:{REGION}:123456789012:loadbalancer/app/web/1"
    params: dict[str, dict[str, Any]] = {
        "create_load_balancer": balancer,
        "create_target_group": {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1"},
        "set_security_groups": {"LoadBalancerArn": arn, "SecurityGroups": ["sg-1"]},
        "set_subnets": {"LoadBalancerArn": arn, "Subnets": ["subnet-1", "subnet-2"]},
    }
    allowed, missing = ["elasticloadbalancing:*"], []
    for number in range(len(LOOKS[call]) + 1):
        caller = Caller(cloud, statement(Action=allowed), name=f"caller{number}")
        with pytest.raises(ClientError) as refused:
            getattr(caller.client("elbv2"), call)(**params[call])
        told = refused.value.response["Error"]
        if told["Code"] != "AccessDenied":
            break
        missing.append(told["Message"].split("to perform: ")[1].split()[0])
        allowed.append(missing[-1])
    assert set(missing) == LOOKS[call]


def test_scaling_checks_with_calls_of_its_own(cloud: Cloud) -> None:
    caller = Caller(cloud, statement(Action="application-autoscaling:*"))
    told = caller.refused(
        "application-autoscaling",
        "register_scalable_target",
        ServiceNamespace="ecs",
        ResourceId="service/web/web",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=2,
    )
    assert told[1] == "ValidationException"
    assert "ecs:DescribeServices" in told[2]


def test_the_ledger_shows_what_was_asked_and_who_allowed_it(cloud: Cloud) -> None:
    caller = Caller(cloud, statement(Sid="Look", Action="ecs:DescribeClusters"))
    caller.client("ecs").describe_clusters(clusters=["web"])
    assert cloud.control("GET", "/ledger")["calls"][-1]["asked"] == [
        {
            "action": "ecs:DescribeClusters",
            "resource": f"arn:aws:ecs:{REGION}:123456789012:cluster/web",
            "allowed_by": ["Look"],
        }
    ]


def test_a_managed_policy_counts_in_its_default_version(cloud: Cloud) -> None:
    caller, iam = Caller(cloud), cloud.client("iam")

    def document(action: str) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [statement(Action=action)]})

    arn = iam.create_policy(PolicyName="own", PolicyDocument=document("ecs:*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="caller", PolicyArn=arn)
    caller.client("ecs").describe_clusters()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("ec2:*"), SetAsDefault=True)
    assert caller.refused("ecs", "describe_clusters")[1] == "AccessDeniedException"


def test_the_caller_is_who_the_policy_is_for(cloud: Cloud) -> None:
    told = Caller(cloud).client("sts").get_caller_identity()
    assert told["Arn"] == "arn:aws:iam::123456789012:user/caller"


def test_what_is_not_modelled_is_told_and_not_allowed(cloud: Cloud) -> None:
    told = Caller(cloud, statement()).refused("secretsmanager", "list_secrets")
    assert told[:2] == (501, "NotImplemented")
