"""A service whose image a pipeline deploys from now on."""

from __future__ import annotations

from typing import Any

from life import Life
from world import Cloud

BASE: dict[str, Any] = {"useDefaultVpc": True, "preset": "dev", "desiredCount": 2}


def test_a_service_that_runs_is_seen_in_the_preview_that_gives_its_image_away(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **BASE).up()
    cloud.push(life.resources()["web-repository"]["id"], "latest", "one")
    life.up()
    life.service("web", None, **BASE, externalImage=True)
    (step,) = [it for it in life.up_as_planned().steps if it.name == "web-service"]
    assert "desiredCount" not in step.diffs, step.diffs
    arn = life.outputs()["serviceArn"]
    (service,) = cloud.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])["services"]
    assert service["desiredCount"] == 2
    life.no_change()
