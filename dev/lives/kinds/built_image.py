"""The image that is built of a folder: it is found by the hash of that folder, and stands in the state.

Both hashes have an image in both repositories, so nothing has to be built here.
"""

from __future__ import annotations

from account import ACCOUNT, REGION, Cloud
from rows import Kind, Row, Theirs

HASHES = ("0" * 32, "1" * 32)


def repository(cloud: Cloud, name: str) -> str:
    cloud.client("ecr").create_repository(repositoryName=name)
    for it in HASHES:
        cloud.push(name, f"src-{it}", it)
    return name


def url(name: str) -> str:
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}"


KIND = Kind(
    "fargate:ecr:BuiltImage",
    {
        "repositoryName": Row("$built1", "$built2", changes_with={"repositoryUrl": url("built2")}),
        "repositoryUrl": Row(url("built1"), url("built2"), changes_with={"repositoryName": "$built2"}),
        "hash": Row(*HASHES),
        "context": Row("./app", "./other"),
        "dockerfile": Row("./app/Dockerfile", "./other/Dockerfile"),
        "target": Row("one", "two"),
        "args": Row({"A": "1"}, {"A": "2"}),
        "secrets": Row({"npm": "one"}, {"npm": "two"}),
        "architecture": Row("X86_64", "ARM64"),
        "builder": Row("podman", "docker"),
        "cacheFrom": Row(["type=gha"], []),
        "cacheTo": Row(["type=gha"], []),
        "extraOptions": Row([], ["--network=host"]),
        "onPreview": Row(False, True),
    },
    ground={"built1": Theirs(repository, "built1"), "built2": Theirs(repository, "built2")},
)
