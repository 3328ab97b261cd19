"""The actions of listeners and rules: what they may contain and point to."""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Params

from .authenticating import CONFIGS, check_authentication
from .in_front import balancers_using, groups_in
from .lookups import backend, invalid, misconfigured

_TERMINAL = ("forward", "redirect", "fixed-response")
_DETAILS = {"redirect": "RedirectConfig", "fixed-response": "FixedResponseConfig", **CONFIGS}


def check_actions(
    context: Context,
    owner: Any,
    protocol: str,
    port: int,
    actions: list[Params],
    default: bool,
    before: list[Any] | None = None,
) -> None:
    """Refuse what ELB refuses in the actions of one listener or rule of load balancer `owner`, which replace those of `before`."""
    if not actions:
        raise invalid("1 or more actions must be specified")
    kinds = [action["Type"] for action in actions]
    terminal = [kind for kind in kinds if kind in _TERMINAL]
    ordered = sorted(actions, key=lambda it: int(it.get("Order", 0)))
    if len(terminal) != 1 or ordered[-1]["Type"] not in _TERMINAL:
        raise AwsError(
            "InvalidLoadBalancerAction",
            "Actions must end with exactly one forward, redirect or fixed-response action",
        )
    if len(kinds) > 2:
        raise AwsError("TooManyActions", "You can specify at most one authentication action")
    if len(actions) > 1:
        orders = [action.get("Order") for action in actions]
        if None in orders or len(set(orders)) != len(orders):
            raise invalid("Each action of a list must have an order of its own")
    for action in actions:
        _check_details(action)
        if action["Type"] == "forward":
            _check_forward(context, owner, protocol, action)
        elif action["Type"] == "redirect":
            _check_redirect(action["RedirectConfig"], protocol, port, default)
        elif action["Type"] == "fixed-response":
            _check_fixed_response(action["FixedResponseConfig"])
        else:
            check_authentication(context, owner, protocol, action, before or [])


def _check_details(action: Params) -> None:
    needed = _DETAILS.get(action["Type"])
    if needed and needed not in action:
        raise invalid(f"{needed} must be specified for an action of type '{action['Type']}'")
    for kind, name in _DETAILS.items():
        if name in action and kind != action["Type"]:
            raise invalid(f"{name} cannot be specified for an action of type '{action['Type']}'")
    if action["Type"] != "forward" and ("TargetGroupArn" in action or "ForwardConfig" in action):
        raise invalid(
            f"A target group cannot be specified for an action of type '{action['Type']}'"
        )


def _check_forward(context: Context, owner: Any, protocol: str, action: Params) -> None:
    entries = action.get("ForwardConfig", {}).get("TargetGroups", [])
    groups = groups_in(action)
    if not groups:
        raise invalid("A target group ARN must be specified")
    listed = [entry.get("TargetGroupArn") for entry in entries]
    if action.get("TargetGroupArn") and listed and listed != [action["TargetGroupArn"]]:
        raise invalid("The target group ARN and the forward configuration do not agree")
    if len(groups) > 5:
        raise AwsError(
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            "You can forward to at most 5 target groups in one action",
        )
    for entry in entries:
        if not 0 <= entry.get("Weight", 1) <= 999:
            raise invalid(f"Target group weight '{entry['Weight']}' must be from 0 to 999")
    stickiness = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig", {})
    if stickiness.get("Enabled") and not 1 <= stickiness.get("DurationSeconds", 0) <= 604800:
        raise invalid("The duration of target group stickiness must be from 1 to 604800 seconds")
    for arn in groups:
        _check_group(context, owner, protocol, arn)


def _check_group(context: Context, owner: Any, protocol: str, arn: str) -> None:
    group = backend(context).target_groups.get(arn)
    if group is None:
        raise AwsError("TargetGroupNotFound", f"Target group '{arn}' not found")
    if group.vpc_id and group.vpc_id != owner.vpc_id:
        raise misconfigured(
            f"The target group '{arn}' and the load balancer '{owner.arn}' are in different VPCs"
        )
    http = group.protocol in ("HTTP", "HTTPS") or group.target_type == "lambda"
    if (owner.type == "application") != http:
        raise AwsError(
            "IncompatibleProtocols",
            f"The protocol '{group.protocol}' of target group '{arn}' is not supported by the "
            f"{owner.type} load balancer",
        )
    if group.protocol_version in ("HTTP2", "GRPC") and protocol != "HTTPS":
        # Target groups for application load balancers, "Protocol version": only with an HTTPS listener.
        raise AwsError(
            "IncompatibleProtocols",
            f"The listener and the following target groups have incompatible protocols: {arn}",
        )
    others = [found for found in balancers_using(context, arn) if found != owner.arn]
    if others:
        raise AwsError(
            "TargetGroupAssociationLimit",
            "The following target groups cannot be associated with more than one load balancer: "
            f"{arn}",
        )


def _check_redirect(redirect: Params, protocol: str, port: int, default: bool) -> None:
    to_protocol = redirect.get("Protocol", "#{protocol}")
    to_port = redirect.get("Port", "#{port}")
    if protocol == "HTTPS" and to_protocol == "HTTP":
        raise AwsError(
            "InvalidLoadBalancerAction", "A redirect from HTTPS to HTTP is not supported"
        )
    if to_port != "#{port}" and (not to_port.isdigit() or not 1 <= int(to_port) <= 65535):
        raise invalid(f"The redirect port '{to_port}' must be from 1 to 65535, or #{{port}}")
    same_place = (
        to_protocol in ("#{protocol}", protocol)
        and to_port in ("#{port}", str(port))
        and redirect.get("Host", "#{host}") == "#{host}"
        and redirect.get("Path", "/#{path}") == "/#{path}"
    )
    if same_place and (default or redirect.get("Query", "#{query}") == "#{query}"):
        raise AwsError(
            "InvalidLoadBalancerAction",
            "The redirect configuration is not valid because it creates a loop.",
        )
    if not redirect.get("Path", "/").startswith("/"):
        raise invalid(f"The redirect path '{redirect['Path']}' must begin with a '/' character")


def _check_fixed_response(response: Params) -> None:
    code = response["StatusCode"]
    if not (code.isdigit() and len(code) == 3 and code[0] in "245"):
        raise invalid(f"The fixed response status code '{code}' must be 2XX, 4XX or 5XX")
    if len(response.get("MessageBody", "")) > 1024:
        raise invalid("The fixed response body cannot be longer than 1024 characters")
