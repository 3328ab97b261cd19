"""What `/_cloud/objects` shows of load balancing."""

from __future__ import annotations

from typing import Any

from localaws.context import Context
from localaws.rules import Params, lists

from .lookups import backend


@lists
def objects(context: Context) -> list[Params]:
    elb = backend(context)
    found: list[Params] = []

    def add(kind: str, item: Any, name: str) -> None:
        tags = elb.tagging_service.get_tag_dict_for_resource(item.arn)
        found.append({"kind": f"elbv2:{kind}", "id": item.arn, "name": name, "tags": tags})

    for balancer in elb.load_balancers.values():
        add("load-balancer", balancer, balancer.name)
        for listener in balancer.listeners.values():
            add("listener", listener, f"{balancer.name}:{listener.port}")
            for rule in listener.rules.values():
                if not rule.is_default:
                    add("listener-rule", rule, f"{balancer.name}:{listener.port}/{rule.priority}")
    for group in elb.target_groups.values():
        add("target-group", group, group.name)
    return found
