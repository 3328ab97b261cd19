"""The secret of an identity provider's client: its current version is looked up, and stands in the state."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Kind, Row, Theirs

CLIENT = "1example23456789abcdefghij"


def secret(cloud: Cloud, name: str) -> str:
    return str(cloud.client("secretsmanager").create_secret(Name=name, SecretString=f"{name} hunter2")["ARN"])


def _pool(cloud: Cloud, name: str) -> dict[str, Any]:
    """Each thing of the ground is made by its name alone, so who comes first makes the pool."""
    cognito = cloud.client("cognito-idp")
    for it in cognito.list_user_pools(MaxResults=10)["UserPools"]:
        if it["Name"] == name:
            return dict(cognito.describe_user_pool(UserPoolId=it["Id"])["UserPool"])
    return dict(cognito.create_user_pool(PoolName=name)["UserPool"])


def pool(cloud: Cloud, name: str) -> str:
    return str(_pool(cloud, name)["Arn"])


def client(cloud: Cloud, name: str) -> str:
    """Of the pool with the same number; the third one of the first pool."""
    of = "pool2" if name == "client2" else "pool1"
    made = cloud.client("cognito-idp").create_user_pool_client(
        UserPoolId=_pool(cloud, of)["Id"], ClientName=name, GenerateSecret=True
    )
    return str(made["UserPoolClient"]["ClientId"])


KIND = Kind(
    "fargate:secretsmanager:ClientSecret",
    {"secretArn": Row("$oidc1", "$oidc2")},
    ground={
        name: Theirs(secret, f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-AbCdEf")
        for name in ("oidc1", "oidc2")
    }
    | {
        name: Theirs(pool, f"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_{name}")
        for name in ("pool1", "pool2")
    }
    | {name: Theirs(client, CLIENT) for name in ("client1", "client2", "client3")},
)
