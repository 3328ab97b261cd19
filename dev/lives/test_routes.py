"""A service with routes: what becomes of requests, in which order rules are looked at, and that no request is lost while they
change.

Where a request goes, the local AWS says (`/_cloud/ecs/requests`): it evaluates conditions, priorities and transforms as ELB does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from life import Life
from test_strategies import never_without_a_target, settled
from world import IMAGE, Cloud

BASE: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
ADMIN: dict[str, Any] = {"name": "admin", "containerPort": 9090}
TO_ADMIN: dict[str, Any] = {
    "pathPatterns": ["/admin/*"],
    "forward": {"target": "admin"},
    "rewriteUrl": {"regex": "^/admin/(.*)$", "replace": "/$1"},
}
OLD: dict[str, Any] = {"pathPatterns": ["/old/*"], "redirect": {"path": "/new/#{path}", "statusCode": 302}}
NO_TRACE: dict[str, Any] = {"methods": ["TRACE"], "fixedResponse": {"statusCode": 405}}
NOTHING: dict[str, Any] = {"fixedResponse": {"messageBody": "Nothing here."}}


def program(life: Life, *routes: dict[str, Any], **more: Any) -> Life:
    own = {"routes": list(routes)} if routes else {}
    return life.service("web", None, **BASE | own | more)


def ask(life: Life, cloud: Cloud, path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """What becomes of a request to the service's load balancer."""
    url = life.outputs()["url"] + path
    return dict(cloud.control("POST", "ecs/requests", {"url": url, "method": method, "headers": headers}))


def port(life: Life, cloud: Cloud, path: str, **headers: str) -> int:
    (one,) = ask(life, cloud, path, **headers)["services"]
    return int(one["port"])


@contextmanager
def never_without_a_task(cloud: Cloud) -> Iterator[None]:
    """A target that is new answers when its tasks are healthy; all others do at every moment."""
    cloud.control("POST", "ecs/serving")
    yield
    for service in cloud.control("GET", "ecs/serving")["services"].values():
        assert service["least"] >= 1, service


def numbers(life: Life) -> dict[str, int]:
    """The rules' priorities, by route."""
    return {
        name.removeprefix("web-route-"): int(it["outputs"]["number"])
        for name, it in life.resources().items()
        if name.startswith("web-route-")
    }


def live(life: Life, cloud: Cloud) -> list[str]:
    """The routes in the order in which AWS looks at them."""
    names = {it["id"]: name.removeprefix("web-route-") for name, it in life.resources().items()}
    rules = cloud.client("elbv2").describe_rules(ListenerArn=life.outputs()["httpListenerArn"])["Rules"]
    rules = sorted((it for it in rules if not it["IsDefault"]), key=lambda it: int(it["Priority"]))
    return [names[it["RuleArn"]] for it in rules]


def path(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "pathPatterns": [f"/{name}/*"], **more}


def test_requests_go_where_the_routes_say(life: Life, cloud: Cloud) -> None:
    program(life, TO_ADMIN, OLD, NO_TRACE, targets=[ADMIN]).up_as_planned()
    to_admin = ask(life, cloud, "/admin/users?a=1")
    assert [it["port"] for it in to_admin["services"]] == [9090]
    assert to_admin["url"] == "/users?a=1"
    assert ask(life, cloud, "/old/x")["redirect"]["Path"] == "/new/#{path}"
    assert ask(life, cloud, "/", method="TRACE")["status"] == "405"
    assert port(life, cloud, "/") == 80
    settled(life)
    with never_without_a_task(cloud):
        program(life, TO_ADMIN, targets=[ADMIN], defaultAction=NOTHING).up(fails=True).says("No request reaches")
        everything = {"name": "rest", "hostHeaders": ["*.example.com"]}
        program(life, TO_ADMIN, everything, targets=[ADMIN], defaultAction=NOTHING).up_as_planned()
        assert ask(life, cloud, "/")["status"] == "404"
        assert port(life, cloud, "/", host="shop.example.com") == 80
        settled(life)
        program(life).up_as_planned()
        assert port(life, cloud, "/admin/") == 80
        settled(life)
    assert cloud.kinds()["elbv2:target-group"] == 1
    life.destroy()
    assert cloud.objects() == []


def test_shares_of_the_requests(life: Life, cloud: Cloud) -> None:
    forward = {"targets": [{"target": "admin", "weight": 10}, {"weight": 90}], "stickiness": {"duration": 60}}
    program(life, path("some", forward=forward), targets=[ADMIN]).up_as_planned()
    assert {it["port"]: it["weight"] for it in ask(life, cloud, "/some/x")["services"]} == {9090: 10, 80: 90}
    settled(life)


def test_an_inserted_route_moves_no_other(life: Life, cloud: Cloud) -> None:
    program(life, path("a"), path("b"), path("c")).up_as_planned()
    before = numbers(life)
    assert before == {"a": 100, "b": 200, "c": 300}
    cloud.forget_calls()
    program(life, path("a"), path("new"), path("b"), path("c")).up_as_planned()
    assert "elbv2:SetRulePriorities" not in cloud.counts()
    assert numbers(life) == before | {"new": 150}
    program(life, path("a"), path("b"), path("last")).up_as_planned()
    assert live(life, cloud) == ["a", "b", "last"]
    settled(life)


def test_another_order_is_one_call(life: Life, cloud: Cloud) -> None:
    names = ["a", "b", "c", "d"]
    program(life, *map(path, names)).up()
    for order in (["d", "a", "b", "c"], ["a", "b", "c", "d"], ["d", "c", "b", "a"], ["b", "new", "a", "d", "c"]):
        cloud.forget_calls()
        program(life, *map(path, order)).up_as_planned()
        assert live(life, cloud) == order
        assert cloud.counts()["elbv2:SetRulePriorities"] == 1
        life.refresh()
        settled(life)


def test_priorities_of_the_program_change_places(life: Life, cloud: Cloud) -> None:
    program(life, path("a", priority=10), path("b", priority=20)).up_as_planned()
    program(life, path("a", priority=20), path("b", priority=10)).up_as_planned()
    assert live(life, cloud) == ["b", "a"]
    life.refresh()
    settled(life)
    # Another name is another rule, which gets the number while the first one is still there.
    program(life, path("x", priority=20), path("b", priority=10)).up_as_planned()
    life.refresh()
    assert numbers(life) == {"b": 10, "x": 20}
    program(life, path("x"), path("b")).up_as_planned()
    assert live(life, cloud) == ["x", "b"]
    life.refresh()
    settled(life)


def test_a_priority_that_others_have_is_told_with_whose_it_is(life: Life, cloud: Cloud) -> None:
    program(life).up()
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
    listener = life.outputs()["httpListenerArn"]
    cloud.client("elbv2").create_rule(
        ListenerArn=listener,
        Priority=10,
        Conditions=[{"Field": "path-pattern", "Values": ["/theirs"]}],
        Actions=answer,
        Tags=[{"Key": "team", "Value": "payments"}],
    )
    ran = program(life, path("a", priority=10)).up(fails=True)
    ran.says("the priority 10 is in use on this listener")
    ran.says("team=payments")
    # Chosen ones pass it over.
    program(life, path("a"), path("b")).up_as_planned()
    settled(life)


def test_an_order_that_others_changed_is_put_right(life: Life, cloud: Cloud) -> None:
    program(life, path("a"), path("b")).up()
    rules = {name: life.resources()[f"web-route-{name}"]["id"] for name in ("a", "b")}
    pairs = [{"RuleArn": rules["a"], "Priority": 300}, {"RuleArn": rules["b"], "Priority": 7}]
    cloud.client("elbv2").set_rule_priorities(RulePriorities=pairs)
    assert live(life, cloud) == ["b", "a"]
    seen = {it.name: it.diffs for it in life.refresh().steps}
    assert seen == {"web-route-a": ["after"], "web-route-b": ["after"]}
    life.up()
    assert live(life, cloud) == ["a", "b"]
    life.refresh()
    settled(life)
    # Another number in the same order is as good.
    cloud.client("elbv2").set_rule_priorities(RulePriorities=[{"RuleArn": rules["b"], "Priority": 40000}])
    life.refresh()
    settled(life)
    assert numbers(life)["b"] == 40000


@pytest.mark.parametrize("deployments", [0, 1])
@pytest.mark.parametrize("given", [False, True])
def test_ecs_moves_the_traffic_of_the_one_route_that_forwards(
    life: Life, cloud: Cloud, deployments: int, given: bool
) -> None:
    """Between the strategies too: the rule of which ECS moves the traffic comes before the plain one, and goes after it."""
    numbered: list[dict[str, Any]] = [{"priority": 5}, {"priority": 10}] if given else [{}, {}]
    routes = [OLD | numbered[0], {"name": "shop", "hostHeaders": ["shop.example.com"]} | numbered[1]]
    blue_green = {"strategy": "blueGreen", "bakeTimeInMinutes": 5}
    other = "public.ecr.aws/nginx/nginx:1.28"
    program(life, *routes, defaultAction=NOTHING).up_as_planned()
    with never_without_a_target(cloud):
        program(life, *routes, defaultAction=NOTHING, deployment=blue_green).up_as_planned()
        assert port(life, cloud, "/", host="shop.example.com") == 80
        for _ in range(deployments):
            program(life, *routes, defaultAction=NOTHING, deployment=blue_green, image=other).up_as_planned()
        life.refresh()
        settled(life)
        program(life, *routes, defaultAction=NOTHING).up_as_planned()
    life.refresh()
    settled(life)
    assert port(life, cloud, "/", host="shop.example.com") == 80
    assert ask(life, cloud, "/")["status"] == "404"
    kinds = cloud.kinds()
    assert kinds["elbv2:target-group"] == 1 and kinds["elbv2:listener-rule"] == 2
    life.destroy()
    assert cloud.objects() == []


def test_a_further_port_is_reached_checked_and_watched(life: Life, cloud: Cloud) -> None:
    monitoring = {"level": "advanced"}
    program(life, monitoring=monitoring).up()
    checked = ADMIN | {"healthCheck": {"path": "/live", "port": "9091"}}
    with never_without_a_task(cloud):
        program(life, TO_ADMIN, targets=[checked], monitoring=monitoring).up_as_planned()
        settled(life)
        group = life.resources()["web-target-admin"]["id"]
        health = cloud.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        assert [(it["Target"]["Port"], it["TargetHealth"]["State"]) for it in health] == [(9090, "healthy")] * len(
            health
        )
        assert health
        assert "web-alarm-slow-target-admin" in life.resources()
        program(life, monitoring=monitoring).up_as_planned()
        settled(life)
    life.destroy()
    assert cloud.objects() == []
