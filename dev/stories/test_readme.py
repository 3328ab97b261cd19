"""The runs that README.md shows are what a terminal shows today."""

from __future__ import annotations

import os
import re
from itertools import groupby

from building import Builder, lay_base
from terminal import seen
from world import ROOT, Cloud, Stack

pytest_plugins = ["building"]

README = ROOT / "README.md"
BROKEN = "public.ecr.aws/acme/orders:1.5.0"
LOGS = [
    "INFO  orders 1.5.0 starts",
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 12, in <module>',
    "    url = os.environ['DATABASE_URL']",
    "KeyError: 'DATABASE_URL'",
]
CANARY = {"strategy": "canary", "canary": {"percent": 10, "bakeTimeInMinutes": 5}, "bakeTimeInMinutes": 5}
# Of a line in a log: what the deployment does, and how much of the traffic the new revision has.
STAGE = re.compile(r"; (Revision 2 serves|[a-z ]+): (?:(\d+) % of the traffic)?")
# Those that last long enough to be seen by everybody.
STAGES = [
    ("starting tasks beside the old ones", "0"),
    ("shifting the traffic", "10"),
    ("baking", "100"),
    ("Revision 2 serves", ""),
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
    return re.findall(r"^```console\n(\$ pulumi .*?)^```$", page, re.M | re.S)


def shows(*runs: str, first: int = 0) -> None:
    """The page shows these runs, from one on; `UPDATE_EXPECT=1` writes them."""
    page = README.read_text()
    before = shown(page)[first : first + len(runs)]
    for old, new in zip(before, runs, strict=True):
        if os.environ.get("UPDATE_EXPECT"):
            page = page.replace(old, new)
        else:
            assert same_each_time(old) == same_each_time(new), "Record it: UPDATE_EXPECT=1"
    README.write_text(page)


def test_the_readme_shows_what_a_terminal_shows(stack: Stack, cloud: Cloud) -> None:
    stack.write(
        name="shop", resources={"orders": service("public.ecr.aws/acme/orders:1.4.2")}, outputs={"url": "${orders.url}"}
    )
    good = seen(stack, "up", "--yes", "--skip-preview")
    cloud.behave(BROKEN, run="exit", code=1, after=1, logs=LOGS)
    stack.write(name="shop", resources={"orders": service(BROKEN)}, outputs={"url": "${orders.url}"})
    failed = seen(stack, "up", "--yes", "--skip-preview")
    shows(good, failed)


def test_the_readme_shows_how_a_canary_moves_the_traffic(stack: Stack, cloud: Cloud) -> None:
    """In a log, where each line stays; how many there are in between depends on the machine."""
    for tag in ("1.4.2", "1.6.0"):
        resource = service(f"public.ecr.aws/acme/orders:{tag}", desiredCount=2, deployment=CANARY)
        stack.write(name="shop", resources={"orders": resource})
        if tag == "1.4.2":
            stack.up()
    # Recorded slowly, so that the targets are looked at in each stage.
    cloud.control("POST", "clock", {"speed": 0.1 if os.environ.get("UPDATE_EXPECT") else 0.01})
    told = [line for line in stack.up("--non-interactive").text.splitlines() if "orders-service updat" in line]
    new = "\n".join(["$ pulumi up --yes --skip-preview --non-interactive", *(line.strip() for line in told), ""])
    page = README.read_text()
    old = shown(page)[2]
    if os.environ.get("UPDATE_EXPECT"):
        README.write_text(page.replace(old, new))
    for told in (new, shown(README.read_text())[2]):
        assert [it for it, _ in groupby(it for it in STAGE.findall(told) if it in STAGES)] == STAGES, told


def test_the_readme_shows_what_an_edit_changes(builds: Stack, builder: Builder) -> None:
    lay_base(builder)
    builds.example("build", "yaml")
    builds.up()
    server = builds.folder.parent / "app" / "server.py"
    server.write_text(server.read_text().replace("hello", "good day"))
    shows(seen(builds, "preview"), first=3)


def service(image: str, **more: object) -> dict[str, object]:
    properties = {"name": "orders", "image": image, "useDefaultVpc": True, "preset": "dev", "silence": ["plainHttp"]}
    return {"type": "fargate:FargateWebService", "properties": properties | more}
