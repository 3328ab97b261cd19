"""What AWS cannot change in place is replaced, and the running service never stands without a task that its balancer reaches.
Other changes are in the lives."""

from typing import Any

from places import certificate, network
from world import IMAGE, Cloud, Stack


def least_serving(cloud: Cloud) -> int:
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    return int(service["least"])


def moves(stack: Stack, cloud: Cloud, before: dict[str, Any], after: dict[str, Any], *replaced: str) -> None:
    stack.service(image=IMAGE, **before)
    stack.up()
    assert cloud.control("POST", "ecs/serving")
    assert least_serving(cloud) == 2
    stack.service(image=IMAGE, **after)
    assert {it.name for it in stack.plan() if it.op == "replace"} == {f"web-{part}" for part in replaced}
    stack.up()
    assert least_serving(cloud) >= 1
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()


def ports(cloud: Cloud) -> dict[str, Any]:
    (service,) = cloud.control("GET", "ecs/ports")["services"].values()
    return dict(service)


def test_another_port_serves_before_the_old_one_is_closed(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, preset="dev", useDefaultVpc=True)
    stack.up()
    cloud.control("POST", "ecs/serving")
    stack.service(image=IMAGE, preset="dev", useDefaultVpc=True, listenerPort=8080)
    assert {it.name for it in stack.plan() if it.op == "replace"} == {"web-http"}
    stack.up()
    assert ports(cloud) == {"now": [8080], "always": [], "shut": 0}
    assert stack.outputs()["url"].endswith(":8080")
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_port_goes_from_http_to_https_and_back_and_is_never_closed(stack: Stack, cloud: Cloud) -> None:
    before: dict[str, Any] = {"image": IMAGE, "preset": "dev", "useDefaultVpc": True, "listenerPort": 8080}
    theirs = cloud.objects()
    secure = before | {"certificateArn": certificate(cloud)}
    stack.service(**before)
    stack.up()
    for inputs, now in ((secure, [80, 8080]), (before, [8080])):
        cloud.control("POST", "ecs/serving")
        stack.service(**inputs)
        stack.up()
        assert ports(cloud) == {"now": now, "always": [8080], "shut": 0}
        stack.no_change()
        stack.refresh()
        stack.no_change()
    # A certificate that is refused changes nothing, and the next program finds all as it was.
    missing = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
    cloud.control("POST", "ecs/serving")
    cloud.fault("elbv2", "ModifyListener", "error", code="UnsupportedCertificate", message="no", status=400)
    stack.service(**before | {"certificateArn": missing})
    stack.up(fails=True).says("UnsupportedCertificate")
    stack.service(**before)
    stack.up()
    assert ports(cloud)["always"] == [8080]
    stack.no_change()
    stack.destroy()
    assert [it for it in cloud.objects() if it not in theirs and "acm" not in it] == []


def test_another_vpc(stack: Stack, cloud: Cloud) -> None:
    replaced = ("alb", "target-group", "http", "alb-sg", "service-sg", "alb-in-80-0.0.0.0-0", "alb-out", "service-in", "service-out")  # fmt: skip
    moves(stack, cloud, network(cloud), network(cloud), *replaced)
