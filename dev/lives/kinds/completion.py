"""What says that a run came to its end: it stands in the state, and nowhere else."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind(
    "fargate:index:Completion",
    {
        "generation": Row(1, 2),
        "kinds": Row(["ecs:Cluster"], ["ecs:Cluster", "logs:LogGroup"]),
        "objects": Row(["one"], ["two"]),
        # Of kinds that there are not: nothing is to be done.
        "changed": Row(["none one 1"], ["none one 2", "none two 1"]),
        "retained": Row(True, False),
    },
)
