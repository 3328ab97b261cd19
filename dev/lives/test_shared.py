"""Several services behind one load balancer: one service owns it, the others add rules to its listener."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from life import Life
from test_routes import never_without_a_task, settled
from test_strategies import never_without_a_target
from world import IMAGE, Cloud

BASE: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
NOTHING: dict[str, Any] = {"fixedResponse": {"messageBody": "Nothing here."}}


def platform(cloud: Cloud) -> tuple[Life, dict[str, Any]]:
    """A service with a load balancer, and what others need of it."""
    life = Life(cloud)
    life.service("platform", None, **BASE)
    life.up()
    outputs = life.outputs("platform")
    return life, {
        "listenerArn": outputs["httpListenerArn"],
        "albSecurityGroupId": outputs["albSecurityGroupId"],
    }


def team(life: Life, name: str, shared: dict[str, Any], **more: Any) -> Life:
    routes = [{"hostHeaders": [f"{name}.example.com"]}]
    return life.service(name, None, **BASE | shared | {"routes": routes} | more)


def ask(cloud: Cloud, url: str, host: str = "", path: str = "/") -> dict[str, Any]:
    headers = {"host": host} if host else {}
    return dict(cloud.control("POST", "ecs/requests", {"url": url + path, "headers": headers}))


def test_a_service_without_a_load_balancer_of_its_own(life: Life, cloud: Cloud) -> None:
    owner, shared = platform(cloud)
    url, before = owner.outputs("platform")["url"], cloud.objects()
    team(life, "shop", shared).up_as_planned()
    settled(life)
    kinds = cloud.kinds()
    assert kinds["elbv2:load-balancer"] == 1 and kinds["elbv2:listener"] == 1
    assert life.outputs("shop")["url"] == "http://shop.example.com"
    assert life.outputs("shop")["loadBalancerDnsName"] == owner.outputs("platform")["loadBalancerDnsName"]
    (taken,) = ask(cloud, url, "shop.example.com")["services"]
    assert taken["service"] == life.outputs("shop")["serviceName"]
    (rest,) = ask(cloud, url)["services"]
    assert rest["service"] == owner.outputs("platform")["serviceName"]
    number = life.resources()["shop-route-shop-example-com"]["outputs"]["number"]
    assert 1000 <= number < 40000
    # The owner does not see the rule.
    settled(owner)
    refused = owner.destroy(fails=True)
    refused.says("its load balancer leads to other services too")
    refused.says(life.outputs("shop")["serviceName"])
    assert owner.outputs("platform")["serviceArn"]
    life.destroy()
    assert cloud.objects() == before
    owner.destroy()
    assert cloud.objects() == []


def test_ten_stacks_that_start_at_the_same_time(cloud: Cloud) -> None:
    """Whoever finds a number taken takes the next one: the first calls of all of them are refused as if others had been quicker."""
    owner, shared = platform(cloud)
    cloud.fault(
        "elbv2", "CreateRule", "error", occurrence=1, times=6, code="PriorityInUse", message="in use", status=400
    )
    lives = [team(Life(cloud), f"team{number}", shared) for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda it: it.up(), lives))
    cloud.control("DELETE", "faults")
    url = owner.outputs("platform")["url"]
    for number, life in enumerate(lives):
        (taken,) = ask(cloud, url, f"team{number}.example.com")["services"]
        assert taken["service"] == life.outputs(f"team{number}")["serviceName"]
        life.no_change()
        life.destroy()
    owner.destroy()
    assert cloud.objects() == []


def test_the_same_number_for_several(life: Life, cloud: Cloud) -> None:
    """Numbers are chosen around those of others, and one that the program gives is refused with whose it is."""
    owner, shared = platform(cloud)
    team(life, "shop", shared).up()
    number = life.resources()["shop-route-shop-example-com"]["outputs"]["number"]
    second = Life(cloud)
    routes = [{"hostHeaders": ["other.example.com"], "priority": number}]
    refused = team(second, "other", shared, routes=routes).up(fails=True)
    refused.says(f"the priority {number} is in use on this listener")
    refused.says(life.outputs("shop")["serviceName"])
    refused = team(second, "other", shared, routes=[{"hostHeaders": ["shop.example.com"]}]).up(fails=True)
    refused.says("another rule of this listener takes the same requests")
    team(second, "other", shared).up()
    for it in (second, life, owner):
        it.destroy()
    assert cloud.objects() == []


def test_from_a_load_balancer_of_its_own_to_a_shared_one_and_back(life: Life, cloud: Cloud) -> None:
    owner, shared = platform(cloud)
    life.service("shop", None, **BASE).up()
    own = life.outputs("shop")["loadBalancerArn"]
    with never_without_a_task(cloud):
        team(life, "shop", shared).up_as_planned()
        settled(life)
        url = owner.outputs("platform")["url"]
        assert ask(cloud, url, "shop.example.com")["services"]
        balancers = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
        assert own not in [it["LoadBalancerArn"] for it in balancers]
        life.service("shop", None, **BASE).up_as_planned()
        settled(life)
        assert ask(cloud, life.outputs("shop")["url"])["services"]
    life.destroy()
    owner.destroy()
    assert cloud.objects() == []


def test_ecs_moves_the_traffic_on_a_shared_listener(life: Life, cloud: Cloud) -> None:
    owner, shared = platform(cloud)
    blue_green = {"strategy": "blueGreen", "bakeTimeInMinutes": 5}
    team(life, "shop", shared).up()
    with never_without_a_target(cloud):
        team(life, "shop", shared, deployment=blue_green).up_as_planned()
        settled(life)
        team(life, "shop", shared, deployment=blue_green, image="public.ecr.aws/nginx/nginx:1.28").up_as_planned()
        team(life, "shop", shared).up_as_planned()
    life.refresh()
    settled(life)
    life.destroy()
    owner.destroy()
    assert cloud.objects() == []


def test_a_listener_that_leads_nowhere_is_refused_in_the_preview(life: Life, cloud: Cloud) -> None:
    owner, shared = platform(cloud)
    gone = shared | {"listenerArn": shared["listenerArn"][:-4] + "0000"}
    team(life, "shop", gone).preview(fails=True).says("There is no listener")
    closed = {"listenerArn": shared["listenerArn"]}
    team(life, "shop", closed).preview(fails=True).says("lets no requests out to port 80 of the tasks")
    team(life, "shop", shared, targetGroup={"protocolVersion": "GRPC"}).preview(fails=True).says(
        "come in over HTTPS only"
    )
    others = shared | {"albSecurityGroupId": owner.outputs("platform")["serviceSecurityGroupId"]}
    team(life, "shop", others).preview(fails=True).says("does not have the security group")
    owner.destroy()


def test_a_listener_that_its_owner_deleted(life: Life, cloud: Cloud) -> None:
    """The rule is gone with it, and a destroy of what was behind it succeeds."""
    owner, shared = platform(cloud)
    team(life, "shop", shared).up()
    cloud.client("elbv2").delete_listener(ListenerArn=shared["listenerArn"])
    life.destroy()
    owner.refresh()
    owner.destroy()
    assert cloud.objects() == []
