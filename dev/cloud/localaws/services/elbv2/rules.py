"""Rules of listeners: their priorities, and what of them is read back.

Sources: API reference (CreateRule, ModifyRule, SetRulePriorities, DescribeRules); ELB user guide, "Listener rules for your
Application Load Balancer"; terraform-provider-aws, elbv2/listener_rule.go, which sends `ResetTransforms` because an empty
list takes none away.
"""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from . import authenticating
from .actions import check_actions
from .conditions import check_conditions, check_transforms
from .lookups import backend, balancer, invalid, listener

RULES_PER_BALANCER = 100
PRIORITIES = range(1, 50_001)


@on("elbv2", "CreateRule")
def create_rule(call: Call) -> Params:
    params, context = call.params, call.context
    found = listener(context, params["ListenerArn"])
    owner = balancer(context, found.load_balancer_arn)
    check_actions(context, owner, found.protocol, int(found.port), params["Actions"], default=False)
    check_conditions(params["Conditions"])
    transforms = params.get("Transforms", [])
    check_transforms(transforms)
    priority = params["Priority"]
    _check_priority(priority)
    if any(str(rule.priority) == str(priority) for rule in found.rules.values()):
        raise AwsError("PriorityInUse", f"Priority '{priority}' is currently in use")
    if sum(len(item.rules) - 1 for item in owner.listeners.values()) >= RULES_PER_BALANCER:
        raise AwsError("TooManyRules", "The maximum number of rules has been reached")
    answer = call.moto(params={key: value for key, value in params.items() if key != "Transforms"})
    rule = _rule(context, answer["Rules"][0]["RuleArn"])[1]
    rule.transforms = transforms
    return {"Rules": [_shown(rule)]}


@on("elbv2", "ModifyRule")
def modify_rule(call: Call) -> Params:
    """A member that is left out stays; a list that is given replaces the whole list (botocore)."""
    params = call.params
    found, rule = _rule(call.context, params["RuleArn"])
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be modified")
    resets = params.get("ResetTransforms", False)
    transforms = params.get("Transforms", [])
    if resets and transforms:
        raise invalid("Transforms cannot be specified together with ResetTransforms")
    if not any((params.get("Actions"), params.get("Conditions"), transforms, resets)):
        raise invalid("Either conditions or actions must be specified")
    if "Actions" in params:
        owner = balancer(call.context, found.load_balancer_arn)
        check_actions(
            call.context,
            owner,
            found.protocol,
            int(found.port),
            params["Actions"],
            False,
            rule.actions,
        )
    if "Conditions" in params:
        check_conditions(params["Conditions"])
    check_transforms(transforms)
    if params.get("Actions") or params.get("Conditions"):
        kept = {key: value for key, value in params.items() if "Transforms" not in key}
        call.moto(params=kept)
    if transforms or resets:
        rule.transforms = transforms
    return {"Rules": [_shown(rule)]}


@on("elbv2", "SetRulePriorities")
def set_rule_priorities(call: Call) -> Params:
    """Several at once: rules that are named may change places, since only those that are not hold a number (user guide,
    "Update listener rule priorities": the console reorders all of them in one call)."""
    pairs = call.params["RulePriorities"]
    if not pairs:
        raise invalid("At least one rule priority must be specified")
    named = [_rule(call.context, pair["RuleArn"]) for pair in pairs]
    wanted = [int(pair["Priority"]) for pair in pairs]
    for rule in (rule for _, rule in named):
        if rule.is_default:
            raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be modified")
    for priority in wanted:
        _check_priority(priority)
        if wanted.count(priority) > 1:
            raise invalid(f"Priority '{priority}' cannot be provided multiple times")
    if len({found.arn for found, _ in named}) > 1:
        raise invalid("All rules must belong to the same listener")
    moved = [rule.arn for _, rule in named]
    for other in named[0][0].rules.values():
        if other.arn not in moved and str(other.priority) in map(str, wanted):
            raise AwsError("PriorityInUse", f"Priority '{other.priority}' is currently in use")
    for (_, rule), priority in zip(named, wanted, strict=True):
        rule.priority = priority
    return {"Rules": [_shown(rule) for _, rule in named]}


@on("elbv2", "DescribeRules")
def describe_rules(call: Call) -> Params:
    arns = call.params.get("RuleArns", [])
    if bool(arns) == bool(call.params.get("ListenerArn")):
        raise invalid("You must specify either listener rule ARNs or a listener ARN")
    if arns:
        rules = [_rule(call.context, arn)[1] for arn in dict.fromkeys(arns)]
    else:
        rules = list(listener(call.context, call.params["ListenerArn"]).rules.values())
    rules.sort(
        key=lambda rule: (bool(rule.is_default), 0 if rule.is_default else int(rule.priority))
    )
    begin, size = int(call.params.get("Marker", "0")), int(call.params.get("PageSize", 400))
    page: Params = {"Rules": [_shown(rule) for rule in rules[begin : begin + size]]}
    return page | ({"NextMarker": str(begin + size)} if begin + size < len(rules) else {})


@on("elbv2", "DeleteRule")
def delete_rule(call: Call) -> Params:
    _, rule = _rule(call.context, call.params["RuleArn"])
    if rule.is_default:
        raise AwsError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be deleted")
    return call.moto()


def _check_priority(priority: int) -> None:
    if int(priority) not in PRIORITIES:
        raise invalid(f"Rule priority '{priority}' must be from 1 to 50000")


def _rule(context: Context, arn: str) -> tuple[Any, Any]:
    for owner in backend(context).load_balancers.values():
        for found in owner.listeners.values():
            for rule in found.rules.values():
                if rule.arn == arn:
                    return found, rule
    raise AwsError("RuleNotFound", "One or more rules not found")


_IN_BOTH = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
# API reference, RedirectActionConfig: what a member is that is left out.
_KEPT = {
    "Protocol": "#{protocol}",
    "Port": "#{port}",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
}


def _shown(rule: Any) -> Params:
    shown: Params = {
        "RuleArn": rule.arn,
        "Priority": "default" if rule.is_default else str(rule.priority),
        "Conditions": [_condition(it) for it in rule.conditions],
        "Actions": [_action(it.data, index) for index, it in enumerate(rule.actions)],
        "IsDefault": bool(rule.is_default),
    }
    transforms = getattr(rule, "transforms", [])
    return shown | ({"Transforms": transforms} if transforms else {})


def _condition(condition: Params) -> Params:
    """Hosts and paths come back in both spellings (kubernetes-sigs/aws-load-balancer-controller reads the second one)."""
    config = _IN_BOTH.get(condition["Field"])
    values = condition.get("Values") or condition.get(config or "", {}).get("Values")
    if config is None or not values:
        return condition
    return condition | {"Values": values, config: {"Values": values}}


def _action(action: Params, index: int) -> Params:
    """With an order in any case; a forward to one group in both spellings, a redirect with all that it keeps."""
    shown = {"Order": index + 1} | authenticating.shown(action)
    if action["Type"] == "redirect":
        shown["RedirectConfig"] = _KEPT | action["RedirectConfig"]
    if action["Type"] == "forward":
        config = dict(action.get("ForwardConfig", {}))
        groups = config.get("TargetGroups") or [{"TargetGroupArn": action["TargetGroupArn"]}]
        config["TargetGroups"] = [{"Weight": 1} | it for it in groups]
        config.setdefault("TargetGroupStickinessConfig", {"Enabled": False})
        shown["ForwardConfig"] = config
        if len(groups) == 1:
            shown["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    return shown
