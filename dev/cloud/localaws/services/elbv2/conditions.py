"""Conditions and transforms of rules: what they may contain.

Sources: API reference, RuleCondition, RuleTransform and the types in them; ELB user guide, "Condition types for listener rules",
"Transforms for listener rules" and "Quotas for your Application Load Balancers"; the texts: pulumi and terraform issues
that quote them ("A rule can only have '5' condition values and regex values").
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from localaws.context import AwsError
from localaws.rules import Params

from .lookups import invalid

_CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
_ONCE = ("host-header", "http-request-method", "path-pattern", "source-ip")
_PLAIN = ("host-header", "path-pattern")
_REGEX = ("host-header", "http-header", "path-pattern")
# User guide, "Quotas": match evaluations per rule; "Condition types": up to three of one condition.
VALUES_PER_RULE = 5
VALUES_PER_CONDITION = 3
WILDCARDS_PER_RULE = 5
LONGEST = 128
LONGEST_NAME = 40
_ALLOWED = {
    "host-header": re.compile(r"[A-Za-z0-9.*?-]*"),
    "path-pattern": re.compile(r"[A-Za-z0-9_.$/~\"'@:+&*?-]*"),
    "http-request-method": re.compile(r"[A-Z_-]*"),
    "http-header": re.compile(r"[ -~]*"),
    "query-string": re.compile(r"[ -~]*"),
}
_NAME = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]*")
_HOST = re.compile(r".*\.[A-Za-z*?]+")
_WILDCARD = re.compile(r"(?<!\\)[*?]")


def check_conditions(conditions: list[Params]) -> None:
    if not conditions:
        raise invalid("A condition must be specified")
    fields = [condition.get("Field", "") for condition in conditions]
    for field in _ONCE:
        if fields.count(field) > 1:
            raise invalid(f"A rule can have at most one condition of the field '{field}'")
    values: list[str] = []
    for condition in conditions:
        values += _check(condition)
    if len(values) > VALUES_PER_RULE:
        raise invalid(f"A rule can only have '{VALUES_PER_RULE}' condition values and regex values")
    if sum(len(_WILDCARD.findall(value)) for value in values) > WILDCARDS_PER_RULE:
        raise invalid(f"A rule can only have '{WILDCARDS_PER_RULE}' condition wildcards")


def _check(condition: Params) -> list[str]:
    """The values, for those limits that concern all conditions."""
    field = condition.get("Field", "")
    if field not in _CONFIGS:
        raise invalid(f"Condition field '{field}' must be one of '{', '.join(sorted(_CONFIGS))}'")
    plain = condition.get("Values", [])
    config = condition.get(_CONFIGS[field], {})
    if plain and field not in _PLAIN:
        raise invalid(f"The 'Values' field is not compatible with '{field}'")
    if len(plain) > 1 and not config:
        raise invalid(f"The '{field}' field contains too many values; the limit is '1'")
    regexes = config.get("RegexValues", []) + condition.get("RegexValues", [])
    if regexes and field not in _REGEX:
        raise invalid(f"'RegexValues' is not supported for a condition of type '{field}'")
    values: list[Any] = config.get("Values", []) or plain
    if not values and not regexes:
        raise invalid(
            f"For conditions of type '{field}', you must specify the following fields: "
            f"'Values or RegexValues or {_CONFIGS[field]}'"
        )
    if values and regexes:
        raise invalid("Values and RegexValues cannot be specified together")
    if field == "http-header":
        _check_name(config.get("HttpHeaderName", ""))
    most = VALUES_PER_RULE if field == "source-ip" else VALUES_PER_CONDITION
    if len(values) + len(regexes) > most:
        raise invalid(f"A condition of type '{field}' can only have '{most}' values")
    texts = [it for value in values for it in _texts(value)]
    for text in texts:
        _check_value(field, text)
    # A pair counts once.
    counted = [" ".join(_texts(value)) for value in values]
    return counted + ["" for _ in regexes]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if "Value" not in value:
        raise invalid("A query string condition must have a value")
    return [it for it in (value.get("Key"), value["Value"]) if it is not None]


def _check_name(name: str) -> None:
    if not name:
        raise invalid("An HTTP header name must be specified")
    if len(name) > LONGEST_NAME:
        raise invalid(
            f"Condition value for 'http-header' name cannot contain more than {LONGEST_NAME} characters"
        )
    if not _NAME.fullmatch(name):
        raise invalid(f"Condition value '{name}' contains a character that is not valid")
    if name.lower() == "host":
        raise invalid("The host header cannot be specified in a condition of type 'http-header'")


def _check_value(field: str, value: str) -> None:
    if field == "source-ip":
        _check_block(value)
        return
    longest = LONGEST_NAME if field == "http-request-method" else LONGEST
    if len(value) > longest:
        raise invalid(
            f"Condition value for '{field}' cannot contain more than {longest} characters"
        )
    if not value:
        raise invalid("Condition values cannot be empty")
    if not _ALLOWED[field].fullmatch(value):
        raise invalid(f"Condition value '{value}' contains a character that is not valid")
    if field == "host-header" and not _HOST.fullmatch(value):
        raise invalid(f"Condition value '{value}' is not a valid host name")


def _check_block(value: str) -> None:
    try:
        ipaddress.ip_network(value, strict=False)
        fits = "/" in value and value != "255.255.255.255/32"
    except ValueError:
        fits = False
    if not fits:
        raise invalid(f"The specified value '{value}' is not a valid CIDR block")


_TRANSFORMS = {
    "host-header-rewrite": "HostHeaderRewriteConfig",
    "url-rewrite": "UrlRewriteConfig",
}
# User guide, "Listener rules", on regular expressions.
_UNKNOWN = re.compile(r"\(\?[=!<>]|\\[1-9]|[*+?]\+|\\[pP]\{")


def check_transforms(transforms: list[Params]) -> None:
    kinds = [transform.get("Type", "") for transform in transforms]
    for transform in transforms:
        kind = transform.get("Type", "")
        if kind not in _TRANSFORMS:
            raise invalid(f"'{kind}' is not a valid transform type")
        if kinds.count(kind) > 1:
            raise invalid(f"A rule can have at most one transform of type '{kind}'")
        rewrites = transform.get(_TRANSFORMS[kind], {}).get("Rewrites", [])
        if len(rewrites) != 1:
            raise invalid(f"A transform of type '{kind}' must have exactly one rewrite")
        for member in ("Regex", "Replace"):
            text = rewrites[0].get(member, "")
            if not 1 <= len(text) <= 1024:
                raise invalid(f"{member} of a rewrite must have from 1 to 1024 characters")
        regex = rewrites[0]["Regex"]
        try:
            re.compile(regex)
            fits = not _UNKNOWN.search(regex)
        except re.error:
            fits = False
        if not fits:
            raise AwsError(
                "InvalidLoadBalancerAction", f"The regular expression '{regex}' is not valid"
            )
