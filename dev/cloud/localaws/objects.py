"""Everything that lives in the account and is not there in a fresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import rules

if TYPE_CHECKING:
    from .server import LocalAws

Object = dict[str, Any]


def living(cloud: LocalAws, region: str | None = None) -> list[Object]:
    """The objects of one region, or of every region that was spoken to."""
    from .server import ecs_part

    found: list[Object] = []
    for name in [region] if region else cloud.regions():
        context = cloud.context(name)
        for list_objects in rules.listers():
            found.extend(list_objects(context))
        ecs = ecs_part()
        if ecs is not None and hasattr(ecs, "objects"):
            found.extend(ecs.objects(context))
    unique = {(item["kind"], item["id"]): item for item in found}
    return list(unique.values())
