"""Why a task cannot be placed: no capacity, no quota, no address.

Sources: ECS developer guide, "service event messages"; transcripts of `describe-services` ("was unable to place a task.
Reason: Capacity is unavailable …") and of stopped tasks ("Unexpected EC2 error while attempting to Create Network
Interface").
"""

from __future__ import annotations

from localaws.context import Context

from . import images
from .model import Json, Task

CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
QUOTA = "You've reached the limit on the number of vCPUs you can run concurrently"


def problem(task: Task, context: Context) -> str | None:
    """What its images were told."""
    for container in task.definition.containers:
        behaviour = images.of_container(task, container, context).behaviour
        run = behaviour["run"]
        if run == "no_capacity" and behaviour.get("provider") in (None, task.provider):
            return CAPACITY
        if run == "quota":
            return QUOTA
        if run == "no_addresses":
            return no_address(task)
    return None


def no_address(task: Task) -> str:
    network: Json = task.revision.config.get("networkConfiguration") or {}
    vpc = network.get("awsvpcConfiguration") or {}
    subnet = task.subnet or next(iter(vpc.get("subnets") or []), "")
    public = " with public IP assignment enabled" if vpc.get("assignPublicIp") == "ENABLED" else ""
    return (
        f"Unexpected EC2 error while attempting to Create Network Interface{public} in subnet '{subnet}': "
        "InsufficientFreeAddressesInSubnet"
    )
