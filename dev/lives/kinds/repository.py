"""A repository of ECR, with its lifecycle policy."""

from __future__ import annotations

import json
from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from others import RESOURCE, Call, Tags, member
from rows import Change, Facts, Kind, Place, Row
from state import Entry


def look(cloud: Cloud, it: Entry) -> Facts:
    ecr = cloud.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=[it.id])["repositories"]
    rules = json.loads(ecr.get_lifecycle_policy(repositoryName=it.id)["lifecyclePolicyText"])["rules"]
    counts = {rule["rulePriority"]: rule["selection"]["countNumber"] for rule in rules}
    encryption = found["encryptionConfiguration"]
    return {
        "imageTagMutability": found["imageTagMutability"],
        "scanOnPush": found["imageScanningConfiguration"]["scanOnPush"],
        "keepImages": counts[3],
        "keepUntaggedImages": counts[2],
        "kmsKeyArn": encryption.get("kmsKey") if encryption["encryptionType"] == "KMS" else "AES256",
        "tags": program_tags(by_key(ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"])),
    }


def lifecycle_rule(priority: int) -> Change:
    """The rule of the lifecycle policy with this priority."""

    def change(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        ecr = cloud.client("ecr")
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=it.id)["lifecyclePolicyText"])
        for rule in policy["rules"]:
            if rule["rulePriority"] == priority:
                rule["selection"]["countNumber"] = value
        ecr.put_lifecycle_policy(repositoryName=it.id, lifecyclePolicyText=json.dumps(policy))

    return change


def foreign(at: Place, name: str) -> None:
    at.client("ecr").create_repository(repositoryName=name)


def call(operation: str, members: Any) -> Call:
    return Call("ecr", operation, "repositoryName", members)


KIND = Kind(
    "fargate:ecr:Repository",
    {
        "imageTagMutability": Row(
            "MUTABLE", "IMMUTABLE", change=call("put_image_tag_mutability", member("imageTagMutability"))
        ),
        "scanOnPush": Row(
            True,
            False,
            change=call(
                "put_image_scanning_configuration", lambda value: {"imageScanningConfiguration": {"scanOnPush": value}}
            ),
        ),
        "keepImages": Row(30, 5, change=lifecycle_rule(3)),
        "keepUntaggedImages": Row(10, 7, change=lifecycle_rule(2)),
        "forceDelete": Row(False, True),
        "kmsKeyArn": Row("$key1", "$key2", absent="AES256"),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ecr").delete_repository(repositoryName=it.id, force=True),
    tag=Tags("ecr", *RESOURCE, "resourceArn", tags="tags", keys="tagKeys"),
    foreign=foreign,
)
