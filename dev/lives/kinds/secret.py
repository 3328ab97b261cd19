"""A secret of Secrets Manager, with the values that the program gives."""

from __future__ import annotations

import json
from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from others import RESOURCE, Call, Tags, member
from rows import Facts, Feature, Input, Kind, Place, Row
from state import Entry


def look(cloud: Cloud, it: Entry) -> Facts:
    manager = cloud.client("secretsmanager")
    found = manager.describe_secret(SecretId=it.id)
    current = manager.get_secret_value(SecretId=it.id)
    return {
        "values": json.loads(current["SecretString"]),
        "kmsKeyId": found.get("KmsKeyId"),
        "tags": program_tags(by_key(found["Tags"])),
    }


def other_values(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    cloud.client("secretsmanager").put_secret_value(SecretId=it.id, SecretString=json.dumps(value))


def delete(cloud: Cloud, it: Entry) -> None:
    cloud.client("secretsmanager").delete_secret(SecretId=it.id, ForceDeleteWithoutRecovery=True)


def foreign(at: Place, name: str) -> None:
    manager = at.client("secretsmanager")
    # Ours, which waits for its deletion, still has the name.
    manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    manager.create_secret(Name=name, SecretString="{}")


KIND = Kind(
    "fargate:secretsmanager:Secret",
    {
        "values": Row({"KEY": "our value"}, {"KEY": "a second", "OTHER": '"{}'}, change=other_values),
        "kmsKeyId": Row(
            "$key1", "$key2", change=Call("secretsmanager", "update_secret", "SecretId", member("KmsKeyId"))
        ),
        "recoveryDays": Row(7, 0),
    },
    look=look,
    delete=delete,
    tag=Tags("secretsmanager", *RESOURCE, "SecretId"),
    foreign=foreign,
    feature=Feature(
        "secret values",
        {"secretValues": {"DB_PASSWORD": "hunter2"}},
        {
            "secretValues": Input({"DB_PASSWORD": "hunter3", "OTHER": "hunter4"}),
            "secretKmsKeyArn": Input("$key1"),
            "secretRecoveryDays": Input(14),
        },
    ),
)
