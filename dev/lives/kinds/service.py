"""A service of ECS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from account import Cloud
from keyed import by_key, program_tags
from rows import Change, Facts, Kept, Kind, Row
from samples import OTHER_CONTAINER, shares
from spelling import enabled, ordered
from state import Entry

from kinds._ecs import TAGS

SUBNETS, OTHER_SUBNETS = ["$subnet1", "$subnet2"], ["$subnet2", "$subnet3"]


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    cluster = it.id.split("/")[1]
    answer = cloud.client("ecs").describe_services(cluster=cluster, services=[it.id], include=["TAGS"])
    (found,) = answer["services"]
    return found


# ECS's own values of the circuit breaker, which mean the same as none.
OF_ECS = {"thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50}, "resetOnHealthyTask": True}


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    network = found["networkConfiguration"]["awsvpcConfiguration"]
    deployment = found["deploymentConfiguration"]
    balancer, *further = found["loadBalancers"]
    breaker = {name: it for name, it in deployment["deploymentCircuitBreaker"].items() if OF_ECS.get(name) != it}
    advanced = balancer.get("advancedConfiguration", {})
    steps = deployment.get("canaryConfiguration") or deployment.get("linearConfiguration") or {}
    shift = {
        "strategy": deployment["strategy"],
        "bakeTimeInMinutes": deployment.get("bakeTimeInMinutes"),
        "steps": steps,
        "hooks": sorted(deployment.get("lifecycleHooks") or [], key=repr),
        **advanced,
    }
    alarms = deployment.get("alarms") or {}
    return {
        "clusterArn": found["clusterArn"],
        "taskDefinitionArn": found["taskDefinition"],
        "desiredCount": found["desiredCount"],
        "subnets": sorted(network["subnets"]),
        "securityGroups": sorted(network["securityGroups"]),
        "assignPublicIp": network["assignPublicIp"],
        "targetGroupArn": balancer["targetGroupArn"],
        "containerName": balancer["containerName"],
        "containerPort": balancer["containerPort"],
        "capacityProviderStrategy": [
            {"base": 0, "weight": 0} | item
            for item in sorted(found["capacityProviderStrategy"], key=lambda item: item["capacityProvider"])
        ],
        "minimumHealthyPercent": deployment["minimumHealthyPercent"],
        "maximumPercent": deployment["maximumPercent"],
        "circuitBreaker": deployment["deploymentCircuitBreaker"]["enable"],
        "rollback": deployment["deploymentCircuitBreaker"]["rollback"],
        "threshold": breaker.get("thresholdConfiguration"),
        "resetOnHealthyTask": breaker.get("resetOnHealthyTask"),
        "alarmNames": sorted(alarms["alarmNames"]) if alarms.get("enable") else None,
        "furtherTargets": [f"{it['containerName']}:{it['containerPort']}" for it in further] or None,
        **{f"shift.{key}": value for key, value in shift.items()},
        "healthCheckGracePeriodSeconds": found["healthCheckGracePeriodSeconds"],
        "enableExecuteCommand": found["enableExecuteCommand"],
        "tags": program_tags(by_key(found["tags"], "key", "value")),
    }


# `UpdateService` takes each of its members whole, so whoever changes a part of one reads first what is there.


def updated(members: Callable[[dict[str, Any], Any], dict[str, Any]]) -> Change:
    """A change of members that are made of what AWS has and of the value."""

    def change(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
        where = {"cluster": it.id.split("/")[1], "service": it.id}
        cloud.client("ecs").update_service(**where, **members(found_at(cloud, it), value))

    return change


def plain(name: str, **more: Any) -> Change:
    return updated(lambda _, value: {name: value, **more})


def network(name: str, spelled: Callable[[Any], Any] = lambda value: value) -> Change:
    return updated(
        lambda found, value: {
            "networkConfiguration": {
                "awsvpcConfiguration": found["networkConfiguration"]["awsvpcConfiguration"] | {name: spelled(value)}
            }
        }
    )


def balancer(**more: Any) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    return lambda found: [found["loadBalancers"][0] | more]


def deployment(name: str) -> Change:
    def members(found: dict[str, Any], value: Any) -> dict[str, Any]:
        there = found["deploymentConfiguration"]
        breaker = dict(there["deploymentCircuitBreaker"])
        kept = {key: there[key] for key in ("maximumPercent", "minimumHealthyPercent")}
        if name == "circuitBreaker":
            breaker |= {"enable": value, "rollback": breaker["rollback"] and value}
        elif name == "rollback":
            breaker["rollback"] = value
        elif name == "threshold":
            breaker["thresholdConfiguration"] = value
        elif name == "resetOnHealthyTask":
            breaker[name] = value
        elif name == "alarms":
            kept["alarms"] = {"alarmNames": value, "enable": True, "rollback": True}
        else:
            kept[name] = value
        return {"deploymentConfiguration": kept | {"deploymentCircuitBreaker": breaker}}

    return updated(members)


def delete(cloud: Cloud, it: Entry) -> None:
    ecs = cloud.client("ecs")
    cluster = it.id.split("/")[1]
    ecs.delete_service(cluster=cluster, service=it.id, force=True)
    # The local AWS settles at each look.
    for _ in range(5):
        ecs.describe_services(cluster=cluster, services=[it.id])


KIND = Kind(
    "fargate:ecs:Service",
    {
        "clusterArn": Row("$one.clusterArn", "$two.clusterArn"),
        "taskDefinitionArn": Row(
            "$one.taskDefinitionArn",
            "$two.taskDefinitionArn",
            changes_with=OTHER_CONTAINER,
            change=updated(
                lambda found, value: {"taskDefinition": value, "loadBalancers": balancer(**OTHER_CONTAINER)(found)}
            ),
        ),
        # Another tool deploys too: dev/stories/test_pipeline.py.
        "externalImage": Row(False, True),
        "desiredCount": Row(1, 2, shared_with_others=True, change=plain("desiredCount")),
        "scaled": Row(False, True),
        "subnets": Row(SUBNETS, OTHER_SUBNETS, as_aws_spells=ordered, change=network("subnets")),
        "securityGroups": Row(
            ["$one.serviceSecurityGroupId"],
            ["$two.serviceSecurityGroupId"],
            as_aws_spells=ordered,
            change=network("securityGroups"),
        ),
        "assignPublicIp": Row(True, False, as_aws_spells=enabled, change=network("assignPublicIp", enabled)),
        "targetGroupArn": Row(
            "$one.targetGroupArn",
            "$two.targetGroupArn",
            changes_with={"loadBalancerArn": "$two.loadBalancerArn"},
            change=updated(lambda found, value: {"loadBalancers": balancer(targetGroupArn=value)(found)}),
        ),
        "loadBalancerArn": Row("$one.loadBalancerArn", "$two.loadBalancerArn"),
        "containerName": Row(
            "app",
            OTHER_CONTAINER["containerName"],
            changes_with={
                "taskDefinitionArn": "$two.taskDefinitionArn",
                "containerPort": OTHER_CONTAINER["containerPort"],
            },
            not_alone="it is changed with the revision that has it",
        ),
        "containerPort": Row(
            80,
            OTHER_CONTAINER["containerPort"],
            changes_with={
                "taskDefinitionArn": "$two.taskDefinitionArn",
                "containerName": OTHER_CONTAINER["containerName"],
            },
            not_alone="it is changed with the revision that exposes it",
        ),
        "capacityProviderStrategy": Row(
            shares(("FARGATE", 0, 1)),
            shares(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 3)),
            change=plain("capacityProviderStrategy", forceNewDeployment=True),
        ),
        "minimumHealthyPercent": Row(100, 50, change=deployment("minimumHealthyPercent")),
        "maximumPercent": Row(200, 150, change=deployment("maximumPercent")),
        "circuitBreaker": Row(True, False, changes_with={"rollback": False}, change=deployment("circuitBreaker")),
        "rollback": Row(True, False, change=deployment("rollback")),
        "threshold": Row(
            {"type": "COUNT", "value": 4}, {"type": "UNBOUNDED_PERCENT", "value": 70}, change=deployment("threshold")
        ),
        # With true nothing is sent, because it is ECS's own.
        "resetOnHealthyTask": Row(
            False, True, as_aws_spells=lambda it: None if it else it, change=deployment("resetOnHealthyTask")
        ),
        "alarmNames": Row(["$theirs"], ["$strangers", "$theirs"], as_aws_spells=ordered, change=deployment("alarms")),
        "furtherTargets": Kept("it needs another target group that a listener leads to: test_routes.py", None),
        "shift": Kept("it needs a second target group, rules and a role: test_strategies.py leads all of it", None),
        "healthCheckGracePeriodSeconds": Row(60, 0, change=plain("healthCheckGracePeriodSeconds")),
        "enableExecuteCommand": Row(False, True, change=plain("enableExecuteCommand", forceNewDeployment=True)),
        "waitForSteadyState": Row(True, False),
        "failFast": Row(True, False),
        "onCancel": Row("rollback", "leave"),
        "triggers": Row({}, {"at": "1"}),
        "forceNewDeployment": Row(False, True),
        "logGroupName": Row("$one.logGroupName", "$two.logGroupName"),
    },
    look=look,
    delete=delete,
    tag=TAGS,
    unread=frozenset({"externalImage", "loadBalancerArn", "logGroupName"}),
)
