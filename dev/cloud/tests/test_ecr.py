"""ECR: repositories."""

from __future__ import annotations

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


def test_the_key_is_told_by_its_arn_however_it_was_given(cloud: Cloud) -> None:
    home = "arn:aws:kms:eu-central-1:123456789012"
    kms = cloud.client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/images", TargetKeyId=made["KeyId"])
    given = ["alias/images", f"{home}:alias/images", made["KeyId"], made["Arn"]]
    for number, key in enumerate(given):
        encryption = {"encryptionType": "KMS", "kmsKey": key}
        answer = cloud.client("ecr").create_repository(
            repositoryName=f"web{number}", encryptionConfiguration=encryption
        )
        assert answer["repository"]["encryptionConfiguration"]["kmsKey"] == made["Arn"]


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
