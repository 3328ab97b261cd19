"""From a folder to a URL: images that `up` builds with a real builder, and pushes to a real registry."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from building import SMALL, Builder, for_another_processor, lay_base, with_shell, write
from world import POLICIES, ROOT, Caller, Cloud, Stack, wait_for

pytest_plugins = ["building"]


def tags(cloud: Cloud) -> list[str]:
    """The tags of the images that were built, the oldest first."""
    ecr = cloud.client("ecr")
    found = ecr.describe_images(repositoryName="web")["imageDetails"]
    return [tag for it in found for tag in it.get("imageTags", []) if tag.startswith("src-")]


def once(cloud: Cloud) -> list[str]:
    """The tags that were used for one push and are still there."""
    images = cloud.images("web").values()
    return [tag for tags in images for tag in tags if tag.startswith("build-")]


def pushes(cloud: Cloud) -> int:
    """How many manifests a builder pushed."""
    return sum(it["operation"] == "PutImage" and "tag" not in str(it["params"]).lower() for it in cloud.calls())


def runs(cloud: Cloud) -> str:
    """The digest that the service's tasks run."""
    ecs = cloud.client("ecs")
    tasks = ecs.describe_tasks(cluster="web", tasks=ecs.list_tasks(cluster="web")["taskArns"])["tasks"]
    (digest,) = {container["imageDigest"] for task in tasks for container in task["containers"]}
    return str(digest)


def test_a_folder_becomes_a_url_in_one_up_and_an_edit_the_next_image(
    builds: Stack, cloud: Cloud, builder: Builder
) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY page.txt /\n", page__txt="one")
    builds.service(**SMALL, build="./app", architecture="ARM64")
    builds.up()
    (first,) = tags(cloud)
    assert once(cloud) == []
    one = runs(cloud)
    assert one == builds.resources()["web-built-image"]["outputs"]["digest"]
    assert builds.outputs()["url"].startswith("http://")
    assert builder.holds("arm64") and builder.holds("one")
    cloud.forget_calls()
    builds.no_change()
    assert cloud.counts() == {"ecr:DescribeImages": 1}

    (app / "page.txt").write_text("two")
    assert [str(it) for it in builds.plan()] == [
        "update web-built-image",
        "update web-task-definition",
        "update web-service",
    ]
    assert tags(cloud) == [first], "a preview builds nothing"
    builds.up()
    assert len(tags(cloud)) == 2 and runs(cloud) != one

    # What was built before is deployed again, and its digest is known in the preview.
    (app / "page.txt").write_text("one")
    builds.preview().says(one)
    cloud.forget_calls()
    builds.up()
    assert runs(cloud) == one
    assert not {"ecr:GetAuthorizationToken", "ecr:InitiateLayerUpload"} & cloud.counts().keys()
    builds.no_change()
    builds.destroy()
    assert cloud.objects() == []


def test_the_policies_are_enough_for_a_build_and_grant_nothing_in_vain(builds: Stack, cloud: Cloud) -> None:
    write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    builds.service(**SMALL, build="./app")
    policies = [json.loads((ROOT / "docs" / "iam" / f"{name}.json").read_text()) for name in POLICIES]
    granted = {(it["Sid"], action) for document in policies for it in document["Statement"] for action in listed(it)}
    builds.act_as(Caller(cloud, narrow="web"))
    builds.up()
    builds.no_change()
    asked = {(sid, it["action"]) for call in cloud.calls() for it in call["asked"] for sid in it["allowed_by"]}
    in_vain = {it for it in granted - asked if it[0] in ("ImageLogin", "ImagePush")}
    assert not in_vain, in_vain


def listed(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


@pytest.mark.parametrize("action", ["ecr:GetAuthorizationToken", "ecr:InitiateLayerUpload", "ecr:PutImage"])
def test_what_the_caller_may_not_push_is_named(builds: Stack, cloud: Cloud, action: str) -> None:
    write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    builds.service(**SMALL, build="./app")
    builds.act_as(Caller(cloud, without=action))
    builds.up(fails=True).says(f"is not authorized to perform: {action}")


@pytest.mark.parametrize("language", ["yaml", "typescript", "python", "go"])
def test_the_example_serves_and_a_changed_server_is_the_next_image(
    builds: Stack, cloud: Cloud, builder: Builder, language: str
) -> None:
    lay_base(builder)
    builds.example("build", language)
    builds.up()
    outputs = builds.outputs()
    assert outputs["url"].startswith("http://") and outputs["image"].startswith("sha256:")
    builds.no_change()
    server = builds.folder.parent / "app" / "server.py"
    # What is ignored changes nothing.
    server.with_name("notes.txt").write_text("more")
    builds.no_change()
    server.write_text(server.read_text().replace("hello", "good day"))
    assert [it.op for it in builds.plan()] == ["update"] * 3
    builds.up()
    assert builds.outputs()["image"] != outputs["image"]
    builds.destroy()
    assert cloud.objects() == []


def test_an_image_that_others_deleted_is_built_again(builds: Stack, cloud: Cloud) -> None:
    write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    builds.service(**SMALL, build="./app")
    builds.up()
    cloud.remove_images("web")
    assert "update web-built-image" in [str(it) for it in builds.plan()]
    builds.up()
    assert len(tags(cloud)) == 1
    builds.no_change()


def test_without_a_builder_the_two_ways_are_told_and_the_second_works(
    stack: Stack, cloud: Cloud, tmp_path: Path
) -> None:
    # Nothing of what this machine has, but what runs Pulumi; and a docker without buildx.
    bare = tmp_path / "bin"
    bare.mkdir()
    docker = bare / "docker"
    docker.write_text('#!/bin/sh\necho "docker: unknown command: docker $1"\nexit 1\n')
    docker.chmod(0o755)
    first = stack.env["PATH"].split(":")[:2]
    stack.env["PATH"] = ":".join([*first, str(bare), "/bin"])
    write(stack.folder / "app", Dockerfile="FROM scratch\n")
    stack.service(**SMALL, build="./app")
    stack.up(fails=True).says(
        "There is no program that can build the image",
        'docker is installed and says "docker: unknown command: docker buildx"; podman is not installed',
        "or build elsewhere: without `build` and `image`",
    )
    stack.service(**SMALL)
    stack.up().says("docker build --platform linux/amd64 --tag")
    cloud.push("web", "latest", "one")
    stack.up()
    stack.no_change()


def test_a_build_that_fails_shows_its_last_lines(builds: Stack, cloud: Cloud, builder: Builder) -> None:
    step = 'RUN for n in $(/bin/sh -c "seq 60"); do echo "line $n"; done; exit 3\n'
    with_shell(builder, builds.folder / "app", step.replace('$(/bin/sh -c "seq 60")', " ".join(map(str, range(60)))))
    builds.service(**SMALL, build="./app")
    ran = builds.up(fails=True)
    ran.says("buildah build` failed with exit status", "line 59", "exit status 3")
    error = ran.text[ran.text.index("failed with exit status") :]
    assert "line 1\n" not in error.split("Its last lines")[1], error
    assert builder.programs() == []


def test_a_step_for_another_processor_is_told_with_what_to_install(builds: Stack) -> None:
    for_another_processor(builds.folder / "app")
    builds.service(**SMALL, build="./app", architecture="ARM64")
    builds.up(fails=True).says("cannot run programs for linux/arm64", "binfmt --install arm64")


def test_a_secret_of_the_build_is_in_no_layer_state_or_line(builds: Stack, cloud: Cloud, builder: Builder) -> None:
    steps = 'RUN --mount=type=secret,id=npm cat /run/secrets/npm; test "$(cat /run/secrets/npm)" = "$EXPECTED" || wc -c /run/secrets/npm > /size\n'
    app = with_shell(builder, builds.folder / "app", steps)
    builds.service(**SMALL, build={"context": str(app), "secrets": {"npm": {"fn::secret": "hunter2hunter2"}}})
    ran = builds.up("--debug")
    assert "hunter2hunter2" not in ran.text
    assert "hunter2hunter2" not in str(builds.export())
    assert not builder.holds("hunter2hunter2") and builder.holds("14 /run/secrets/npm")
    # Another value is nothing.
    builds.service(**SMALL, build={"context": str(app), "secrets": {"npm": {"fn::secret": "another-value"}}})
    builds.no_change()


def test_ctrl_c_in_the_middle_of_a_push_ends_the_builder_and_the_next_run_goes_on(
    builds: Stack, cloud: Cloud, builder: Builder
) -> None:
    write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    builds.service(**SMALL, build="./app")
    before = set(Path(os.environ.get("TMPDIR", "/tmp")).glob("fargate-*-*"))
    cloud.fault("ecr", "CompleteLayerUpload", "slow", seconds=300)
    cli = builds.start("up", "--yes", "--skip-preview")
    wait_for("the push", lambda: "pending" in cloud.outcomes("CompleteLayerUpload"), 120)
    assert builder.programs()
    os.kill(cli.pid, signal.SIGINT)
    text, _ = cli.communicate(timeout=60)
    cloud.control("DELETE", "faults")
    assert cli.returncode != 0 and "stopped on request while waiting for the build of the image" in text, text
    assert builder.programs() == []
    assert set(Path(os.environ.get("TMPDIR", "/tmp")).glob("fargate-*-*")) <= before
    builds.up()
    assert len(tags(cloud)) == 1
    builds.no_change()
    builds.destroy()
    assert cloud.objects() == []


def test_a_run_that_is_killed_in_the_middle_of_a_push_is_made_up_for(
    builds: Stack, cloud: Cloud, builder: Builder
) -> None:
    write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    builds.service(**SMALL, build="./app")
    cloud.fault("ecr", "PutImage", "late", seconds=300)
    cli = builds.start("up", "--yes", "--skip-preview")
    wait_for("the push", lambda: cloud.outcomes("PutImage") == {"ok"}, 120)
    os.killpg(cli.pid, signal.SIGKILL)
    cli.communicate(timeout=60)
    wait_for("the plugin to notice", lambda: not builder.programs(), 30)
    cloud.control("DELETE", "faults")
    builds.run("cancel", "--yes")
    # Nobody knows any more whether this is what the files are.
    assert tags(cloud) == [] and len(once(cloud)) == 1
    cloud.forget_calls()
    builds.up()
    # Its layers were there already.
    assert "ecr:InitiateLayerUpload" not in cloud.counts()
    assert len(tags(cloud)) == 1
    builds.no_change()


def test_a_push_that_was_not_looked_at_is_not_believed(builds: Stack, cloud: Cloud, builder: Builder) -> None:
    """Killed between the push and the tag that says of what the image was built; then the files change."""
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY page.txt /\n", page__txt="one")
    builds.service(**SMALL, build="./app", repository={"imageTagMutability": "IMMUTABLE"})
    cloud.fault("ecr", "BatchGetImage", "slow", seconds=300)
    cli = builds.start("up", "--yes", "--skip-preview")
    wait_for("the look", lambda: "pending" in cloud.outcomes("BatchGetImage"), 120)
    os.killpg(cli.pid, signal.SIGKILL)
    cli.communicate(timeout=60)
    cloud.control("DELETE", "faults")
    builds.run("cancel", "--yes")
    (app / "page.txt").write_text("two")
    builds.up()
    assert builder.holds("two") and len(tags(cloud)) == 1
    builds.no_change()


def test_a_file_that_changes_while_the_image_is_built_deploys_nothing(builds: Stack, cloud: Cloud) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY page.txt /\n", page__txt="one")
    builds.service(**SMALL, build="./app")
    cloud.fault("ecr", "CompleteLayerUpload", "slow", seconds=300)
    cli = builds.start("up", "--yes", "--skip-preview")
    wait_for("the push", lambda: "pending" in cloud.outcomes("CompleteLayerUpload"), 120)
    (app / "page.txt").write_text("two")
    cloud.control("DELETE", "faults")
    text, _ = cli.communicate(timeout=120)
    assert cli.returncode != 0 and "are not those any more that this run read at its beginning" in text, text
    assert cloud.images("web") == {}
    builds.up()
    assert len(tags(cloud)) == 1
    builds.no_change()


def test_a_file_that_changes_and_changes_back_while_the_image_is_built_deploys_nothing(
    builds: Stack, cloud: Cloud
) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY page.txt /\n", page__txt="one")
    builds.service(**SMALL, build="./app")
    cloud.fault("ecr", "CompleteLayerUpload", "slow", seconds=300)
    cli = builds.start("up", "--yes", "--skip-preview")
    wait_for("the push", lambda: "pending" in cloud.outcomes("CompleteLayerUpload"), 120)
    # Whether the builder saw the second nobody knows.
    (app / "page.txt").write_text("two")
    (app / "page.txt").write_text("one")
    cloud.control("DELETE", "faults")
    text, _ = cli.communicate(timeout=120)
    assert cli.returncode != 0 and "were written to" in text, text
    assert cloud.images("web") == {}
    builds.up()
    builds.no_change()


def test_the_same_folder_elsewhere_and_other_secrets_are_no_change(builds: Stack, cloud: Cloud, tmp_path: Path) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    there = tmp_path / "elsewhere"
    shutil.copytree(app, there)
    build: dict[str, Any] = {"context": str(app), "secrets": {"npm": {"fn::secret": "hunter2hunter2"}}}
    builds.service(**SMALL, build=build)
    builds.up()
    builds.service(**SMALL, build={"context": str(there), "cacheFrom": ["registry.example/cache"]})
    cloud.forget_calls()
    builds.no_change()
    builds.up()
    assert "ecr:GetAuthorizationToken" not in cloud.counts()
    # The state has the last ones.
    resources = builds.resources()
    assert resources["web-built-image"]["inputs"]["context"] == str(there)
    assert resources["web"]["inputs"]["build"] == {}


def test_two_services_of_one_folder_are_built_once(builds: Stack, cloud: Cloud, builder: Builder) -> None:
    app = with_shell(builder, builds.folder / "app", "COPY page.txt /\nRUN cat /page.txt > /copy\n")
    (app / "page.txt").write_text("one")
    service = {"type": "fargate:FargateWebService"}
    inputs = {"useDefaultVpc": True, "preset": "dev", "build": "./app"}
    builds.write(
        resources={
            "one": service | {"properties": inputs | {"name": "one"}},
            "two": service | {"properties": inputs | {"name": "two"}},
        }
    )
    builds.up()
    digests = {name: cloud.images(name) for name in ("one", "two")}
    assert digests["one"].keys() == digests["two"].keys() and len(digests["one"]) == 1
    builds.no_change()


def test_a_large_folder_is_told_with_what_makes_it_large(builds: Stack) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n")
    packages = app / "node_modules" / "large"
    packages.mkdir(parents=True)
    with (packages / "data.bin").open("wb") as it:
        it.truncate(600_000_000)
    builds.service(**SMALL, build="./app")
    builds.preview().says("has 600 MB: `node_modules` 600 MB", "with the lines `**/node_modules`")
    write(app, __dockerignore="**/node_modules\n")
    builds.preview().says_not("600 MB")


def test_ten_thousand_files_are_read_in_a_moment(builds: Stack, cloud: Cloud) -> None:
    app = write(builds.folder / "app", Dockerfile="FROM scratch\nCOPY Dockerfile /\n", __dockerignore="kept\n")
    for folder in range(100):
        (app / f"f{folder}").mkdir()
        for file in range(100):
            (app / f"f{folder}" / f"{file}.txt").write_text(f"{folder} {file}\n" * 20)
    builds.service(**SMALL, build="./app")
    builds.up()
    builds.no_change()
    (app / "f42" / "42.txt").write_text("changed")
    assert "update web-built-image" in [str(it) for it in builds.plan()]


def test_a_preview_builds_only_if_it_is_asked_to(builds: Stack, cloud: Cloud, builder: Builder) -> None:
    app = with_shell(builder, builds.folder / "app", "")
    builds.service(**SMALL, build={"context": "./app", "onPreview": True})
    builds.up()
    (app / "Dockerfile").write_text((app / "Dockerfile").read_text() + "RUN exit 7\n")
    builds.preview(fails=True).says("failed with exit status", "exit status 7")
    builds.service(**SMALL, build="./app")
    builds.preview()
    assert len(tags(cloud)) == 1
    assert re.fullmatch(r"src-[0-9a-f]{32}", tags(cloud)[0])
