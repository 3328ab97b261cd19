"""The runs that README.md shows are what a terminal shows today."""

from __future__ import annotations

import os
import re

from terminal import seen
from world import ROOT, Cloud, Stack

README = ROOT / "README.md"
BROKEN = "public.ecr.aws/acme/orders:1.5.0"
LOGS = [
    "INFO  orders 1.5.0 starts",
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 12, in <module>',
    "    url = os.environ['DATABASE_URL']",
    "KeyError: 'DATABASE_URL'",
]
# What is another each time: ids, times, and what depends on them.
CHANGING = (
    (r"[0-9a-f]{32}", "<task>"),
    (r"ecs-svc/\d+", "ecs-svc/<id>"),
    (r"\borders-[0-9a-z]{5}(?=-\d+\.|/)", "orders-<hash>"),
    (r"-\d+\.(eu-west-1)", r"-<id>.\1"),
    (r"/[0-9a-f]{16}\b", "/<id>"),
    (r"after (\d+ min )?\d+ s\b", "after <time>"),
    (r"\d+(\.\d+)?s\b", "<time>"),
    (r"(\d+)m<time>", "<time>"),
    # The table's columns, and the last branch of a tree.
    (r" +", " "),
    ("└─", "├─"),
)


def same_each_time(text: str) -> list[str]:
    """The lines, in one order: children that wait for nothing come up in any."""
    for pattern, name in CHANGING:
        text = re.sub(pattern, name, text)
    return sorted(text.splitlines())


def shown(page: str) -> list[str]:
    """The runs of the page, in its order."""
    return re.findall(r"^```console\n(\$ pulumi up.*?)^```$", page, re.M | re.S)


def test_the_readme_shows_what_a_terminal_shows(stack: Stack, cloud: Cloud) -> None:
    stack.write(
        name="shop", resources={"orders": service("public.ecr.aws/acme/orders:1.4.2")}, outputs={"url": "${orders.url}"}
    )
    good = seen(stack, "up", "--yes", "--skip-preview")
    cloud.behave(BROKEN, run="exit", code=1, after=1, logs=LOGS)
    stack.write(name="shop", resources={"orders": service(BROKEN)}, outputs={"url": "${orders.url}"})
    failed = seen(stack, "up", "--yes", "--skip-preview")
    page = README.read_text()
    before = shown(page)
    if os.environ.get("UPDATE_EXPECT"):
        for old, new in zip(before, (good, failed), strict=True):
            page = page.replace(old, new)
        README.write_text(page)
        return
    for old, new in zip(before, (good, failed), strict=True):
        assert same_each_time(old) == same_each_time(new), "Record it: UPDATE_EXPECT=1"


def service(image: str) -> dict[str, object]:
    properties = {"name": "orders", "image": image, "useDefaultVpc": True, "preset": "dev", "silence": ["plainHttp"]}
    return {"type": "fargate:FargateWebService", "properties": properties}
