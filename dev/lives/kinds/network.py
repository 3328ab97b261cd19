"""The subnets that a service gets: they are looked up, and stand in the state."""

from __future__ import annotations

from rows import Kind, Row

SUBNETS, OTHER_SUBNETS = ["$subnet1", "$subnet2"], ["$subnet2", "$subnet3"]
WITH_SUBNETS = {"useDefaultVpc": False, "publicSubnetIds": SUBNETS}
KIND = Kind(
    "fargate:ec2:Network",
    {
        "vpcId": Row("$vpc1", "$vpc1", needs=WITH_SUBNETS),
        "publicSubnetIds": Row(SUBNETS, OTHER_SUBNETS, needed=True, needs={"useDefaultVpc": False}),
        "privateSubnetIds": Row(SUBNETS, OTHER_SUBNETS, needs=WITH_SUBNETS),
        "useDefaultVpc": Row(True, False, changes_with={"publicSubnetIds": SUBNETS}),
        "internal": Row(False, True),
        "dualstack": Row(True, False),
        "assignPublicIp": Row(True, False),
    },
)
