"""Pipelines that deploy by themselves: the workflow of examples/pipeline that uses the AWS CLI, and what `pulumi up` leaves to it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from world import COMPONENT, IMAGE, ROOT, Cloud, Ran, Stack, wait_for

PIPELINE = ROOT / "examples" / "pipeline" / "aws-cli"

# What a builder does here: an image is its name.
DOCKER = """#!{python}
import json, sys, urllib.request
command, name = sys.argv[1], sys.argv[-1]
if command == "login":
    assert sys.stdin.read().strip() and name == "{registry}", sys.argv
if command == "push":
    repository, tag = name.partition("/")[2].split(":")
    image = {{"repository": repository, "tag": tag, "content": tag, "region": "{region}", "platforms": ["linux/amd64"]}}
    request = urllib.request.Request("{cloud}/_cloud/images/push", json.dumps(image).encode(), method="POST")
    urllib.request.urlopen(request).read()
"""


def service_of(cloud: Cloud) -> dict[str, Any]:
    ecs = cloud.client("ecs")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    (arn,) = ecs.list_services(cluster=cluster)["serviceArns"]
    return dict(ecs.describe_services(cluster=cluster, services=[arn])["services"][0])


def runs(cloud: Cloud) -> list[str]:
    """The images of the tasks that run."""
    ecs = cloud.client("ecs")
    cluster = service_of(cloud)["clusterArn"]
    arns = ecs.list_tasks(cluster=cluster)["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    return [container["image"] for task in tasks for container in task["containers"]]


def changes(stack: Stack) -> list[str]:
    """What a preview would do to the resources of the service."""
    return [str(it) for it in stack.plan() if it.type != COMPONENT]


class Job:
    """The job of the workflow: its own step, on a machine with an AWS CLI and a builder."""

    def __init__(self, stack: Stack, cloud: Cloud, folder: Path) -> None:
        self.stack, self.cloud = stack, cloud
        workflow = yaml.safe_load((PIPELINE / "deploy.yml").read_text())
        (self.step,) = (step for step in workflow["jobs"]["deploy"]["steps"] if "run" in step)
        self.tools = folder / "tools"
        self.tools.mkdir()
        registry = str(stack.outputs()["repositoryUrl"]).partition("/")[0]
        docker = DOCKER.format(python=sys.executable, registry=registry, region=cloud.region, cloud=cloud.url)
        tools = {
            "docker": docker,
            "aws": f'#!/bin/sh\nexec "{sys.executable}" -m awscli "$@"\n',
            # Time goes faster here.
            "sleep": f"#!/bin/sh\nexec {shutil.which('sleep')} 0.2\n",
        }
        for name, text in tools.items():
            (self.tools / name).write_text(text)
            (self.tools / name).chmod(0o755)
        shutil.copy(PIPELINE / "with_image.py", stack.folder.parent)

    def starts(self, commit: str) -> subprocess.Popen[str]:
        assert self.step["working-directory"] == "infra"
        # What GitHub and the step before set, and the tools of its machine.
        env = self.stack.env | {"GITHUB_SHA": commit, "AWS_DEFAULT_REGION": self.cloud.region}
        env["PATH"] = f"{self.tools}:{env['PATH']}"
        # As GitHub runs a step.
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.step["run"]]
        out, errors = subprocess.PIPE, subprocess.STDOUT
        return subprocess.Popen(command, cwd=self.stack.folder, env=env, stdout=out, stderr=errors, text=True)

    def deploys(self, commit: str, fails: bool = False) -> Ran:
        with self.starts(commit) as running:
            text, _ = running.communicate(timeout=240)
        ran = Ran(running.returncode, text)
        assert (ran.code != 0) == fails, f"{ran.text}\n{self.cloud.tail()}"
        return ran

    def deploys_with_approvals(self, commit: str) -> list[str]:
        """The log of a run in which a person approves each pause that it shows."""
        log = []
        with self.starts(commit) as running:
            assert running.stdout
            for line in running.stdout:
                log.append(line)
                if paused := re.search(r"^(arn:\S+): IN_PROGRESS\s\S+\s(ecs-pause-\S+)$", line):
                    arn, hook = paused.groups()
                    self.cloud.client("ecs").continue_service_deployment(serviceDeploymentArn=arn, hookId=hook)
        assert running.returncode == 0, f"{''.join(log)}\n{self.cloud.tail()}"
        return log


def test_a_pipeline_deploys_with_the_aws_cli_and_up_keeps_what_it_deployed(
    stack: Stack, cloud: Cloud, tmp_path: Path
) -> None:
    program = yaml.safe_load((PIPELINE / "infra" / "Pulumi.yaml").read_text())
    del program["name"], program["runtime"]
    properties = program["resources"]["deployedStore"]["properties"]
    properties |= {"preset": "dev", "name": "store", "autoscaling": {"enabled": True}}
    stack.write(**program)
    stack.run("stack", "init", "production")
    stack.up().says("no image was deployed yet", "aws ecs update-service")
    stack.no_change()
    assert runs(cloud) == []

    job = Job(stack, cloud, tmp_path)
    url = stack.outputs()["repositoryUrl"]
    job.deploys("one")
    assert runs(cloud) == [f"{url}:one"]
    # Now it may scale.
    plan = changes(stack)
    assert "update deployedStore-running-image" in plan and "update deployedStore-scaling" in plan, plan
    assert "update deployedStore-task-definition" not in plan, plan
    stack.up()
    stack.no_change()

    job.deploys("two")
    cloud.forget_calls()
    stack.no_change()
    assert cloud.counts() == {}, "what was found once is not looked for again"
    deployed = service_of(cloud)["taskDefinition"]
    stack.refresh().says("deployedTaskDefinitionArn")
    assert stack.resources()["deployedStore-service"]["outputs"]["deployedTaskDefinitionArn"] == deployed
    stack.no_change()

    # What the program changes goes with the image that runs.
    properties |= {"environment": {"COLOR": "blue"}}
    stack.write(**program)
    assert changes(stack) == ["update deployedStore-task-definition", "update deployedStore-service"]
    stack.up()
    assert set(runs(cloud)) == {f"{url}:two"}
    assert stack.outputs()["serviceName"] == "store"
    stack.no_change()
    # And the next image with what the program changed.
    job.deploys("three")
    ecs = cloud.client("ecs")
    newest = ecs.describe_task_definition(taskDefinition=service_of(cloud)["taskDefinition"])["taskDefinition"]
    (container,) = newest["containerDefinitions"]
    assert container["image"] == f"{url}:three"
    assert {"name": "COLOR", "value": "blue"} in container["environment"]

    cloud.behave(f"{url}:four", run="exit", code=1)
    served = service_of(cloud)["taskDefinition"]
    failed = job.deploys("four", fails=True)
    failed.says(
        "ROLLBACK_SUCCESSFUL", "failed. Its reason", "the circuit breaker threshold was exceeded", f'"{served}"'
    )
    stack.no_change()
    assert set(runs(cloud)) == {f"{url}:three"}
    # A new deployment alone is one of what runs.
    properties |= {"triggers": {"configuration": "2"}}
    stack.write(**program)
    assert changes(stack) == ["update deployedStore-service"]
    stack.up()
    assert set(runs(cloud)) == {f"{url}:three"}
    stack.destroy()
    # Revisions that the pipeline registered are not the program's.
    assert {it.split()[0] for it in cloud.objects()} <= {"ecs:task-definition"}


def test_a_pipeline_waits_for_bake_times_and_for_a_person(stack: Stack, cloud: Cloud, tmp_path: Path) -> None:
    """A canary with the bake times that it has unless the program says otherwise: 25 minutes."""
    cloud.control("POST", "clock", {"speed": 0.01})
    program = yaml.safe_load((PIPELINE / "infra" / "Pulumi.yaml").read_text())
    del program["name"], program["runtime"]
    properties = program["resources"]["deployedStore"]["properties"]
    properties |= {"preset": "dev", "name": "store", "deployment": {"strategy": "canary"}}
    stack.write(**program)
    stack.run("stack", "init", "production")
    stack.up()
    job = Job(stack, cloud, tmp_path)
    url = stack.outputs()["repositoryUrl"]
    job.deploys("one").says("BAKE_TIME", "SUCCESSFUL")
    assert set(runs(cloud)) == {f"{url}:one"}

    properties["deployment"]["pause"] = "approve"
    stack.write(**program)
    stack.up()
    log = "".join(job.deploys_with_approvals("two"))
    # A share, and then the rest.
    assert len(set(re.findall(r"ecs-pause-\S+", log))) == 2, log
    assert set(runs(cloud)) == {f"{url}:two"}
    stack.no_change()

    properties["deployment"]["pause"] = "none"
    stack.write(**program)
    stack.up()
    cloud.behave(f"{url}:three", run="exit", code=1)
    job.deploys("three", fails=True).says("ROLLBACK_SUCCESSFUL", "failed. Its reason")
    assert set(runs(cloud)) == {f"{url}:two"}
    stack.destroy()


def test_a_first_image_runs_until_others_deploy_the_next(stack: Stack, cloud: Cloud) -> None:
    program: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev", "image": IMAGE, "externalImage": True}
    stack.service(**program)
    stack.up()
    assert runs(cloud) == [IMAGE]
    ecs, service = cloud.client("ecs"), service_of(cloud)
    described = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    # As the example makes the next revision.
    changed = subprocess.run(
        [sys.executable, PIPELINE / "with_image.py", "public.ecr.aws/nginx/nginx:1.28"],
        input=json.dumps(described, default=str),
        capture_output=True,
        text=True,
        check=True,
    )
    made = ecs.register_task_definition(**json.loads(changed.stdout))
    theirs = made["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=service["clusterArn"], service=service["serviceArn"], taskDefinition=theirs)
    wait_for("their deployment", lambda: set(runs(cloud)) == {"public.ecr.aws/nginx/nginx:1.28"})
    stack.no_change()
    # Another first image is none for a service that runs one.
    stack.service(**program | {"image": "public.ecr.aws/nginx/nginx:1.29"})
    stack.up()
    assert set(runs(cloud)) == {"public.ecr.aws/nginx/nginx:1.28"}
    # The program takes the image back.
    stack.service(**program | {"externalImage": False})
    stack.up()
    assert set(runs(cloud)) == {IMAGE}
    # And gives it away, which deploys nothing.
    deployments = service_of(cloud)["deployments"][0]["id"]
    stack.service(**program)
    stack.up()
    assert service_of(cloud)["deployments"][0]["id"] == deployments
    stack.no_change()
    stack.destroy()


def test_the_page_shows_the_files_of_the_example() -> None:
    page = (ROOT / "docs" / "pipeline.md").read_text()
    files = [it for it in (ROOT / "examples" / "pipeline").rglob("*.*") if it.is_file()]
    assert len(files) == 5, files
    for file in files:
        assert f"\n{file.read_text()}```\n" in page, (
            f"docs/pipeline.md does not show {file.relative_to(ROOT)} as it is."
        )
