"""The traffic of a deployment that shifts it: two target groups, and the weights in the rules of the load balancer.

ECS writes a weighted forward over both groups into the production rule, and into the test rule, if there is one
(pulumi/pulumi-aws and cdk-real-drift#1730 tell of the drift). It does not ask what is there at present before it
writes (aws/containers-roadmap#2853).
"""

from __future__ import annotations

from localaws.context import Context

from . import neighbours, targets
from .assumed import denied
from .causes import Cause, networking
from .model import Json, Revision, ServiceDeployment

_READS = ("DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth")


def _entries(config: Json) -> list[Json]:
    balancers: list[Json] = config.get("loadBalancers") or []
    return [it for it in balancers if it.get("advancedConfiguration")]


def _pair(entry: Json) -> list[str]:
    return [entry["targetGroupArn"], entry["advancedConfiguration"]["alternateTargetGroupArn"]]


def _rules(entry: Json) -> list[str]:
    advanced = entry["advancedConfiguration"]
    return [advanced[it] for it in ("productionListenerRule", "testListenerRule") if it in advanced]


def alternates(target: Revision, blue: Revision | None) -> bool:
    """Whether the target's tasks go to the alternate groups: where blue's tasks are not. By ARN, since a request may
    have swapped the two."""
    taken = [group for group, _, _ in targets.groups_of(blue)] if blue else []
    return any(it["targetGroupArn"] in taken for it in _entries(target.config))


def problem(deployment: ServiceDeployment, context: Context) -> Cause | None:
    """What ECS finds before it begins. Words: developer guide, "Troubleshooting Amazon ECS blue/green deployments"; of a
    missing rule, a transcript of a service's events."""
    blue = deployment.blue
    found = [
        _role_problem(entry, context) or _rule_problem(entry, context)
        for entry in _entries(deployment.target.config)
    ]
    if blue and len(_entries(blue.config)) < len(found):
        # "Update your service with the new advancedConfiguration and start a rolling deployment" first ("Updating the
        # deployment strategy from rolling update to Amazon ECS blue/green"). The words are ours.
        found.append(f". Service revision {blue.arn} has no advancedConfiguration.")
    return next((networking(it) for it in found if it), None)


def _role_problem(entry: Json, context: Context) -> str | None:
    role = entry["advancedConfiguration"]["roleArn"]
    reads = (f"elasticloadbalancing:{it}" for it in _READS)
    if neighbours.role_trusts_ecs(context, role) and not any(
        denied(role, "ECSNetworkingWithELB", it, "*") for it in reads
    ):
        return None
    return (
        ". ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role "
        f"'{role}'."
    )


def _rule_problem(entry: Json, context: Context) -> str | None:
    rules, pair = _rules(entry), _pair(entry)
    kinds = [neighbours.rule_kinds(context, it) for it in rules]
    if None in kinds:
        return ". One or more rules not found"
    mixed = next(
        (r for r, k in zip(rules, kinds, strict=True) if k and set(k) != {"forward"}), None
    )
    if mixed:
        # A rule that does more than forward makes the deployment fail (developer guide, "Application Load Balancer
        # resources for blue/green deployments"). The words are ours.
        return f". Listener rule {mixed} has actions other than forward."
    production = neighbours.rule_weights(context, rules[0])
    serving = [group for group, weight in production.items() if weight > 0]
    stray = next((it for it in serving if it not in pair), None)
    if stray:
        return (
            f". Production listener rule is forwarding traffic to unexpected target group {stray}. Expected traffic to "
            f"be forwarded to either targetGroupArn: {pair[0]} or alternateTargetGroupArn: {pair[1]}"
        )
    if len(serving) > 1:
        return (
            f". productionListenerRule {rules[0]} should have exactly one target group serving traffic but found "
            f"{len(serving)} target groups which are serving traffic"
        )
    known = {group for it in rules for group in neighbours.rule_weights(context, it)}
    lost = next((it for it in pair if it not in known), None)
    if lost:
        return (
            f": Target group {lost} is not associated with either productionListenerRule or "
            "testListenerRule."
        )
    return None


def shift_production(deployment: ServiceDeployment, percent: float, context: Context) -> str | None:
    """None, or why IAM did not let ECS."""
    refused = _write(deployment, "productionListenerRule", percent, context)
    if refused is None:
        deployment.production = percent
    return refused


def shift_test(deployment: ServiceDeployment, percent: float, context: Context) -> str | None:
    refused = _write(deployment, "testListenerRule", percent, context)
    if refused is None:
        deployment.test = percent
    return refused


def _write(
    deployment: ServiceDeployment, member: str, percent: float, context: Context
) -> str | None:
    for entry in _entries(deployment.target.config):
        advanced = entry["advancedConfiguration"]
        rule = advanced.get(member)
        if rule is None:
            continue
        listener = neighbours.listener_of_default(context, rule)
        action = "ModifyListener" if listener else "ModifyRule"
        refused = denied(
            advanced["roleArn"],
            "ECSNetworkingWithELB",
            f"elasticloadbalancing:{action}",
            listener or rule,
        )
        if refused:
            return refused
        green, blue = _pair(entry)[:: -1 if deployment.target.alternate else 1]
        ours, theirs = _weights(percent)
        neighbours.set_rule_weights(context, rule, {green: ours, blue: theirs})
    return None


def _weights(percent: float) -> tuple[int, int]:
    """Weights go to 999 (botocore: TargetGroupTuple.Weight), so a tenth of a percent is the nearest of these. Which
    numbers ECS writes is not public."""
    if percent == round(percent):
        return round(percent), 100 - round(percent)
    ours = max(round(percent * 9.99), 1)
    return ours, 999 - ours


def production_rules(revision: Revision) -> list[str]:
    """By load balancer entry; none for a revision whose traffic ECS does not shift."""
    return [_rules(it)[0] for it in _entries(revision.config)]
