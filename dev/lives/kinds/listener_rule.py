"""A rule of a listener: which requests it takes, and what becomes of them."""

from __future__ import annotations

import json
from typing import Any

from account import Cloud
from authentication import CLAIM, JWT, before, entered, spelled
from rows import ABSENT, Facts, Feature, Input, Kept, Kind, Row, Theirs
from spelling import ordered, text
from state import Entry

from kinds._elb import TAGS, tags


def look(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("elbv2").describe_rules(RuleArns=[it.id])["Rules"]
    fields = {
        "path-pattern": ("pathPatterns", "PathPatternConfig"),
        "host-header": ("hostHeaders", "HostHeaderConfig"),
        "source-ip": ("sourceIps", "SourceIpConfig"),
        "http-request-method": ("methods", "HttpRequestMethodConfig"),
    }
    facts: Facts = dict.fromkeys(name for name, _ in fields.values())
    for condition in found["Conditions"]:
        name, config = fields.get(condition["Field"], ("", ""))
        if name:
            facts[name] = sorted(condition[config]["Values"])
        elif condition["Field"] == "http-header":
            header = condition["HttpHeaderConfig"]
            plain = {"name": header["HttpHeaderName"], "values": sorted(header["Values"])}
            facts["httpHeaders"] = [*facts.get("httpHeaders", []), plain]
        else:
            pairs = condition["QueryStringConfig"]["Values"]
            facts["queryStrings"] = [{key.lower(): value for key, value in pair.items()} for pair in pairs]
    action = found["Actions"][-1]
    forward, response = action.get("ForwardConfig"), action.get("FixedResponseConfig")
    stickiness = (forward or {}).get("TargetGroupStickinessConfig", {})
    transforms = {it["Type"]: it for it in found.get("Transforms", [])}

    def rewrite(kind: str, config: str) -> dict[str, str] | None:
        if kind not in transforms:
            return None
        (one,) = transforms[kind][config]["Rewrites"]
        return {"regex": one["Regex"], "replace": one["Replace"]}

    redirect = {key.lower(): value for key, value in (action.get("RedirectConfig") or {}).items()}
    return facts | {
        "httpHeaders": facts.get("httpHeaders"),
        "queryStrings": facts.get("queryStrings"),
        "listenerArn": it.id.rpartition("/")[0].replace(":listener-rule/", ":listener/"),
        # One that was chosen is what it is: the order counts.
        "priority": None if "order" in it.inputs else found["Priority"],
        "forward": forward and shown(forward["TargetGroups"], "alternateTargetGroupArn" in it.inputs),
        "forward.stickinessDuration": stickiness.get("DurationSeconds"),
        "redirect": {key: value for key, value in redirect.items() if "#{" not in value} or None,
        "fixedResponse": response
        and {name: response.get(name) for name in ("StatusCode", "ContentType", "MessageBody")},
        "rewriteHost": rewrite("host-header-rewrite", "HostHeaderRewriteConfig"),
        "rewriteUrl": rewrite("url-rewrite", "UrlRewriteConfig"),
        "authentication": entered(found["Actions"]),
        "tags": tags(cloud, it.id),
    }


def shown(groups: list[dict[str, Any]], moving: bool) -> Any:
    """Where ECS moves the traffic, the weights are its own."""
    shares = [{"group": group["TargetGroupArn"], "weight": group["Weight"]} for group in groups]
    return None if moving else sorted(shares, key=repr)


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    """As a person at the console, who sees the rule whole and sends all of what is changed."""
    elb = cloud.client("elbv2")
    (found,) = elb.describe_rules(RuleArns=[it.id])["Rules"]
    fields = {
        "pathPatterns": "path-pattern",
        "hostHeaders": "host-header",
        "sourceIps": "source-ip",
        "methods": "http-request-method",
        "httpHeaders": "http-header",
        "queryStrings": "query-string",
    }
    if path in fields:
        others = [condition for condition in found["Conditions"] if condition["Field"] != fields[path]]
        for condition in others:
            condition.pop("Values", None)
        elb.modify_rule(RuleArn=it.id, Conditions=others + conditions(path, fields[path], value))
    elif path.startswith("rewrite"):
        kind = {"rewriteHost": "host-header-rewrite", "rewriteUrl": "url-rewrite"}[path]
        config = {"rewriteHost": "HostHeaderRewriteConfig", "rewriteUrl": "UrlRewriteConfig"}[path]
        kept = [it for it in found.get("Transforms", []) if it["Type"] != kind]
        rewrites = [{"Regex": value["regex"], "Replace": value["replace"]}] if value else []
        changed = kept + ([{"Type": kind, config: {"Rewrites": rewrites}}] if value else [])
        elb.modify_rule(RuleArn=it.id, **({"Transforms": changed} if changed else {"ResetTransforms": True}))
    elif path == "authentication":
        elb.modify_rule(RuleArn=it.id, Actions=before(value, found["Actions"]))
    else:
        elb.modify_rule(RuleArn=it.id, Actions=[action(path, value)])


def conditions(path: str, field: str, value: Any) -> list[dict[str, Any]]:
    if path == "httpHeaders":
        return [
            {"Field": field, "HttpHeaderConfig": {"HttpHeaderName": one["name"], "Values": one["values"]}}
            for one in value or []
        ]
    if not value:
        return []
    if path == "queryStrings":
        value = [{key.capitalize(): text for key, text in pair.items()} for pair in value]
    config = {
        "pathPatterns": "PathPatternConfig",
        "hostHeaders": "HostHeaderConfig",
        "sourceIps": "SourceIpConfig",
        "methods": "HttpRequestMethodConfig",
        "queryStrings": "QueryStringConfig",
    }[path]
    return [{"Field": field, config: {"Values": value}}]


def action(path: str, value: Any) -> dict[str, Any]:
    if path == "redirect":
        members = {key[0].upper() + key[1:]: text for key, text in value.items() if key != "statusCode"}
        return {"Type": "redirect", "RedirectConfig": members | {"StatusCode": f"HTTP_{value['statusCode']}"}}
    if path == "fixedResponse":
        members = {key[0].upper() + key[1:]: str(text) for key, text in value.items()}
        return {"Type": "fixed-response", "FixedResponseConfig": members}
    groups = [{"TargetGroupArn": it["targetGroupArn"], "Weight": it["weight"]} for it in value["targets"]]
    stickiness = value.get("stickinessDuration")
    config = {"Enabled": stickiness is not None} | ({"DurationSeconds": stickiness} if stickiness else {})
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": config}}


def priority(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    number = 50000 if value in (None, ABSENT) else value
    cloud.client("elbv2").set_rule_priorities(RulePriorities=[{"RuleArn": it.id, "Priority": number}])


FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:{}"
ROLE = "arn:aws:iam::123456789012:role/{}"


def hook(**more: Any) -> Input:
    """A hook that runs late in a deployment, when there is one."""
    return Input(
        [{"stages": ["POST_PRODUCTION_TRAFFIC_SHIFT"]} | ({} if "lambdaArn" in more else {"pause": True}) | more]
    )


def function(cloud: Cloud, name: str) -> str:
    """Of Lambda; it answers that all is well."""
    arn = FUNCTION.format(name)
    cloud.control("PUT", "ecs/functions", {"arn": arn, "answers": [{"hookStatus": "SUCCEEDED"}]})
    return arn


def caller(cloud: Cloud, name: str) -> str:
    """A role with which ECS may call functions."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}}
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION.format("*")}
    iam = cloud.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName=name, PolicyName="calls", PolicyDocument=document(may))
    return ROLE.format(name)


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def alarm(cloud: Cloud, name: str) -> str:
    """Of others."""
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Statistic="Average",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=90,
        Period=60,
        EvaluationPeriods=1,
    )
    return name


def secure(cloud: Cloud, name: str) -> str:
    """A listener of HTTPS of the load balancer of the service `one`."""
    elb, acm = cloud.client("elbv2"), cloud.client("acm")
    arn = acm.request_certificate(DomainName=f"{name}.example.com", ValidationMethod="DNS")["CertificateArn"]
    cloud.validate(arn)
    balancer = next(
        it for it in elb.describe_load_balancers()["LoadBalancers"] if it["LoadBalancerName"].startswith("one")
    )
    made = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Port=8443,
        Protocol="HTTPS",
        Certificates=[{"CertificateArn": arn}],
        DefaultActions=[action("fixedResponse", {"statusCode": 404})],
    )
    return str(made["Listeners"][0]["ListenerArn"])


LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/one/1111111111111111/2222222222222222"


def to(*shares: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"targets": [{"targetGroupArn": arn, "weight": weight} for arn, weight in shares]} | more


def response(value: dict[str, Any]) -> dict[str, Any]:
    body = value.get("messageBody")
    return {"StatusCode": str(value["statusCode"]), "ContentType": value["contentType"], "MessageBody": body}


def redirected(value: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): text for key, text in value.items()} | {"statuscode": f"HTTP_{value['statusCode']}"}


def weights(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"group": it["targetGroupArn"], "weight": it["weight"]} for it in value["targets"]]


ORDER = "it says of the others where they are, and of this one nothing: test_routes.py leads rules that have an order"
ECS = "ECS moves the traffic of it: test_strategies.py"
OTHERS = {"forward": to(("$targets3", 1))}
INSTEAD = {"forward": ABSENT, "rewriteHost": ABSENT, "rewriteUrl": ABSENT}
# A rule has five values at most.
FEWER = {"methods": ABSENT, "hostHeaders": ABSENT}

KIND = Kind(
    "fargate:lb:ListenerRule",
    {
        "listenerArn": Row("$one.httpListenerArn", "$two.httpListenerArn", changes_with=OTHERS),
        "priority": Row(70, 10, absent="50000", as_aws_spells=text, change=priority),
        "after": Kept(ORDER, ABSENT),
        "order": Kept(ORDER, ABSENT),
        "priorities": Kept(ORDER, ABSENT),
        "shared": Kept("whose the listener is: test_shared.py", ABSENT),
        "pathPatterns": Row(["/*"], ["/a/*", "/b"], needed=True, as_aws_spells=ordered, change=change),
        "hostHeaders": Row(["a.example.com"], ["*.example.com"], as_aws_spells=ordered, change=change),
        "sourceIps": Row(["10.0.0.0/8"], ["192.0.2.0/24"], needs=FEWER, as_aws_spells=ordered, change=change),
        "methods": Row(["GET"], ["PUT"], as_aws_spells=ordered, change=change),
        "httpHeaders": Row(
            [{"name": "X-A", "values": ["1"]}], [{"name": "X-B", "values": ["2"]}], needs=FEWER, change=change
        ),
        "queryStrings": Row([{"key": "a", "value": "1"}], [{"value": "2"}], needs=FEWER, change=change),
        "forward": Row(to(("$targets1", 1)), to(("$targets2", 1)), needed=True, as_aws_spells=weights, change=change),
        "redirect": Row(
            {"statusCode": 301, "host": "www.example.com"},
            {"statusCode": 302, "path": "/new", "query": "a=1", "protocol": "HTTPS", "port": "8443"},
            needed=True,
            needs=INSTEAD,
            as_aws_spells=redirected,
            change=change,
        ),
        "fixedResponse": Row(
            {"statusCode": 404, "contentType": "text/plain"},
            {"statusCode": 503, "contentType": "text/html", "messageBody": "Later."},
            needed=True,
            needs=INSTEAD,
            as_aws_spells=response,
            change=change,
        ),
        "rewriteHost": Row({"regex": "^(.*)$", "replace": "in.$1"}, {"regex": "^a", "replace": "b"}, change=change),
        "rewriteUrl": Row({"regex": "^/a/(.*)$", "replace": "/$1"}, {"regex": "^/b", "replace": "/c"}, change=change),
        "authentication": Row(
            {"jwt": JWT},
            {"jwt": JWT | {"claims": [CLAIM | {"format": "single-string"}]}},
            needs={"listenerArn": "$secure"},
            as_aws_spells=spelled,
            change=change,
        ),
        "clientSecretFrom": Kept("AWS does not return it: test_authentication.py", ABSENT),
        "targetGroupArn": Kept(ECS, ABSENT),
        "alternateTargetGroupArn": Kept(ECS, ABSENT),
        "formerTargetGroupArn": Kept("It says what happens only until the service has moved", ABSENT),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("elbv2").delete_rule(RuleArn=it.id),
    tag=TAGS,
    moves={"listenerArn": "$two.httpListenerArn", **OTHERS},
    feature=Feature(
        "moving traffic",
        {"deployment": {"strategy": "canary", "testListenerPort": 9000, "rollbackAlarms": {"names": ["$theirs"]}}},
        {
            "deployment.strategy": Input("blueGreen"),
            "deployment.bakeTimeInMinutes": Input(3),
            "deployment.canary.percent": Input(7.5, changes_with={"deployment.strategy": "canary"}),
            "deployment.canary.bakeTimeInMinutes": Input(2, changes_with={"deployment.strategy": "canary"}),
            "deployment.linear.stepPercent": Input(20, changes_with={"deployment.strategy": "linear"}),
            "deployment.linear.stepBakeTimeInMinutes": Input(1, changes_with={"deployment.strategy": "linear"}),
            "deployment.testListenerPort": Input(9001),
            "deployment.hooks[].stages": hook(stages=["PRE_SCALE_UP", "POST_SCALE_UP"]),
            "deployment.hooks[].lambdaArn": hook(lambdaArn="$check"),
            "deployment.hooks[].roleArn": hook(lambdaArn="$check", roleArn="$calling"),
            "deployment.hooks[].pause": hook(pause=True),
            "deployment.hooks[].timeoutInMinutes": hook(timeoutInMinutes=5),
            "deployment.hooks[].timeoutAction": hook(timeoutAction="CONTINUE"),
            "deployment.pause": Input("approve"),
            "deployment.pauseTimeoutInMinutes": Input(60, changes_with={"deployment.pause": "approve"}),
            "deployment.rollbackAlarms.own": Input(True, changes_with={"monitoring": {"level": "advanced"}}),
            "deployment.rollbackAlarms.names": Input(["$strangers"]),
        },
    ),
    ground={name: Theirs(alarm, name) for name in ("theirs", "strangers")}
    | {"secure": Theirs(secure, LISTENER)}
    | {"check": Theirs(function, FUNCTION.format("check")), "calling": Theirs(caller, ROLE.format("calling"))},
)
