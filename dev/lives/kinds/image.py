"""The image that a tag names: it is looked up, and stands in the state."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind(
    "fargate:ecr:Image",
    {
        "repositoryName": Row("$images1", "$images2"),
        "repositoryUrl": Row("$images1.url", "$images2.url"),
        "tag": Row("latest", "stable"),
        "image": Row("nginx:1.27", "nginx:1.28", needs={"tag": "latest"}),
        "architecture": Row("X86_64", "ARM64"),
    },
)
