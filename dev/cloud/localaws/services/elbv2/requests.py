"""What becomes of a request: which rule of a listener takes it, and where it goes.

ELB user guide, "Listener rules for your Application Load Balancer": rules are evaluated in the order of their priorities, from the lowest to
the highest, the default one last; all conditions of a rule must fit, and of each one value. "Condition types": hosts, headers
and queries without regard to case, paths and methods with it. "Transforms": they change the request after a rule took it.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from localaws.context import Context
from localaws.rules import Params

from .in_front import groups_in
from .lookups import backend

_PORTS = {"http": 80, "https": 443}


def answer(context: Context, url: str, method: str, headers: dict[str, str], source: str) -> Params:
    """`url` names the balancer by its DNS name; the `Host` header is what rules see."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    for balancer in backend(context).load_balancers.values():
        if balancer.dns_name.lower() != (parts.hostname or ""):
            continue
        for listener in balancer.listeners.values():
            if int(listener.port) == port:
                seen = {
                    "host": _header(headers, "host", parts.hostname or ""),
                    "path": parts.path or "/",
                    "query": parts.query,
                    "method": method,
                    "headers": headers,
                    "source": source,
                }
                return _taken(listener, seen)
    return {"action": "refused"}


def _header(headers: dict[str, str], name: str, default: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), default)


def _taken(listener: Any, seen: Params) -> Params:
    rules = sorted(
        listener.rules.values(),
        key=lambda rule: (bool(rule.is_default), 0 if rule.is_default else int(rule.priority)),
    )
    for rule in rules:
        if rule.is_default or all(_fits(condition, seen) for condition in rule.conditions):
            action = rule.actions[-1].data
            shown: Params = {
                "rule": rule.arn,
                "priority": "default" if rule.is_default else int(rule.priority),
                "action": action["Type"],
            }
            return shown | _becomes(action, rule, seen)
    return {"action": "refused"}


def _becomes(action: Params, rule: Any, seen: Params) -> Params:
    if action["Type"] == "redirect":
        return {"redirect": action["RedirectConfig"]}
    if action["Type"] == "fixed-response":
        return {"status": action["FixedResponseConfig"]["StatusCode"]}
    entries = action.get("ForwardConfig", {}).get("TargetGroups", [])
    weights = {it["TargetGroupArn"]: int(it.get("Weight", 1)) for it in entries}
    weights = weights or dict.fromkeys(groups_in(action), 1)
    url = seen["path"] + (f"?{seen['query']}" if seen["query"] else "")
    host = seen["host"]
    for transform in getattr(rule, "transforms", []):
        if transform["Type"] == "url-rewrite":
            url = _rewritten(transform["UrlRewriteConfig"], url)
        else:
            host = _rewritten(transform["HostHeaderRewriteConfig"], host)
    return {"targetGroups": weights, "host": host, "url": url}


def _rewritten(config: Params, text: str) -> str:
    (rewrite,) = config["Rewrites"]
    replacement = re.sub(r"\\?\$(\d)", r"\\\1", rewrite["Replace"])
    return re.sub(rewrite["Regex"], replacement, text, count=1)


def _fits(condition: Params, seen: Params) -> bool:
    field = condition["Field"]
    config: Params = next((it for it in condition.values() if isinstance(it, dict)), {})
    values = config.get("Values") or condition.get("Values") or []
    match field:
        case "host-header":
            return any(_like(value, seen["host"], case=False) for value in values)
        case "path-pattern":
            return any(_like(value, seen["path"], case=True) for value in values)
        case "http-request-method":
            return seen["method"] in values
        case "http-header":
            header = _header(seen["headers"], config["HttpHeaderName"].lower(), "")
            return any(_like(value, header, case=False) for value in values)
        case "query-string":
            return any(_has(seen["query"], pair) for pair in values)
        case _:
            address = ipaddress.ip_address(seen["source"])
            return any(address in ipaddress.ip_network(value, strict=False) for value in values)


def _has(query: str, pair: Params) -> bool:
    wanted = pair.get("Key")
    return any(
        (wanted is None or _like(wanted, key, case=False))
        and _like(pair["Value"], value, case=False)
        for key, value in parse_qsl(query, keep_blank_values=True)
    )


def _like(pattern: str, text: str, case: bool) -> bool:
    """`*` is any characters, `?` exactly one; a backslash makes them plain."""
    regex = ""
    rest = iter(pattern)
    for letter in rest:
        if letter == "\\":
            regex += re.escape(next(rest, letter))
        else:
            regex += {"*": ".*", "?": "."}.get(letter, re.escape(letter))
    return re.fullmatch(regex, text, 0 if case else re.IGNORECASE) is not None
