"""Application Load Balancing, and what the ECS model asks of it.

Sources: botocore's elbv2 texts, "Quotas for your Application Load Balancers", Terraform's
elbv2/*.go, aws.md 1.3 and 7.
"""

from __future__ import annotations

from . import attributes, balancers, certificates, listeners, listing, tags, target_groups
from .targets import (
    balancer_of,
    deregister_targets,
    register_targets,
    set_target_health,
    target_group_is_attached,
)

__all__ = [
    "attributes",
    "balancer_of",
    "balancers",
    "certificates",
    "deregister_targets",
    "listeners",
    "listing",
    "register_targets",
    "set_target_health",
    "tags",
    "target_group_is_attached",
    "target_groups",
]
