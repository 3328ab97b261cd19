"""What is protected from deletion: never a trap."""

from __future__ import annotations

from typing import Any

from life import Life
from places import network
from world import IMAGE, Cloud


def balancers(cloud: Cloud) -> list[str]:
    return [str(it["Scheme"]) for it in cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]]


def test_a_protected_balancer_is_replaced_only_when_it_is_released(life: Life, cloud: Cloud) -> None:
    here: dict[str, Any] = network(cloud) | {"preset": "dev", "image": IMAGE, "deletionProtection": True}
    life.service("web", None, **here)
    life.up()
    before = cloud.objects()
    life.service("web", None, **here | {"internal": True})
    for refused in (life.preview(fails=True), life.up(fails=True)):
        refused.says(
            "is protected against deletion", "`internal`", "deletionProtection: false", "second FargateWebService"
        )
    assert [it for it in cloud.objects() if "load-balancer" in it or "service" in it] == [
        it for it in before if "load-balancer" in it or "service" in it
    ]

    # The advised way, at the first try.
    life.service("web", None, **here | {"internal": True, "deletionProtection": False})
    life.up()
    assert balancers(cloud) == ["internal"]
    life.service("web", None, **here | {"internal": True})
    life.up()
    life.no_change()
    life.destroy(fails=True).says("is protected", "Nothing of it was deleted")
    life.service("web", None, **here | {"internal": True, "deletionProtection": False})
    life.up()
    life.destroy()
    assert not [it for it in cloud.objects() if it.startswith(("elbv2", "ecs", "iam"))]


def test_a_repository_with_images_is_replaced_only_with_a_word_about_them(life: Life, cloud: Cloud) -> None:
    here: dict[str, Any] = {"useDefaultVpc": True, "name": "orders", "autoscaling": {"enabled": False}}
    life.service("web", None, **here)
    life.up()
    cloud.push("orders", "latest", "one")
    life.up()
    life.service("web", None, **here | {"name": "shop"})
    refused = life.preview(fails=True)
    refused.says("the repository orders holds images", "repository.forceDelete: true", "second FargateWebService")
    life.up(fails=True)

    life.service("web", None, **here | {"name": "shop"}, repository={"forceDelete": True})
    life.preview().says("The repository orders is replaced, and its images are deleted with it")
    life.up()
    assert cloud.objects() and not [it for it in cloud.objects() if "orders" in it]
    life.no_change()
    cloud.push("shop", "latest", "two")
    life.up()
    life.destroy()
    assert cloud.objects() == []
