"""A service of which others have deleted a part is made whole again."""

from __future__ import annotations

import pytest
from drifts import DELETES
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


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_others_deleted_is_made_again_and_all_is_well(life: Life, cloud: Cloud, part: str) -> None:
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    life.up()
    kinds = sorted(it.split()[0] for it in cloud.objects())
    entry = next(it for it in life.state.entries if it.name == f"web-{part}")
    DELETES[entry.type](cloud, entry)
    assert f"delete web-{part}" in map(str, life.refresh().steps)
    # The preview says more, since it does not know that the new part will have the old one's ARN.
    assert f"create web-{part}" in map(str, life.up().changes())
    assert life.refresh().steps == []
    life.no_change()
    assert sorted(it.split()[0] for it in cloud.objects()) == kinds
    life.destroy()
    assert cloud.objects() == []
