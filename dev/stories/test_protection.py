"""What is protected from deletion: never a trap. More is in the lives."""

from typing import Any

from places import network
from world import IMAGE, Cloud, Stack


def balancers(cloud: Cloud) -> list[str]:
    return [str(it["Scheme"]) for it in cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]]


def test_an_old_balancer_that_could_not_go_does_not_stand_in_the_way_for_ever(stack: Stack, cloud: Cloud) -> None:
    """The run that replaces it is refused at the very end."""
    here: dict[str, Any] = network(cloud) | {"preset": "dev", "image": IMAGE, "deletionProtection": True}
    stack.service(**here)
    stack.up()
    cloud.fault("elbv2", "DeleteLoadBalancer", "error", code="AccessDenied")
    stack.service(**here | {"internal": True, "deletionProtection": False})
    stack.up(fails=True)
    # It stays protected, so a destroy is refused as a whole ...
    (old,) = [it["LoadBalancerArn"] for it in cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
              if it["Scheme"] == "internet-facing"]  # fmt: skip
    standing = cloud.objects()
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says(
        str(old).split("/")[-2], "Nothing of it was deleted"
    )
    assert cloud.objects() == standing
    # ... and the advised run removes it.
    stack.up()
    assert balancers(cloud) == ["internal"]
    stack.destroy()
    assert not [it for it in cloud.objects() if it.startswith(("elbv2", "ecs", "iam"))]
