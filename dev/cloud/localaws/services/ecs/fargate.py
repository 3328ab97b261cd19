"""Which pairs of task cpu and memory Fargate has."""

from __future__ import annotations

import re

from localaws.context import AwsError

# cpu units -> (smallest, largest, step) in MiB; 256 has its own list (aws.md 3).
SIZES: dict[int, tuple[int, int, int]] = {
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}
SMALLEST = (512, 1024, 2048)


def cpu_units(text: str) -> int:
    """`ClientException` "Invalid 'cpu' setting for task." (AWS docs: task-cpu-memory-error)."""
    return _number(text, r"(\d+(?:\.\d+)?)\s*vcpu", "cpu")


def memory_mib(text: str) -> int:
    return _number(text, r"(\d+(?:\.\d+)?)\s*gb", "memory")


def _number(text: str, unit: str, member: str) -> int:
    """Strings such as "1 vCPU" and "2 GB" are stored as integers (aws.md 3)."""
    text = text.strip().lower()
    if text.isdigit():
        return int(text)
    match = re.fullmatch(unit, text)
    if match is None:
        raise AwsError(
            "ClientException",
            f"Invalid '{member}' setting for task. For more information, see the Troubleshooting section of "
            "the Amazon ECS Developer Guide.",
        )
    return int(float(match.group(1)) * 1024)


def check_size(cpu: int, memory: int) -> None:
    """`ClientException` "No Fargate configuration exists for given values." (AWS docs:
    task-cpu-memory-error)."""
    if cpu == 256:
        exists = memory in SMALLEST
    elif cpu in SIZES:
        smallest, largest, step = SIZES[cpu]
        exists = smallest <= memory <= largest and (memory - smallest) % step == 0
    else:
        exists = False
    if not exists:
        raise AwsError("ClientException", "No Fargate configuration exists for given values.")
