"""A rule of a listener, which forwards to two target groups. Their weights are ECS's: nobody looks at them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from account import Cloud
from others import Call
from rows import Facts, Feature, Input, Kind, Row, Theirs
from spelling import ordered, text
from state import Entry

from kinds._elb import TAGS, tags


def look(cloud: Cloud, it: Entry) -> Facts:
    (found,) = cloud.client("elbv2").describe_rules(RuleArns=[it.id])["Rules"]
    (condition,) = found["Conditions"]
    (action,) = found["Actions"]
    groups = [group["TargetGroupArn"] for group in action["ForwardConfig"]["TargetGroups"]]
    return {
        "listenerArn": it.id.rpartition("/")[0].replace(":listener-rule/", ":listener/"),
        "priority": found["Priority"],
        "pathPatterns": sorted(condition["PathPatternConfig"]["Values"]),
        "groups": sorted(groups),
        "tags": tags(cloud, it.id),
    }


def call(members: Callable[[Any], dict[str, Any]]) -> Call:
    return Call("elbv2", "modify_rule", "RuleArn", members)


def patterns(values: list[str]) -> dict[str, Any]:
    return {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": values}}]}


def priority(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    cloud.client("elbv2").set_rule_priorities(RulePriorities=[{"RuleArn": it.id, "Priority": value}])


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


OTHERS = {"targetGroupArn": "$targets3", "alternateTargetGroupArn": "$targets4"}

KIND = Kind(
    "fargate:lb:ListenerRule",
    {
        "listenerArn": Row("$one.httpListenerArn", "$two.httpListenerArn", changes_with=OTHERS),
        "priority": Row(50000, 10, as_aws_spells=text, change=priority),
        "pathPatterns": Row(["/*"], ["/a/*", "/b"], as_aws_spells=ordered, change=call(patterns)),
        "targetGroupArn": Row("$targets1", "$targets3"),
        "alternateTargetGroupArn": Row("$targets2", "$targets4"),
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
    | {"check": Theirs(function, FUNCTION.format("check")), "calling": Theirs(caller, ROLE.format("calling"))},
)
