"""The base of all names of a service: it stands in the state, and nowhere else."""

from __future__ import annotations

from rows import ABSENT, Kept, Kind, Row

KIND = Kind(
    "fargate:index:BaseName",
    {
        "component": Kept(
            "it is the component's name when the base name was chosen; a later one changes nothing", "web"
        ),
        "name": Row("orders", "shop", needed=True),
        "chosen": Kept("the first check chooses it", ABSENT),
        "drawn": Kept("the first check says it of its choice", ABSENT),
        "retained": Kept("once it is said it stays", ABSENT),
        "drawnLineage": Kept("the first check draws it", ABSENT),
        "generation": Kept("the check counts the plans", ABSENT),
        # The check says which one it is, whatever the program says.
        "plan": Row("one", "two", changes_with={"generation": 0}),
        "kinds": Row(["ecs:Cluster"], ["ecs:Cluster", "logs:LogGroup"]),
    },
)
