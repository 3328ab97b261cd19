"""Tags of load balancers, target groups, listeners and rules."""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.tagging import TAGS_PER_RESOURCE

from .lookups import backend, balancer, invalid, listener, target_group


def _must_exist(context: Context, arn: str) -> None:
    if ":loadbalancer/" in arn:
        balancer(context, arn)
    elif ":targetgroup/" in arn:
        target_group(context, arn)
    elif ":listener/" in arn:
        listener(context, arn)
    elif ":listener-rule/" in arn:
        rules: list[Any] = [
            rule
            for owner in backend(context).load_balancers.values()
            for found in owner.listeners.values()
            for rule in found.rules.values()
        ]
        if not any(rule.arn == arn for rule in rules):
            raise AwsError("RuleNotFound", "One or more rules not found")
    else:
        raise invalid(f"'{arn}' is not a valid ELB ARN")


@on("elbv2", "AddTags", "RemoveTags", "DescribeTags")
def change_or_describe(call: Call) -> Params:
    arns = call.params["ResourceArns"]
    if len(arns) > 20:
        raise invalid(
            f"Up to '20' resource ARNs can be specified, but '{len(arns)}' were specified"
        )
    for arn in arns:
        _must_exist(call.context, arn)
    if call.operation == "AddTags":
        _check_tags(call)
    return call.moto()


def _check_tags(call: Call) -> None:
    """The limit counts what is there already."""
    keys = [tag["Key"] for tag in call.params["Tags"]]
    tagger = backend(call.context).tagging_service
    for arn in call.params["ResourceArns"]:
        present = tagger.get_tag_dict_for_resource(arn)
        if len(set(present) | set(keys)) > TAGS_PER_RESOURCE:
            raise AwsError("TooManyTags", "The maximum number of tags has been reached")
