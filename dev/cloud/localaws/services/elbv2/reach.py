"""Who reaches whom: clients' way to a load balancer, and its way to a target, through both security groups.

A security group lets in what an inbound rule names and out what an outbound rule names; a rule names blocks of addresses,
or another group, which means the interfaces that carry it (VPC user guide, "Security group rules"). A target that the
balancer does not reach fails its checks with `Target.Timeout` (ELB user guide, "Health checks for your target groups").
"""

from __future__ import annotations

import ipaddress
from typing import Any

from localaws.context import Context
from localaws.services.ec2 import networks, routing

from .in_front import balancers_using
from .lookups import backend


def balancer_reaches(context: Context, target_group: str, interface: str, port: int) -> bool:
    """Whether a balancer in front of the group gets through to this port of the interface."""
    task = networks.backend(context).enis.get(interface)
    if task is None:
        return False
    balancers = [
        backend(context).load_balancers[arn] for arn in balancers_using(context, target_group)
    ]
    return any(_passes(context, balancer, task, port) for balancer in balancers)


def open_ports(context: Context, target_group: str) -> set[int]:
    """The ports on which clients are answered by the balancers in front of the group: one listens there, and a security group
    lets addresses in."""
    found: set[int] = set()
    for arn in balancers_using(context, target_group):
        balancer = backend(context).load_balancers[arn]
        groups = [networks.group_of(context, group) for group in balancer.security_groups]
        rules = [rule for group in groups for rule in group.ingress_rules]
        listened = {int(it.port) for it in balancer.listeners.values()}
        found |= {port for port in listened if any(_lets_in(rule, port) for rule in rules)}
    return found


def _lets_in(rule: Any, port: int) -> bool:
    return _covers(rule, port) and bool(rule.ip_range.get("CidrIp"))


def _passes(context: Context, balancer: Any, task: Any, port: int) -> bool:
    if balancer.scheme == "internet-facing" and not all(
        routing.reaches_internet(context, subnet.id, True) for subnet in balancer.subnets
    ):
        return False
    theirs = [networks.group_of(context, group) for group in balancer.security_groups]
    ours = list(task.group_set)
    subnets = [subnet.cidr_block for subnet in balancer.subnets]
    task_at = f"{task.private_ip_address}/32"
    if not any(_allows(group.egress_rules, port, [task_at], ours) for group in theirs):
        return False
    # A VPC's default group lets its own members in (VPC user guide, "Default security groups"); moto forgets that rule.
    at_home = any(group.name == "default" and group in theirs for group in ours)
    return at_home or any(_allows(group.ingress_rules, port, subnets, theirs) for group in ours)


def _allows(rules: list[Any], port: int, blocks: list[str], groups: list[Any]) -> bool:
    return any(_names(rule, blocks, groups) and _covers(rule, port) for rule in rules)


def _covers(rule: Any, port: int) -> bool:
    return rule.ip_protocol == "-1" or (
        rule.ip_protocol == "tcp" and int(rule.from_port) <= port <= int(rule.to_port)
    )


def _names(rule: Any, blocks: list[str], groups: list[Any]) -> bool:
    block = rule.ip_range.get("CidrIp")
    if block:
        allowed = ipaddress.ip_network(block, strict=False)
        return all(ipaddress.ip_network(it).subnet_of(allowed) for it in blocks)
    return any(rule.source_group.get("GroupId") == group.id for group in groups)
