"""Routes through the real engine, and several services behind one load balancer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from world import SMALL, Cloud, Stack, TypeScriptStack

API = {
    "pathPatterns": ["/api/*"],
    "forward": {"target": "api"},
    "rewriteUrl": {"regex": "^/api/(.*)$", "replace": "/$1"},
}
OLD = {"hostHeaders": ["old.example.com"], "redirect": {"host": "new.example.com", "statusCode": 302}}
NOTHING = {"fixedResponse": {"statusCode": 404, "messageBody": "Nothing here."}}
FEW = [{"containerPort": 9090, "name": "api"}]


def ask(cloud: Cloud, url: str, path: str = "/", host: str = "") -> dict[str, Any]:
    headers = {"host": host} if host else {}
    return dict(cloud.control("POST", "ecs/requests", {"url": url + path, "headers": headers}))


def ports(answer: dict[str, Any]) -> list[int]:
    return sorted(it["port"] for it in answer["services"])


def nothing_is_lost(cloud: Cloud) -> None:
    """Since the last look, or since the test began to watch, each request that was forwarded found a healthy target."""
    (served,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert served["least"] >= 1 and served["lost"] == 0
    cloud.control("POST", "ecs/serving")


def test_requests_go_where_the_routes_say(stack: Stack, cloud: Cloud) -> None:
    """Routes come to a living service, change, are changed by hand, and go; whoever asks for a page gets it all the time."""
    before = cloud.objects()
    stack.service(**SMALL)
    stack.up()
    url = stack.outputs()["url"]
    assert cloud.control("POST", "ecs/serving")
    stack.service(**SMALL, targets=FEW, routes=[OLD, API])
    stack.up()
    assert ports(ask(cloud, url, "/api/orders")) == [9090] and ask(cloud, url, "/api/orders")["url"] == "/orders"
    assert ask(cloud, url, host="old.example.com")["redirect"]["Host"] == "new.example.com"
    assert ports(ask(cloud, url)) == [80]
    nothing_is_lost(cloud)
    stack.no_change()

    # What is not routed is answered, and a share of the pages goes to the other port.
    shared = {"targets": [{"weight": 9}, {"target": "api", "weight": 1}]}
    pages = {"hostHeaders": ["*.example.com"], "forward": shared}
    stack.service(**SMALL, targets=FEW, routes=[OLD, API, pages], defaultAction=NOTHING)
    stack.up()
    assert ask(cloud, url)["status"] == "404"
    assert ports(ask(cloud, url, host="shop.example.com")) == [80, 9090]
    nothing_is_lost(cloud)
    stack.no_change()

    # Somebody deletes a rule: a refresh sees it, and the next run creates it again.
    rule = stack.resources()["web-route-old-example-com"]["id"]
    cloud.client("elbv2").delete_rule(RuleArn=rule)
    stack.refresh()
    stack.up()
    assert ask(cloud, url, host="old.example.com")["redirect"]["Host"] == "new.example.com"

    stack.service(**SMALL)
    stack.up()
    assert ports(ask(cloud, url, "/api/orders")) == [80]
    nothing_is_lost(cloud)
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == before


def test_a_route_that_could_not_go_serves_on(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL, targets=FEW, routes=[API])
    stack.up()
    url = stack.outputs()["url"]
    cloud.control("POST", "ecs/serving")
    cloud.fault("ecs", "UpdateService", "denied")
    stack.service(**SMALL)
    stack.up(fails=True).says("AccessDenied")
    assert ports(ask(cloud, url, "/api/orders")) == [9090]
    stack.service(**SMALL, targets=FEW, routes=[API])
    stack.up()
    assert ports(ask(cloud, url, "/api/orders")) == [9090]
    nothing_is_lost(cloud)
    stack.no_change()
    stack.destroy()


def test_a_service_moves_behind_another_stacks_listener_and_back(stack: Stack, cloud: Cloud, tmp_path: Path) -> None:
    platform = Stack(tmp_path / "platform", cloud)
    document = {"listenerArn": "${web.httpListenerArn}", "albSecurityGroupId": "${web.albSecurityGroupId}"}
    platform.write(resources={"web": {"type": "fargate:FargateWebService", "properties": SMALL}}, outputs=document)
    platform.up()
    shared = {**platform.outputs(), "routes": [{"hostHeaders": ["shop.example.com"]}]}
    stack.service("shop", **SMALL)
    stack.up()
    cloud.control("POST", "ecs/serving")
    for inputs in (shared, {}):
        stack.service("shop", **SMALL, **inputs)
        stack.up()
        told = cloud.control("GET", "ecs/serving")["services"]
        # At each moment by the old way or by the new one; the old one ends when its balancer is deleted.
        assert all(it["least"] >= 1 for it in told.values()), told
        stack.no_change()
    stack.destroy()
    platform.destroy()
    assert cloud.objects() == []


def test_ten_stacks_start_at_the_same_time_on_one_listener(stack: Stack, cloud: Cloud, tmp_path: Path) -> None:
    document = {"listenerArn": "${platform.httpListenerArn}", "albSecurityGroupId": "${platform.albSecurityGroupId}"}
    stack.write(
        resources={"platform": {"type": "fargate:FargateWebService", "properties": SMALL}},
        outputs=document | {"url": "${platform.url}"},
    )
    stack.up()
    shared = stack.outputs()
    url = shared.pop("url")
    names = [f"team{n}" for n in range(10)]
    teams = {name: Stack(tmp_path / name, cloud) for name in names}
    for name, team in teams.items():
        team.service(name, **SMALL, **shared, routes=[{"hostHeaders": [f"{name}.example.com"]}])
    with ThreadPoolExecutor(len(teams)) as pool:
        list(pool.map(lambda team: team.up(), teams.values()))
    rules = cloud.client("elbv2").describe_rules(ListenerArn=shared["listenerArn"])["Rules"]
    assert len({it["Priority"] for it in rules}) == len(rules) == 11
    for name in names:
        (taken,) = ask(cloud, url, host=f"{name}.example.com")["services"]
        assert taken["service"].startswith(name)
    teams["team0"].no_change()
    with ThreadPoolExecutor(len(teams)) as pool:
        list(pool.map(lambda team: team.destroy(), teams.values()))
    stack.destroy()
    assert cloud.objects() == []


def team_of(folder: Path, cloud: Cloud, platform: Stack, name: str) -> TypeScriptStack:
    """A stack of the example's team program, in the backend of the platform."""
    team = TypeScriptStack(folder, cloud)
    team.env["PULUMI_BACKEND_URL"] = platform.env["PULUMI_BACKEND_URL"]
    team.made = True
    team.example("shared/team", "typescript")
    team.run("stack", "init", name)
    team.config("platform", "organization/platform/test")
    team.config("host", f"{name}.example.com")
    return team


def test_teams_attach_through_stack_references(typescript_stack: TypeScriptStack, cloud: Cloud, tmp_path: Path) -> None:
    """The programs of examples/shared: the platform goes last, and says so when somebody tries it first."""
    platform = typescript_stack
    platform.example("shared/platform", "typescript")
    platform.up()
    url = platform.outputs()["url"]
    teams = {name: team_of(tmp_path / name, cloud, platform, name) for name in ("basket", "search")}
    for name, team in teams.items():
        team.up()
        assert team.outputs()["url"] == f"http://{name}.example.com"
        (taken,) = ask(cloud, url, host=f"{name}.example.com")["services"]
        assert taken["service"].startswith("web")
    assert cloud.kinds()["elbv2:load-balancer"] == 1
    (front,) = ask(cloud, url)["services"]
    assert front["service"].startswith("front")
    for stack in (platform, *teams.values()):
        stack.no_change()

    refused = platform.run("destroy", "--yes", "--skip-preview", fails=True)
    refused.says("its load balancer leads to other services too")
    teams["basket"].destroy()
    teams["search"].destroy()
    platform.destroy()
    assert cloud.objects() == []
