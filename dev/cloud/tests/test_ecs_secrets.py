"""The secrets of a task: what the execution role must be allowed, before any container starts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import REGION, Cloud
from test_logs import key_for

ACCOUNT = "123456789012"
TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class Tasks:
    """A service in a cluster, whose execution role may do what a test says."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.ecs, self.iam = cloud, cloud.client("ecs"), cloud.client("iam")
        cloud.control("PUT", "/account", {"service_linked_roles": "present"})
        made = self.iam.create_role(RoleName="execution", AssumeRolePolicyDocument=policy(TRUST))
        self.role = made["Role"]["Arn"]
        self.ecs.create_cluster(clusterName="main", capacityProviders=["FARGATE"])

    def start(self, named: str, *statements: dict[str, Any]) -> str:
        """Why no task started, or nothing."""
        if statements:
            self.iam.put_role_policy(
                RoleName="execution", PolicyName="p", PolicyDocument=policy(*statements)
            )
        container = {
            "name": "app",
            "image": "nginx",
            "secrets": [{"name": "KEY", "valueFrom": named}],
        }
        definition = self.ecs.register_task_definition(
            family="web",
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=self.role,
            containerDefinitions=[container],
        )["taskDefinition"]["taskDefinitionArn"]
        network = {"awsvpcConfiguration": {"subnets": self.cloud.subnets()}}
        self.ecs.create_service(
            cluster="main", serviceName="web", taskDefinition=definition, desiredCount=1, launchType="FARGATE",
            networkConfiguration=network,
        )  # fmt: skip
        stopped = self.ecs.list_tasks(cluster="main", serviceName="web", desiredStatus="STOPPED")[
            "taskArns"
        ]
        if not stopped:
            return ""
        return str(
            self.ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"][0]["stoppedReason"]
        )


@pytest.fixture
def tasks(cloud: Cloud) -> Tasks:
    return Tasks(cloud)


def secret(tasks: Tasks, **more: Any) -> str:
    made = tasks.cloud.client("secretsmanager").create_secret(
        Name="db", SecretString='{"user": "me"}', **more
    )
    return str(made["ARN"])


def parameter(tasks: Tasks, **more: Any) -> str:
    tasks.cloud.client("ssm").put_parameter(Name="/web/key", Value="x", Type="SecureString", **more)
    return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/web/key"


def test_the_role_must_be_allowed_to_read_the_secret(tasks: Tasks) -> None:
    arn = secret(tasks)
    told = tasks.start(arn)
    assert "is not authorized to perform: secretsmanager:GetSecretValue" in told
    assert "assumed-role/execution/" in told


@pytest.mark.parametrize(("end", "starts"), [("", False), ("-??????", True)])
def test_iam_compares_the_whole_arn_of_a_secret_that_was_named_without_its_end(
    tasks: Tasks, end: str, starts: bool
) -> None:
    short = secret(tasks).rpartition("-")[0]
    told = tasks.start(short, allow("secretsmanager:GetSecretValue", f"{short}{end}"))
    assert ("not authorized" in told) != starts and (told == "") == starts


def test_a_secret_or_a_key_of_it_that_is_not_there(tasks: Tasks) -> None:
    everything = allow("secretsmanager:*", "*")
    told = tasks.start(f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:x-AbCdEf", everything)
    assert "can't find the specified secret" in told


def test_a_json_key_that_is_not_there(tasks: Tasks) -> None:
    told = tasks.start(f"{secret(tasks)}:password::", allow("secretsmanager:*", "*"))
    assert "did not contain json key password" in told


# Who may decrypt -> whether a task starts. The key lets the account decide, as by default, or somebody alone.
VIA = {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
OTHER = {"StringEquals": {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"}}
DECRYPT: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "nobody": ([], False),
    "the role": ([allow("kms:Decrypt", "*")], True),
    "the role through Secrets Manager": ([allow("kms:Decrypt", "*", Condition=VIA)], True),
    "the role through another service": ([allow("kms:Decrypt", "*", Condition=OTHER)], False),
}


@pytest.mark.parametrize("who", DECRYPT)
def test_a_secret_under_a_customers_key_wants_the_key_too(tasks: Tasks, who: str) -> None:
    statements, starts = DECRYPT[who]
    key = tasks.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    told = tasks.start(secret(tasks, KmsKeyId=key), allow("secretsmanager:*", "*"), *statements)
    assert told == "" if starts else "Access to KMS is not allowed" in told


def test_a_key_may_let_the_role_in_by_itself(tasks: Tasks) -> None:
    key = key_for(tasks.cloud, {"AWS": tasks.role})
    assert tasks.start(secret(tasks, KmsKeyId=key), allow("secretsmanager:*", "*")) == ""


def test_a_parameter_under_a_customers_key(tasks: Tasks) -> None:
    key = tasks.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    told = tasks.start(parameter(tasks, KeyId=key), allow("ssm:GetParameters", "*"))
    assert "The ciphertext refers to a customer master key" in told


def test_a_parameter_under_awss_key(tasks: Tasks) -> None:
    assert tasks.start(parameter(tasks), allow("ssm:GetParameters", "*")) == ""


def test_a_task_gets_the_version_that_its_definition_names(tasks: Tasks) -> None:
    everything = allow("secretsmanager:*", "*")
    arn = secret(tasks)
    manager = tasks.cloud.client("secretsmanager")
    (first,) = manager.describe_secret(SecretId=arn)["VersionIdsToStages"]
    manager.put_secret_value(SecretId=arn, SecretString='{"other": "me"}')
    assert tasks.start(f"{arn}:user::{first}", everything) == ""


@pytest.mark.parametrize(
    ("named", "why"),
    [("user::" + "0" * 32, "for VersionId: 000"), ("user:AWSPENDING:", "for staging label: AWSPENDING")],
)  # fmt: skip
def test_a_version_that_is_not_there(tasks: Tasks, named: str, why: str) -> None:
    told = tasks.start(f"{secret(tasks)}:{named}", allow("secretsmanager:*", "*"))
    assert f"can't find the specified secret value {why}" in told


def test_a_deleted_secret_starts_no_task(tasks: Tasks) -> None:
    arn = secret(tasks)
    tasks.cloud.client("secretsmanager").delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    told = tasks.start(arn, allow("secretsmanager:*", "*"))
    assert "it was marked for deletion" in told


def test_a_version_of_a_parameter_cannot_be_named(tasks: Tasks) -> None:
    arn = parameter(tasks)
    container = {
        "name": "app",
        "image": "nginx",
        "memory": 128,
        "secrets": [{"name": "KEY", "valueFrom": f"{arn}:1"}],
    }
    code, message = tasks.cloud.refused(
        "ecs", "register_task_definition", family="web", cpu="256", memory="512", networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"], containerDefinitions=[container], executionRoleArn=tasks.role,
    )  # fmt: skip
    assert code == "ClientException" and "name specified for secret KEY is invalid" in message
