"""ECR: repositories, tags, digests and lifecycle policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Cloud


def test_repositories(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="team/web", tags=[{"Key": "a", "Value": "b"}])
    code, _ = cloud.refused("ecr", "create_repository", repositoryName="team/web")
    assert code == "RepositoryAlreadyExistsException"
    code, message = cloud.refused("ecr", "create_repository", repositoryName="Web")
    assert code == "InvalidParameterException"
    assert message.startswith("Invalid parameter at 'repositoryName' failed to satisfy constraint")
    pushed = cloud.control(
        "POST",
        "/images/push",
        {"repository": "team/web", "tag": "v1", "content": "one", "region": "eu-central-1"},
    )
    found = ecr.describe_images(repositoryName="team/web", imageIds=[{"imageTag": "v1"}])
    assert found["imageDetails"][0]["imageDigest"] == pushed["digest"]
    code, _ = cloud.refused(
        "ecr", "describe_images", repositoryName="team/web", imageIds=[{"imageTag": "v2"}]
    )
    assert code == "ImageNotFoundException"
    answer = ecr.batch_get_image(repositoryName="team/web", imageIds=[{"imageTag": "v2"}])
    assert answer["failures"][0]["failureCode"] == "ImageNotFound"
    code, _ = cloud.refused("ecr", "delete_repository", repositoryName="team/web")
    assert code == "RepositoryNotEmptyException"
    ecr.delete_repository(repositoryName="team/web", force=True)
    code, _ = cloud.refused("ecr", "describe_repositories", repositoryNames=["team/web"])
    assert code == "RepositoryNotFoundException"
    assert cloud.objects() == {}


def push(cloud: Cloud, content: str) -> str:
    body = {"repository": "web", "tag": "v1", "content": content, "region": "eu-central-1"}
    return str(cloud.control("POST", "/images/push", body)["digest"])


def test_a_moved_tag_has_another_digest(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="web")
    one = push(cloud, "one")
    assert push(cloud, "one") == one
    two = push(cloud, "two")
    assert two != one
    found = cloud.client("ecr").describe_images(repositoryName="web", imageIds=[{"imageTag": "v1"}])
    assert found["imageDetails"][0]["imageDigest"] == two


def test_immutable_tags(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    push(cloud, "one")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/x", "layers": []})
    code, _ = cloud.refused(
        "ecr", "put_image", repositoryName="web", imageTag="v1", imageManifest=manifest
    )
    assert code == "ImageTagAlreadyExistsException"


def selection(**changes: Any) -> dict[str, Any]:
    base = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    return {**base, **changes}


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ([selection()], True),
        ([selection(countType="sinceImagePushed", countUnit="days", tagStatus="untagged")], True),
        ([selection(countType="sinceImagePushed")], False),
        ([selection(tagStatus="tagged")], False),
        ([selection(), selection(tagStatus="untagged")], False),
        ([selection(countNumber=0)], False),
    ],
)
def test_lifecycle_policies(cloud: Cloud, rules: list[dict[str, Any]], fits: bool) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web")
    text = json.dumps(
        {
            "rules": [
                {"rulePriority": n, "selection": rule, "action": {"type": "expire"}}
                for n, rule in enumerate(rules, 1)
            ]
        }
    )
    if fits:
        ecr.put_lifecycle_policy(repositoryName="web", lifecyclePolicyText=text)
        found = ecr.get_lifecycle_policy(repositoryName="web")["lifecyclePolicyText"]
        assert json.loads(found) == json.loads(text)
    else:
        code, message = cloud.refused(
            "ecr", "put_lifecycle_policy", repositoryName="web", lifecyclePolicyText=text
        )
        assert code == "InvalidParameterException" and "LifecyclePolicyText" in message


def test_a_repositorys_key_must_be_there_and_enabled(cloud: Cloud) -> None:
    def refused(key: str) -> str:
        encryption = {"encryptionType": "KMS", "kmsKey": key}
        return cloud.refused(
            "ecr", "create_repository", repositoryName="web", encryptionConfiguration=encryption
        )[0]

    kms = cloud.client("kms")
    made = kms.create_key()["KeyMetadata"]
    assert refused(made["Arn"].replace(made["KeyId"], "other")) == "KmsException"
    kms.disable_key(KeyId=made["KeyId"])
    assert refused(made["Arn"]) == "KmsException"
