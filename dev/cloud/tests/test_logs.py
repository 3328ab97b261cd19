"""CloudWatch Logs: log groups."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import REGION, Cloud

OWN = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def key_for(cloud: Cloud, principal: Any, **more: Any) -> str:
    """A key that lets somebody in beside the account."""
    lets_in = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "kms:*",
        "Resource": "*",
        **more,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [OWN, lets_in]})
    return str(cloud.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


def only(group: str) -> dict[str, Any]:
    arn = f"arn:aws:logs:{REGION}:123456789012:log-group:{group}"
    return {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}}


# The policy of the key -> whether logs of the group /web may lie under it.
KEYS: dict[str, tuple[dict[str, Any], bool]] = {
    "the account alone": ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
    "another region's logs": ({"Principal": {"Service": "logs.us-east-1.amazonaws.com"}}, False),
    "everybody's service": ({"Principal": {"Service": "logs.amazonaws.com"}}, False),
    "too little": (
        {"Principal": {"Service": f"logs.{REGION}.amazonaws.com"}, "Action": "kms:Decrypt*"},
        False,
    ),
    "another group": (
        {"Principal": {"Service": f"logs.{REGION}.amazonaws.com"}, "Condition": only("/x")},
        False,
    ),
    "this group": (
        {"Principal": {"Service": f"logs.{REGION}.amazonaws.com"}, "Condition": only("/web")},
        True,
    ),
    "every group": ({"Principal": {"Service": f"logs.{REGION}.amazonaws.com"}}, True),
}


@pytest.mark.parametrize("whom", KEYS)
def test_a_keys_policy_must_let_the_logs_in(cloud: Cloud, whom: str) -> None:
    statement, fits = KEYS[whom]
    key = key_for(
        cloud,
        **{"principal": statement["Principal"]}
        | {k: v for k, v in statement.items() if k != "Principal"},
    )
    if fits:
        cloud.client("logs").create_log_group(logGroupName="/web", kmsKeyId=key)
        return
    told = cloud.refused("logs", "create_log_group", logGroupName="/web", kmsKeyId=key)
    group = f"arn:aws:logs:{REGION}:123456789012:log-group:/web"
    message = (
        f"The specified KMS key does not exist or is not allowed to be used with Arn '{group}'"
    )
    assert told == ("AccessDeniedException", message)
    cloud.client("logs").create_log_group(logGroupName="/web")
    told = cloud.refused("logs", "associate_kms_key", logGroupName="/web", kmsKeyId=key)
    assert told == ("AccessDeniedException", message)


def test_a_key_must_be_enabled(cloud: Cloud) -> None:
    key = key_for(cloud, {"Service": f"logs.{REGION}.amazonaws.com"})
    cloud.client("kms").disable_key(KeyId=key.rpartition("/")[2])
    told = cloud.refused("logs", "create_log_group", logGroupName="/web", kmsKeyId=key)
    assert told[0] == "InvalidParameterException"


def test_log_groups(cloud: Cloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/web", tags={"a": "b"})
    code, _ = cloud.refused("logs", "create_log_group", logGroupName="/web")
    assert code == "ResourceAlreadyExistsException"
    code, _ = cloud.refused("logs", "create_log_group", logGroupName="a b")
    assert code == "InvalidParameterException"
    code, message = cloud.refused(
        "logs", "put_retention_policy", logGroupName="/web", retentionInDays=4
    )
    assert code == "InvalidParameterException" and "retentionInDays" in message
    logs.put_retention_policy(logGroupName="/web", retentionInDays=7)
    key = key_for(cloud, {"Service": f"logs.{REGION}.amazonaws.com"})
    logs.associate_kms_key(logGroupName="/web", kmsKeyId=key)
    assert logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="/web")
    assert "kmsKeyId" not in logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]
    found = logs.describe_log_groups(logGroupNamePrefix="/web")["logGroups"][0]
    assert found["retentionInDays"] == 7
    assert found["arn"].endswith(":*")
    arn = found["logGroupArn"]
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    code, _ = cloud.refused("logs", "list_tags_for_resource", resourceArn=found["arn"])
    assert code == "InvalidParameterException"
    logs.delete_log_group(logGroupName="/web")
    code, message = cloud.refused("logs", "delete_log_group", logGroupName="/web")
    assert (code, message) == (
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
