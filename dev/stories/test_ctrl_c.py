"""A person stops a run with Ctrl-C: what was made is kept, and the next run goes on."""

import os
import signal

from world import IMAGE, Cloud, Stack, wait_for


def test_ctrl_c_while_the_service_starts_keeps_what_was_made(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    cloud.control("POST", "clock", {"speed": 0.5})
    cli = stack.start("up", "--yes", "--skip-preview")
    wait_for("waiting for the service", lambda: "ecs:ListServiceDeployments" in cloud.counts())
    os.kill(cli.pid, signal.SIGINT)
    text, _ = cli.communicate(timeout=60)
    assert cli.returncode != 0, text
    arn = stack.resources()["web-service"]["id"]

    cloud.control("POST", "clock", {"speed": 0})
    stack.up()
    assert stack.resources()["web-service"]["id"] == arn
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []
