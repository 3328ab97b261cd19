"""What is protected from deletion: never a trap."""

from typing import Any

from test_production import network
from world import IMAGE, Cloud, Stack


def balancers(cloud: Cloud) -> list[str]:
    return [str(it["Scheme"]) for it in cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]]


def test_a_protected_balancer_is_replaced_only_when_it_is_released(stack: Stack, cloud: Cloud) -> None:
    here: dict[str, Any] = network(cloud) | {"preset": "dev", "image": IMAGE, "deletionProtection": True}
    stack.service(**here)
    stack.up()
    before = cloud.objects()
    stack.service(**here | {"internal": True})
    for refused in (stack.preview(fails=True), stack.up(fails=True)):
        refused.says(
            "is protected against deletion", "`internal`", "deletionProtection: false", "second FargateWebService"
        )
    assert [it for it in cloud.objects() if "load-balancer" in it or "service" in it] == [
        it for it in before if "load-balancer" in it or "service" in it
    ]

    # The advised way, at the first try.
    stack.service(**here | {"internal": True, "deletionProtection": False})
    stack.up()
    assert balancers(cloud) == ["internal"]
    stack.service(**here | {"internal": True})
    stack.up()
    stack.no_change()
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says("is protected", "Nothing of it was deleted")
    stack.service(**here | {"internal": True, "deletionProtection": False})
    stack.up()
    stack.destroy()
    assert not [it for it in cloud.objects() if it.startswith(("elbv2", "ecs", "iam"))]


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


def test_a_repository_with_images_is_replaced_only_with_a_word_about_them(stack: Stack, cloud: Cloud) -> None:
    here: dict[str, Any] = {"useDefaultVpc": True, "name": "orders", "autoscaling": {"enabled": False}}
    stack.service(**here)
    stack.up()
    cloud.push("orders", "latest", "one")
    stack.up()
    stack.service(**here | {"name": "shop"})
    refused = stack.preview(fails=True)
    refused.says("the repository orders holds images", "repository.forceDelete: true", "second FargateWebService")
    stack.up(fails=True)

    stack.service(**here | {"name": "shop"}, repository={"forceDelete": True})
    stack.preview().says("The repository orders is replaced, and its images are deleted with it")
    stack.up()
    assert cloud.objects() and not [it for it in cloud.objects() if "orders" in it]
    stack.no_change()
    cloud.push("shop", "latest", "two")
    stack.up()
    stack.destroy()
    assert cloud.objects() == []
