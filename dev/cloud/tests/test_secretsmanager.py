"""Secrets Manager: a deleted secret, versions, keys, and what the ledger keeps of a value."""

from __future__ import annotations

import pytest
from conftest import Cloud

DAY = 24 * 60 * 60
SCHEDULED = (
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
)
MARKED = (
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
)


def test_a_deleted_secret_keeps_its_name_until_its_window_ends(cloud: Cloud) -> None:
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name="db", SecretString="hunter2")
    manager.delete_secret(SecretId="db", RecoveryWindowInDays=7)
    assert "secretsmanager:secret" not in cloud.objects()
    assert manager.describe_secret(SecretId="db")["DeletedDate"]
    create = {"Name": "db", "SecretString": "other"}
    assert cloud.refused("secretsmanager", "create_secret", **create) == SCHEDULED
    for operation, more in (
        ("get_secret_value", {}),
        ("put_secret_value", {"SecretString": "x"}),
        ("update_secret", {"Description": "x"}),
        ("tag_resource", {"Tags": [{"Key": "team", "Value": "a"}]}),
        ("untag_resource", {"TagKeys": ["team"]}),
    ):
        assert cloud.refused("secretsmanager", operation, SecretId="db", **more) == MARKED
    cloud.control("POST", "/clock", {"advance": 6 * DAY})
    assert cloud.refused("secretsmanager", "create_secret", **create) == SCHEDULED
    cloud.control("POST", "/clock", {"advance": 2 * DAY})
    manager.create_secret(**create)


def test_a_restored_secret_has_its_values(cloud: Cloud) -> None:
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name="db", SecretString="hunter2")
    manager.delete_secret(SecretId="db", RecoveryWindowInDays=30)
    manager.restore_secret(SecretId="db")
    assert manager.get_secret_value(SecretId="db")["SecretString"] == "hunter2"
    assert cloud.objects()["secretsmanager:secret"] == ["db"]


def test_a_secret_that_is_deleted_without_recovery_frees_its_name(cloud: Cloud) -> None:
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name="db", SecretString="hunter2")
    manager.delete_secret(SecretId="db", ForceDeleteWithoutRecovery=True)
    # "If you forcibly delete an already deleted or nonexistent secret, the operation does not return
    # ResourceNotFoundException" (botocore).
    manager.delete_secret(SecretId="db", ForceDeleteWithoutRecovery=True)
    manager.create_secret(Name="db", SecretString="other")


@pytest.mark.parametrize("days", [6, 31])
def test_a_window_has_7_to_30_days(cloud: Cloud, days: int) -> None:
    cloud.client("secretsmanager").create_secret(Name="db", SecretString="x")
    delete = {"SecretId": "db", "RecoveryWindowInDays": days}
    code, _ = cloud.refused("secretsmanager", "delete_secret", **delete)
    assert code == "InvalidParameterException"


def test_a_version_is_added_once_and_never_changed(cloud: Cloud) -> None:
    manager = cloud.client("secretsmanager")
    first, second = "a" * 32, "b" * 32
    manager.create_secret(Name="db", SecretString="one", ClientRequestToken=first)
    put = {"SecretId": "db", "SecretString": "two", "ClientRequestToken": second}
    for _ in range(2):
        manager.put_secret_value(**put)
    stages = manager.describe_secret(SecretId="db")["VersionIdsToStages"]
    assert stages == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]}
    assert manager.get_secret_value(SecretId="db", VersionId=first)["SecretString"] == "one"
    for operation, text in (("put_secret_value", "three"), ("update_secret", "two")):
        again = put | {"SecretString": text}
        code, _ = cloud.refused("secretsmanager", operation, **again)
        assert code == "ResourceExistsException"


def test_a_key_must_be_there_and_enabled(cloud: Cloud) -> None:
    kms, manager = cloud.client("kms"), cloud.client("secretsmanager")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    missing = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
    create = {"Name": "db", "SecretString": "x"}
    code, _ = cloud.refused("secretsmanager", "create_secret", **create, KmsKeyId=missing)
    assert code == "EncryptionFailure"
    manager.create_secret(**create, KmsKeyId=key)
    assert manager.describe_secret(SecretId="db")["KmsKeyId"] == key
    kms.disable_key(KeyId=key.rpartition("/")[2])
    code, _ = cloud.refused("secretsmanager", "get_secret_value", SecretId="db")
    assert code == "DecryptionFailure"
    manager.update_secret(SecretId="db", KmsKeyId="alias/aws/secretsmanager")
    assert "KmsKeyId" not in manager.describe_secret(SecretId="db")


def test_the_ledger_keeps_no_value(cloud: Cloud) -> None:
    cloud.control("PUT", "/ledger", {"answers": True})
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name="db", SecretString="hunter2")
    manager.get_secret_value(SecretId="db")
    told = cloud.control("GET", "/ledger")["calls"]
    assert told[0]["params"]["SecretString"] == told[1]["answer"]["SecretString"] == "(sensitive)"
    assert "hunter2" not in str(told)
