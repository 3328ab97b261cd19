"""ECR: lifecycle policies, checked and carried out.

Sources: "Lifecycle policy properties" and "Lifecycle policy evaluation rules" (ECR user guide).
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.ecr.models import ecr_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on, settles
from localaws.state import Table

from .images import children
from .repositories import repository_of

_RULE_KEYS = {"rulePriority", "description", "selection", "action"}
_SELECTION_KEYS = {
    "tagStatus", "tagPrefixList", "tagPatternList", "countType", "countUnit", "countNumber", "storageClass",
}  # fmt: skip
_COUNT_TYPES = (
    "imageCountMoreThan",
    "sinceImagePushed",
    "sinceImagePulled",
    "sinceImageTransitioned",
)
RULES_PER_POLICY = 50
DAY = 24 * 3600

# Repository's ARN -> when its policy is carried out next. ECR says "within 24 hours": once a day is
# the slowest that this allows.
_due: Table[str, float] = Table()


@on("ecr", "PutLifecyclePolicy", "StartLifecyclePolicyPreview")
def put_lifecycle_policy(call: Call) -> Params:
    repository = repository_of(call)
    text = call.params.get("lifecyclePolicyText")
    if text is not None:
        check_lifecycle_policy(text)
    if call.operation == "PutLifecyclePolicy":
        _due[repository.arn] = call.context.clock.now() + DAY
    return call.moto()


@settles("ecr")
def settle(context: Context) -> None:
    carry_out(context.account, context.region, context.clock.now())


def carry_out(account: str, region: str, now: float) -> None:
    """Removes from all repositories of a region what their policies have let go by now."""
    for repository in ecr_backends[account][region].repositories.values():
        if not repository.lifecycle_policy:
            continue
        due = _due.get(repository.arn, now)
        while due <= now:
            gone = expired(json.loads(repository.lifecycle_policy), repository.images, due)
            repository.images = [it for it in repository.images if it not in gone]
            due += DAY
        _due[repository.arn] = due


def expired(policy: Params, images: list[Any], now: float) -> list[Any]:
    """What the policy lets go: each rule looks at all images that it is about, and marks those that
    no rule of a higher priority is about. What an index names does not go before it, and takes no
    place in a count (seen live: DefangLabs/pulumi-defang#466)."""
    named = {digest for image in images for digest in children(image)}
    alone = [it for it in images if it.get_image_digest() not in named]
    alone.reverse()
    # In the order of the pushes where the seconds are equal.
    youngest_first = sorted(alone, key=lambda it: -it.image_pushed_at)
    gone: list[Any] = []
    claimed: list[Any] = []
    for rule in sorted(policy["rules"], key=lambda rule: rule["rulePriority"]):
        selection = rule["selection"]
        matching = [it for it in youngest_first if _is_about(selection, it.image_tags)]
        if rule["action"]["type"] == "expire":
            gone += [it for it in _marked(selection, matching, now) if it not in claimed]
        claimed += matching
    return gone


def _is_about(selection: Params, tags: list[str]) -> bool:
    if selection["tagStatus"] == "any":
        return True
    if selection["tagStatus"] == "untagged":
        return not tags
    patterns = selection.get("tagPatternList", [])
    patterns = patterns + [f"{prefix}*" for prefix in selection.get("tagPrefixList", [])]
    return all(any(fnmatchcase(tag, pattern) for tag in tags) for pattern in patterns)


def _marked(selection: Params, youngest_first: list[Any], now: float) -> list[Any]:
    """Both kinds of counting go by the push; nothing else makes an image older or younger."""
    count = selection["countNumber"]
    if selection["countType"] == "imageCountMoreThan":
        return youngest_first[count:]
    return [it for it in youngest_first if now - it.image_pushed_at > count * DAY]


def check_lifecycle_policy(text: str) -> None:
    """The rules of "Lifecycle policy properties"."""
    try:
        rules = json.loads(text)["rules"]
        priorities = [rule["rulePriority"] for rule in rules]
        if not rules or len(rules) > RULES_PER_POLICY:
            raise ValueError(f"a policy has 1 to {RULES_PER_POLICY} rules")
        if len(set(priorities)) != len(priorities):
            raise ValueError("rulePriority must be unique")
        for rule in rules:
            _check_rule(rule)
        untagged = [it for it in rules if it["selection"]["tagStatus"] == "untagged"]
        if len(untagged) > 1:
            raise ValueError("only one rule may have tagStatus 'untagged'")
        last = max(priorities)
        wide = [rule for rule in rules if rule["selection"]["tagStatus"] == "any"]
        if len(wide) > 1 or any(rule["rulePriority"] != last for rule in wide):
            raise ValueError(
                "only one rule may have tagStatus 'any', with the highest rulePriority"
            )
    except (KeyError, TypeError, ValueError) as error:
        raise AwsError(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
            f"'Lifecycle policy validation failure: {error}'",
        ) from None


def _check_rule(rule: Params) -> None:
    if set(rule) - _RULE_KEYS:
        raise ValueError(f"unknown keys {sorted(set(rule) - _RULE_KEYS)}")
    if not isinstance(rule["rulePriority"], int) or rule["rulePriority"] < 1:
        raise ValueError("rulePriority must be a number of at least 1")
    selection, action = rule["selection"], rule["action"]
    if set(selection) - _SELECTION_KEYS:
        raise ValueError(f"unknown keys {sorted(set(selection) - _SELECTION_KEYS)}")
    if action["type"] not in ("expire", "transition"):
        raise ValueError("action.type must be 'expire' or 'transition'")
    if selection["tagStatus"] not in ("tagged", "untagged", "any"):
        raise ValueError("tagStatus must be 'tagged', 'untagged' or 'any'")
    if any(pattern.count("*") > 4 for pattern in selection.get("tagPatternList", [])):
        raise ValueError("a pattern has at most four wildcards")
    named = bool(selection.get("tagPrefixList")) + bool(selection.get("tagPatternList"))
    if (selection["tagStatus"] == "tagged") != (named == 1):
        raise ValueError("tagPrefixList or tagPatternList goes with tagStatus 'tagged'")
    kind, count = selection["countType"], selection["countNumber"]
    if kind not in _COUNT_TYPES:
        raise ValueError(f"countType '{kind}' is not known")
    if not isinstance(count, int) or count < 1:
        raise ValueError("countNumber must be a number of at least 1")
    if kind == "sinceImagePulled" and action["type"] == "expire":
        raise ValueError("countType 'sinceImagePulled' goes with action 'transition'")
    if (kind != "imageCountMoreThan") != (selection.get("countUnit") == "days"):
        raise ValueError("countUnit 'days' goes with the types 'since…', and only with them")
