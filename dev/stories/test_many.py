"""Many services in one stack, where AWS takes few calls. Fifty are by hand: `dev/bench/fifty`."""

from world import SMALL, Cloud, Stack

# A few services are here what fifty are in AWS.
TIGHT = [
    {"service": "elbv2", "operations": ["Describe*"], "burst": 3, "rate": 6},
    {"service": "elbv2", "operations": "*", "burst": 2, "rate": 6},
    {"service": "ecs", "operations": ["Describe*", "List*"], "burst": 3, "rate": 8},
    {"service": "ecs", "operations": "*", "burst": 2, "rate": 6},
    {"service": "iam", "operations": "*", "burst": 3, "rate": 8},
    {"service": "ec2", "operations": "*", "burst": 2, "rate": 6, "each": True},
]


def test_services_that_aws_throttles_come_up_are_looked_at_and_go(stack: Stack, cloud: Cloud) -> None:
    services = {f"web{n}": {"type": "fargate:FargateWebService", "properties": dict(SMALL)} for n in range(4)}
    stack.write(resources=services)
    cloud.control("PUT", "rates", {"rates": TIGHT})
    stack.up("--parallel", "64")
    stack.run("refresh", "--yes", "--skip-preview", "--parallel", "64")
    stack.destroy("--parallel", "64")
    refused = sum(it["refused"] for it in cloud.control("GET", "rates")["buckets"])
    assert refused > 20, "the buckets were not tight"
    assert cloud.objects() == []
