"""The image that the program names by a tag in ECR: it is looked up, and stands in the state."""

from __future__ import annotations

from account import ACCOUNT, REGION, Cloud
from rows import Kind, Row, Theirs


def image(cloud: Cloud, name: str) -> str:
    cloud.client("ecr").create_repository(repositoryName=name)
    cloud.push(name, "1", name)
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}:1"


KIND = Kind(
    "fargate:ecr:GivenImage",
    {"image": Row("$given1", "$given2"), "warning": Row("one", "two")},
    ground={name: Theirs(image, f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}:1") for name in ("given1", "given2")},
)
