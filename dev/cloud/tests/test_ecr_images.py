"""ECR: images, tags and digests."""

from __future__ import annotations

import json
from typing import Any

from conftest import Cloud


def push(cloud: Cloud, content: str, tag: str = "v1", platforms: list[str] | None = None) -> str:
    body = {
        "repository": "web",
        "tag": tag,
        "content": content,
        "region": "eu-central-1",
        "platforms": platforms or [],
    }
    return str(cloud.control("POST", "/images/push", body)["digest"])


def tags(cloud: Cloud) -> dict[str, list[str]]:
    """Digest -> tags."""
    found = cloud.client("ecr").describe_images(repositoryName="web")["imageDetails"]
    return {it["imageDigest"]: it.get("imageTags", []) for it in found}


def test_an_image_that_loses_its_tag_stays(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="web")
    one = push(cloud, "one")
    assert push(cloud, "one") == one
    two = push(cloud, "two")
    assert tags(cloud) == {one: [], two: ["v1"]}
    push(cloud, "one")
    assert tags(cloud) == {one: ["v1"], two: []}


def test_a_tag_more_changes_neither_the_digest_nor_the_age(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    digest = push(cloud, "one", platforms=["linux/amd64", "linux/arm64"])

    def pushed() -> dict[str, Any]:
        """By digest: an index and its manifests may come in two different seconds."""
        told = ecr.describe_images(repositoryName="web")["imageDetails"]
        return {it["imageDigest"]: it["imagePushedAt"] for it in told}

    before = pushed()
    cloud.control("POST", "/clock", {"advance": 3600})
    image = ecr.batch_get_image(repositoryName="web", imageIds=[{"imageDigest": digest}])["images"][
        0
    ]
    again: dict[str, Any] = {
        "repositoryName": "web",
        "imageManifest": image["imageManifest"],
        "imageManifestMediaType": image["imageManifestMediaType"],
        "imageDigest": digest,
        "imageTag": "kept",
    }
    assert ecr.put_image(**again)["image"]["imageId"]["imageDigest"] == digest
    assert tags(cloud)[digest] == ["v1", "kept"]
    assert pushed() == before
    code, _ = cloud.refused("ecr", "put_image", **again)
    assert code == "ImageAlreadyExistsException"
    code, _ = cloud.refused("ecr", "put_image", **again | {"imageDigest": "sha256:" + "0" * 64})
    assert code == "ImageDigestDoesNotMatchException"


def test_immutable_tags(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    push(cloud, "one")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/x", "layers": []})
    code, _ = cloud.refused(
        "ecr", "put_image", repositoryName="web", imageTag="v1", imageManifest=manifest
    )
    assert code == "ImageTagAlreadyExistsException"


def test_an_index_and_what_it_names(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web")
    index = push(cloud, "one", platforms=["linux/amd64", "linux/arm64"])
    children = [digest for digest in tags(cloud) if digest != index]
    assert len(children) == 2
    answer = ecr.batch_delete_image(repositoryName="web", imageIds=[{"imageDigest": children[0]}])
    assert answer["failures"][0]["failureCode"] == "ImageReferencedByManifestList"
    missing = {"digest": "sha256:" + "0" * 64}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "x", "manifests": [missing]})
    code, _ = cloud.refused(
        "ecr", "put_image", repositoryName="web", imageTag="v2", imageManifest=manifest
    )
    assert code == "ReferencedImagesNotFoundException"


def test_the_last_tag_takes_the_image_along(cloud: Cloud) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web")
    one, two = push(cloud, "one", "a"), push(cloud, "two", "b")
    push(cloud, "one", "c")
    ids = [{"imageTag": "a"}, {"imageTag": "b"}]
    ecr.batch_delete_image(repositoryName="web", imageIds=ids)
    assert tags(cloud) == {one: ["c"]}
    assert two != one
