"""A service of which others have deleted a part is made whole again."""

from __future__ import annotations

from kinds import KINDS
from life import Life
from world import IMAGE, Cloud

# What AWS lets somebody delete while the service runs.
PARTS = (
    "logs",
    "task-role",
    "execution-role",
    "http",
    "service",
    "alb-out",
    "service-in",
    "alarm-cpu-high",
    "dashboard",
    "scaling",
    "scaling-cpu",
)


def test_a_part_that_others_deleted_is_made_again_and_all_is_well(life: Life, cloud: Cloud) -> None:
    """One after the other, in one service."""
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    life.up()
    kinds = sorted(it.split()[0] for it in cloud.objects())
    for part in PARTS:
        entry = next(it for it in life.state.entries if it.name == f"web-{part}")
        delete = KINDS[entry.type].delete
        assert delete is not None
        delete(cloud, entry)
        assert f"delete web-{part}" in map(str, life.refresh().steps), part
        # The preview says more, since it does not know that the new part will have the old one's ARN.
        assert f"create web-{part}" in map(str, life.up().changes()), part
        assert life.refresh().steps == [], part
        life.no_change()
        assert sorted(it.split()[0] for it in cloud.objects()) == kinds, part
    life.destroy()
    assert cloud.objects() == []
