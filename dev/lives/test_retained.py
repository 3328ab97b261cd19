"""What the user retains stays, and what no state knew of goes: AWS shows both alike when the service goes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from life import Life
from world import IMAGE, Cloud

WATCHED = {"monitoring": {"level": "none", "dashboard": True}}


def program(life: Life, **more: Any) -> Life:
    return life.service("web", None, **{"name": "shop", "image": IMAGE, "useDefaultVpc": True, "preset": "dev"} | more)


def retain(life: Life, *names: str) -> list[str]:
    """As a transform of the program may, which nobody tells the plugin of."""
    entries = [it for it in life.state.customs() if it.name in names]
    for it in entries:
        it.retain_on_delete = True
    return [it.id for it in entries]


def kinds(cloud: Cloud) -> list[str]:
    return sorted(it.split()[0] for it in cloud.objects())


def test_a_part_that_is_retained_stays_when_the_service_goes(life: Life, cloud: Cloud) -> None:
    program(life).up()
    retained = retain(life, "web-logs", "web-cluster")
    destroyed = life.destroy()
    for id in retained:
        destroyed.says(f"{id} was left in AWS")
    assert kinds(cloud) == ["ecs:cluster", "logs:log-group"]


def test_a_part_that_was_retained_before_stays_when_the_service_goes(life: Life, cloud: Cloud) -> None:
    program(life, **WATCHED).up()
    retain(life, "web-dashboard")
    program(life).up()
    program(life, repository={"enabled": True}).up()
    life.destroy().says("was left in AWS")
    assert kinds(cloud) == ["cloudwatch:dashboard"]


def test_a_part_that_was_retained_under_another_name_of_the_service_stays(life: Life, cloud: Cloud) -> None:
    program(life).up()
    (group,) = retain(life, "web-logs")
    program(life, name="other").up().says(f"{group} was left in AWS")
    life.destroy()
    assert cloud.objects() == [f"logs:log-group {group}"]


def test_a_part_that_was_made_anew_by_a_killed_run_and_given_up_goes_with_the_service(life: Life, cloud: Cloud) -> None:
    program(life, **WATCHED).up()
    (name,) = [it.id for it in life.state.customs() if it.name == "web-dashboard"]
    cloud.client("cloudwatch").delete_dashboards(DashboardNames=[name])
    life.refresh()
    before = deepcopy(life.state)
    life.up()
    # The run was killed before anything of it was written down.
    life.state = before
    program(life).up()
    life.destroy()
    assert cloud.objects() == []
