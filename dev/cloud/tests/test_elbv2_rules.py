"""Rules of listeners: conditions, transforms, priorities, and what becomes of requests."""

from __future__ import annotations

from typing import Any

import pytest
from balancers import forward, make_balancer, make_group
from conftest import Cloud

ANSWER = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]


def listener(cloud: Cloud) -> tuple[str, str]:
    """Its ARN, and the balancer's DNS name."""
    balancer = make_balancer(cloud)
    made = cloud.client("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Port=80,
        Protocol="HTTP",
        DefaultActions=ANSWER,
    )
    return made["Listeners"][0]["ListenerArn"], balancer["DNSName"]


def paths(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def hosts(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def header(name: str, *values: str) -> dict[str, Any]:
    config = {"HttpHeaderName": name, "Values": list(values)}
    return {"Field": "http-header", "HttpHeaderConfig": config}


def methods(*values: str) -> dict[str, Any]:
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": list(values)}}


def sources(*values: str) -> dict[str, Any]:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


def query(*pairs: dict[str, str]) -> dict[str, Any]:
    return {"Field": "query-string", "QueryStringConfig": {"Values": list(pairs)}}


def rewrite(regex: str, replace: str) -> dict[str, Any]:
    return {
        "Type": "url-rewrite",
        "UrlRewriteConfig": {"Rewrites": [{"Regex": regex, "Replace": replace}]},
    }


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([], "A condition must be specified"),
        (
            [paths("/a", "/b"), hosts("a.b", "b.b"), methods("GET", "PUT")],
            "A rule can only have '5' condition values and regex values",
        ),
        ([paths("/a", "/b", "/c", "/d")], "can only have '3' values"),
        ([paths("/*/*/*", "/?/?/?")], "A rule can only have '5' condition wildcards"),
        ([paths("/a"), paths("/b")], "at most one condition of the field 'path-pattern'"),
        ([paths("/" + "a" * 128)], "'path-pattern' cannot contain more than 128 characters"),
        ([paths("/a b")], "Condition value '/a b' contains a character that is not valid"),
        ([hosts("localhost")], "'localhost' is not a valid host name"),
        ([header("X" * 41, "1")], "'http-header' name cannot contain more than 40 characters"),
        ([header("Host", "a")], "host header cannot be specified"),
        ([methods("get")], "Condition value 'get' contains a character that is not valid"),
        ([sources("here")], "The specified value 'here' is not a valid CIDR block"),
        ([sources("255.255.255.255/32")], "is not a valid CIDR block"),
        ([query({"Key": "a"})], "must have a value"),
        (
            [{"Field": "source-ip", "RegexValues": ["10.*"]}],
            "'RegexValues' is not supported for a condition of type 'source-ip'",
        ),
        (
            [{"Field": "host-header"}],
            "'Values or RegexValues or HostHeaderConfig'",
        ),
        (
            [{"Field": "host-header", "Values": ["a.b", "c.d"]}],
            "The 'host-header' field contains too many values; the limit is '1'",
        ),
    ],
)
def test_conditions_that_elb_refuses(
    cloud: Cloud, conditions: list[dict[str, Any]], message: str
) -> None:
    arn, _ = listener(cloud)
    code, told = cloud.refused(
        "elbv2",
        "create_rule",
        ListenerArn=arn,
        Priority=1,
        Conditions=conditions,
        Actions=ANSWER,
    )
    assert code == "ValidationError" and message in told


def test_transforms_are_replaced_and_taken_away(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    arn, _ = listener(cloud)
    base = {
        "ListenerArn": arn,
        "Priority": 1,
        "Conditions": [paths("/a/*")],
        "Actions": forward(make_group(cloud)),
    }
    twice = [rewrite("a", "b"), rewrite("b", "c")]
    assert cloud.refused("elbv2", "create_rule", **base, Transforms=twice)[0] == "ValidationError"
    looks = [rewrite("(?=a)", "b")]
    assert cloud.refused("elbv2", "create_rule", **base, Transforms=looks)[0] == (
        "InvalidLoadBalancerAction"
    )
    made = elb.create_rule(**base, Transforms=[rewrite("^/a/(.*)$", "/$1")])["Rules"][0]
    assert made["Transforms"] == [rewrite("^/a/(.*)$", "/$1")]
    rule = made["RuleArn"]
    # What is left out stays.
    elb.modify_rule(RuleArn=rule, Conditions=[paths("/b/*")])
    assert elb.describe_rules(RuleArns=[rule])["Rules"][0]["Transforms"]
    code, _ = cloud.refused("elbv2", "modify_rule", RuleArn=rule, Transforms=[])
    assert code == "ValidationError", "an empty list takes none away"
    elb.modify_rule(RuleArn=rule, ResetTransforms=True)
    assert "Transforms" not in elb.describe_rules(RuleArns=[rule])["Rules"][0]


def test_priorities_change_places_in_one_call(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    arn, _ = listener(cloud)
    rules = [
        elb.create_rule(
            ListenerArn=arn, Priority=number, Conditions=[paths(f"/{number}")], Actions=ANSWER
        )["Rules"][0]["RuleArn"]
        for number in (1, 2, 3)
    ]
    pairs = [{"RuleArn": rules[0], "Priority": 2}, {"RuleArn": rules[1], "Priority": 1}]
    elb.set_rule_priorities(RulePriorities=pairs)
    listed = elb.describe_rules(ListenerArn=arn, PageSize=2)
    assert listed["NextMarker"]
    order = [it["RuleArn"] for it in elb.describe_rules(ListenerArn=arn)["Rules"]]
    assert order[:3] == [rules[1], rules[0], rules[2]]
    taken = [{"RuleArn": rules[0], "Priority": 3}]
    code, message = cloud.refused("elbv2", "set_rule_priorities", RulePriorities=taken)
    assert (code, message) == ("PriorityInUse", "Priority '3' is currently in use")
    beyond = [{"RuleArn": rules[0], "Priority": 50_001}]
    code, _ = cloud.refused("elbv2", "set_rule_priorities", RulePriorities=beyond)
    assert code == "ValidationError"


def test_a_rule_is_shown_with_all_that_holds(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    arn, _ = listener(cloud)
    group = make_group(cloud)
    plain = {"Field": "path-pattern", "Values": ["/a"]}
    made = elb.create_rule(ListenerArn=arn, Priority=1, Conditions=[plain], Actions=forward(group))[
        "Rules"
    ][0]
    assert made["Priority"] == "1"
    assert made["Conditions"] == [plain | {"PathPatternConfig": {"Values": ["/a"]}}]
    (action,) = made["Actions"]
    assert action["TargetGroupArn"] == group
    assert action["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": group, "Weight": 1}]
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Path": "/b"}}
    changed = elb.modify_rule(RuleArn=made["RuleArn"], Actions=[redirect])["Rules"][0]
    assert changed["Actions"][0]["RedirectConfig"]["Host"] == "#{host}"


def test_what_becomes_of_requests(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    # It answers where ECS was asked once.
    cloud.client("ecs").list_clusters()
    arn, name = listener(cloud)
    group = make_group(cloud)
    rules = [
        ([hosts("*.Example.com"), paths("/Api/*")], [rewrite("^/Api/(.*)$", "/$1")]),
        ([header("X-Version", "2*"), query({"Key": "beta", "Value": "yes"})], []),
        ([sources("10.0.0.0/8"), methods("PUT")], []),
    ]
    for number, (conditions, transforms) in enumerate(rules, 1):
        elb.create_rule(
            ListenerArn=arn,
            Priority=number,
            Conditions=conditions,
            Actions=forward(group),
            **({"Transforms": transforms} if transforms else {}),
        )

    def ask(path: str, method: str = "GET", source: str = "192.0.2.1", **headers: str) -> Any:
        body = {"url": f"http://{name}{path}", "method": method, "source": source}
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return cloud.control("POST", "/ecs/requests", body | {"headers": named})

    api = ask("/Api/users?x=1", host="shop.example.COM")
    assert (api["priority"], api["url"], api["targetGroups"]) == (1, "/users?x=1", {group: 1})
    assert ask("/api/users", host="shop.example.com")["priority"] == "default", "case matters"
    assert ask("/Api/users", host="example.com")["priority"] == "default"
    assert ask("/?beta=YES", x_version="2.1")["priority"] == 2
    assert ask("/?beta=no", x_version="2.1")["priority"] == "default"
    assert ask("/", "PUT", "10.1.2.3")["priority"] == 3
    assert ask("/", "PUT")["status"] == "200"
