"""The table of deployments (dev/lives/deployments.toml): what each one is, how it is brought about, and its words without chance.

The lives lead all of them with the small engine; the stories some of them with the real one.
"""

from __future__ import annotations

import fcntl
import json
import re
import threading
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from account import ACCOUNT, ROOT, Cloud
from approvals import answer, pause
from world import wait_for

TABLE = ROOT / "dev" / "lives" / "deployments.toml"
TEXTS = TABLE.with_suffix(".txt")
BASE: dict[str, Any] = {"useDefaultVpc": True, "name": "shop", "preset": "dev", "healthCheckGracePeriodSeconds": 0}
FUNCTIONS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function"
GOOD = "public.ecr.aws/shop/good:1"
# Longer than anything takes here.
PATIENCE = 60.0


@dataclass(frozen=True)
class Story:
    """A row of the table."""

    name: str
    # Those of a group happen to one service, one after another.
    group: str
    # `ok` or `failed`.
    ends: str
    # What the program says, beside the image.
    inputs: dict[str, Any] = field(default_factory=dict)
    # What the image does when it runs (dev/cloud/deployments.md); it serves unless this says otherwise.
    does: dict[str, Any] = field(default_factory=dict)
    # The image, if its name matters.
    image: str = ""
    # It is the service's first deployment.
    first: bool = False
    # What the program said before, beside another image.
    was: dict[str, Any] = field(default_factory=dict)
    # How fast time goes: 0 for at once, 1 for as in AWS.
    speed: float = 0.0
    # What is there before, by name (BEFORE).
    before: tuple[str, ...] = ()
    # What others do while it is watched, by name (MEANWHILE).
    meanwhile: str = ""
    # How long an update or a create may take.
    timeout: str = ""
    # What the caller may not do.
    without: str = ""
    # Once more through the real engine.
    real: bool = False

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def runs(self) -> str:
        return self.image or f"public.ecr.aws/shop/{self.slug}:1"

    def program(self) -> dict[str, Any]:
        return BASE | {"image": self.runs()} | self.inputs

    def before_it(self) -> dict[str, Any]:
        return BASE | {"image": GOOD} | self.was

    def is_alone(self) -> bool:
        """It needs a service of its own, and the next one does not want what it leaves."""
        return bool(self.first or self.was or self.before or self.without or self.timeout or self.group in ALONE)


# Whose stories leave many stopped tasks, or a service that others have changed.
ALONE = ("early", "others", "moving")


def stories() -> list[Story]:
    """The table, in its order."""
    rows = tomllib.loads(TABLE.read_text())["story"]
    return [Story(**{name: tuple(it) if name == "before" else it for name, it in row.items()}) for row in rows]


# What is there before.


def _no_log_group(cloud: Cloud) -> None:
    cloud.client("logs").delete_log_group(logGroupName="/fargate/shop")


def _secret(name: str, **more: Any) -> Callable[[Cloud], None]:
    def make(cloud: Cloud) -> None:
        cloud.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps({"user": "u"}), **more)

    return make


def _secret_under_a_key(cloud: Cloud) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    _secret("locked", KmsKeyId=key)(cloud)


def _for_another_processor(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="arm")
    cloud.push("arm", "1", "arm image", "linux/arm64")


def _repository_without_image(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="empty")


def _function(answer: str) -> Callable[[Cloud], None]:
    def make(cloud: Cloud) -> None:
        answers = [{"hookStatus": answer}]
        cloud.control("PUT", "ecs/functions", {"arn": f"{FUNCTIONS}:smoke", "answers": answers})

    return make


BEFORE: dict[str, Callable[[Cloud], None]] = {
    "no log group": _no_log_group,
    "secret open": _secret("open"),
    "secret locked": _secret_under_a_key,
    "image for ARM": _for_another_processor,
    "empty repository": _repository_without_image,
    "function that fails": _function("FAILED"),
}


def filled(cloud: Cloud, value: Any) -> Any:
    """With ARNs for `$secret <name>`, and the registry of the account for `$registry`."""
    if isinstance(value, dict):
        return {name: filled(cloud, it) for name, it in value.items()}
    if isinstance(value, str):
        value = value.replace("$registry", f"{ACCOUNT}.dkr.ecr.{cloud.region}.amazonaws.com")
        return re.sub(r"\$secret (\w+)", lambda found: _arn(cloud, found[1]), value)
    return value


def _arn(cloud: Cloud, secret: str) -> str:
    return str(cloud.client("secretsmanager").describe_secret(SecretId=secret)["ARN"])


# What others do meanwhile.


def _service(cloud: Cloud) -> dict[str, Any]:
    (found,) = cloud.client("ecs").describe_services(cluster="shop", services=["shop"])["services"]
    return dict(found)


def _pipeline(cloud: Cloud) -> None:
    """A pipeline deploys a revision of its own."""
    ecs = cloud.client("ecs")
    newest = ecs.describe_task_definition(taskDefinition="shop")["taskDefinition"]
    kept = ("family", "networkMode", "requiresCompatibilities", "cpu", "memory", "executionRoleArn", "taskRoleArn")
    (container,) = newest["containerDefinitions"]
    made = ecs.register_task_definition(
        **{name: newest[name] for name in kept}, containerDefinitions=[container | {"image": GOOD}]
    )["taskDefinition"]
    ecs.update_service(cluster="shop", service="shop", taskDefinition=made["taskDefinitionArn"])


def _again(cloud: Cloud) -> None:
    """A person deploys the same revision once more."""
    cloud.client("ecs").update_service(cluster="shop", service="shop", forceNewDeployment=True)


def _stop(cloud: Cloud) -> None:
    """A person stops the deployment in the console."""
    cloud.client("ecs").stop_service_deployment(serviceDeploymentArn=_deployment(cloud)["serviceDeploymentArn"])


def _delete(cloud: Cloud) -> None:
    """A person deletes the service."""
    cloud.client("ecs").delete_service(cluster="shop", service="shop", force=True)


def _spot(cloud: Cloud) -> None:
    """AWS takes the capacity of the tasks that have started."""
    cloud.control("POST", "ecs/tasks/stop", {"service": "shop", "code": "SpotInterruption"})


def _deployment(cloud: Cloud) -> dict[str, Any]:
    ecs = cloud.client("ecs")
    newest = ecs.list_service_deployments(cluster="shop", service="shop")["serviceDeployments"][0]
    arns = [newest["serviceDeploymentArn"]]
    return dict(ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][0])


def _in_stage(cloud: Cloud, stage: str) -> None:
    """Waits for a stage of the newest deployment."""
    wait_for(stage, lambda: _deployment(cloud).get("lifecycleStage") == stage, PATIENCE)


def _decides(action: str) -> Callable[[Cloud], None]:
    """A person answers what the deployment pauses for."""
    return lambda cloud: answer(cloud, wait_for("the pause", lambda: pause(cloud), PATIENCE), action)


def _alarm(cloud: Cloud) -> None:
    """An alarm rings while the deployment waits."""
    _in_stage(cloud, "PRE_PRODUCTION_TRAFFIC_SHIFT")
    alarms = cloud.client("cloudwatch")
    (name,) = [
        it["AlarmName"]
        for it in alarms.describe_alarms()["MetricAlarms"]
        if it["AlarmName"].endswith("server-errors-alternate")
    ]
    alarms.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many")
    cloud.control("POST", "clock", {"advance": 60})


def _pipeline_in_the_shift(cloud: Cloud) -> None:
    """A pipeline deploys while a share of the traffic is at the new revision."""
    _in_stage(cloud, "PRODUCTION_TRAFFIC_SHIFT")
    _pipeline(cloud)


def _time(cloud: Cloud) -> None:
    """Nobody comes for a day."""
    cloud.control("POST", "clock", {"advance": 86400})


MEANWHILE: dict[str, Callable[[Cloud], None]] = {
    "a pipeline deploys": _pipeline,
    "a person deploys again": _again,
    "a person stops it": _stop,
    "a person deletes the service": _delete,
    "Spot interrupts": _spot,
    "a person approves": _decides("CONTINUE"),
    "a person refuses": _decides("ROLLBACK"),
    "an alarm rings": _alarm,
    "a pipeline deploys in the shift": _pipeline_in_the_shift,
    "a day goes by": _time,
}


class Meanwhile:
    """Does it once the deployment is watched, and then lets time go by at once."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self.cloud = cloud
        self.does = MEANWHILE.get(name)
        self.failed: BaseException | None = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> Meanwhile:
        if self.does:
            self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.does:
            self.thread.join(PATIENCE)
            assert self.failed is None, self.failed

    def run(self) -> None:
        try:
            end = time.monotonic() + PATIENCE
            while self.cloud.counts().get("ecs:DescribeServiceDeployments", 0) < 2:
                assert time.monotonic() < end, "the deployment was never watched"
                time.sleep(0.02)
            if self.does:
                self.does(self.cloud)
            self.cloud.control("POST", "clock", {"speed": 0})
        except BaseException as error:
            self.failed = error


# The words, without chance.

CHANCE = [
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "<moment>"),
    (re.compile(r"\bafter (\d+ min )?\d+ s\b|\bafter \d+ min\b"), "after <time>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<task>"),
    (re.compile(r"\becs-svc/\d+"), "ecs-svc/<n>"),
    (re.compile(r"(targetgroup/[\w-]+)/[0-9a-f]{16}"), r"\1/<id>"),
    (re.compile(r"(targetgroup/shop)-[0-9a-z]+/"), r"\1-<hash>/"),
    (re.compile(r"\b172\.\d+\.\d+\.\d+"), "<address>"),
    (re.compile(r"\bsubnet-[0-9a-f]+"), "<subnet>"),
    (re.compile(r"\b[Rr]evision \d+\b"), "Revision <n>"),
    (re.compile(r"\bshop:\d+\b"), "shop:<n>"),
    (re.compile(r"(service-deployment/shop/shop)/[\w-]+"), r"\1/<id>"),
    (re.compile(r"(:secret:\w+)-\w{6}\b"), r"\1-<id>"),
    (re.compile(r"\becs-pause-[\w-]+"), "ecs-pause-<id>"),
    (re.compile(r"request(?: id)? [0-9A-Za-z-]{8,}"), "request <id>"),
    (re.compile(r"\bRequestID: [0-9a-f-]+"), "RequestID: <id>"),
    # Where time stands still, as many fail as there are looks.
    (re.compile(r"\b\d{2,}(?= x |\d* tasks failed)"), "<many>"),
    (re.compile(r"(?<=failed so far: )\d{2,}"), "<many>"),
]


def without_chance(text: str) -> str:
    for pattern, name in CHANCE:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def grown_old(cloud: Cloud) -> None:
    """A role that was just made is not known everywhere yet."""
    cloud.control("POST", "clock", {"advance": 60})


def polls_after_the_end(cloud: Cloud) -> int:
    """How often the deployment was looked at after AWS had decided."""
    ecs = cloud.client("ecs")
    calls = cloud.calls()
    looked = [it for it in calls if it["operation"] == "DescribeServiceDeployments" and it["outcome"] == "ok"]
    if not looked:
        return 0
    (arn,) = {it["params"]["serviceDeploymentArns"][0] for it in looked[-1:]}
    (found,) = ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
    end = found.get("finishedAt")
    return 0 if end is None else sum(it["at"] >= end.timestamp() for it in looked)


def expected() -> dict[str, str]:
    """The words of each row, by its name."""
    if not Path(TEXTS).exists():
        return {}
    found = re.split(r"^## (.*)\n", TEXTS.read_text(), flags=re.M)
    return dict(zip(found[1::2], (it.strip("\n") for it in found[2::2]), strict=True))


def keep(texts: dict[str, str]) -> None:
    """Writes the words of these rows, and leaves those of the others."""
    with TABLE.open() as lock:
        # Several workers write.
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write(expected() | texts)


def _write(known: dict[str, str]) -> None:
    names = [it.name for it in stories()]
    head = "What a person is told of each deployment of deployments.toml. Made by test_deployments.py with UPDATE_EXPECT=1.\n"
    TEXTS.write_text(head + "".join(f"\n## {name}\n{known[name]}\n" for name in names if name in known))
