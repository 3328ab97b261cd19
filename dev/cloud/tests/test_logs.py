"""CloudWatch Logs: log groups."""

from __future__ import annotations

from conftest import Cloud


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
    key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-1111-1111-111111111111"
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
