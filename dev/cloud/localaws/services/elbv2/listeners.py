"""Listeners."""

from __future__ import annotations

from typing import Any

from localaws.context import AwsError
from localaws.rules import Call, Params, on

from . import authenticating, headers
from .actions import check_actions
from .attributes import fill_in
from .certificates import check_tls
from .clients import ask, check_clients, forget_unused, shown
from .lookups import balancer, invalid, listener

DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"  # botocore: "the default is the current predefined …"
LISTENERS_PER_BALANCER = 50


@on("elbv2", "CreateListener")
def create_listener(call: Call) -> Params:
    params, context = call.params, call.context
    owner = balancer(context, params["LoadBalancerArn"])
    protocol, port = params.get("Protocol", ""), params.get("Port", 0)
    if owner.type == "application":
        if not port:
            raise invalid("A listener port must be specified")
        if not protocol:
            raise invalid("A listener protocol must be specified")
        if protocol not in ("HTTP", "HTTPS"):
            raise invalid(f"Listener protocol '{protocol}' must be one of 'HTTPS, HTTP'")
        check_tls(context, protocol, params.get("Certificates", []), params.get("SslPolicy"))
    for existing in owner.listeners.values():
        if int(existing.port) == port:
            return _adopt(call, owner, existing)
    if owner.type == "application":
        check_actions(context, owner, protocol, port, params["DefaultActions"], default=True)
    if len(owner.listeners) >= LISTENERS_PER_BALANCER:
        raise AwsError("TooManyListeners", "The maximum number of listeners has been reached")
    clients = params.pop("MutualAuthentication", None)
    check_clients(context, owner, None, protocol, clients)
    result = call.moto()
    made = result["Listeners"][0]["ListenerArn"]
    ask(made, clients)
    if owner.type == "application":
        new = listener(context, made)
        new.attributes = fill_in(new.attributes, headers.known(new.protocol))
    return _shown(call, result)


def _adopt(call: Call, owner: Any, existing: Any) -> Params:
    """The same settings on the same port: success with the existing one (botocore)."""
    params = call.params
    wanted = [entry["CertificateArn"] for entry in params.get("Certificates", [])][:1]
    https = existing.protocol == "HTTPS"
    same = (
        existing.protocol == params.get("Protocol")
        and [existing.certificate] * https == wanted
        and (not https or existing.ssl_policy == params.get("SslPolicy", DEFAULT_POLICY))
        and [_plain(action.data) for action in existing.default_actions]
        == [_plain(action) for action in params["DefaultActions"]]
    )
    if not same:
        raise AwsError(
            "DuplicateListener",
            f"A listener already exists on this port for this load balancer '{owner.arn}'",
        )
    return _shown(call, call.moto("DescribeListeners", {"ListenerArns": [existing.arn]}))


def _plain(action: Params) -> str:
    """An action as text that does not depend on how the request wrote it."""
    plain = {key: value for key, value in action.items() if key not in ("Order", "ForwardConfig")}
    entries = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if len(entries) == 1:
        plain["TargetGroupArn"] = entries[0]["TargetGroupArn"]
    elif entries:
        plain["ForwardConfig"] = action["ForwardConfig"]
    return _text(plain)


def _text(value: Any) -> str:
    """moto keeps ports as text and numbers as they came."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value)


def _shown(call: Call, result: Params) -> Params:
    """moto shows an SSL policy and an empty certificate list on HTTP listeners too, and of who may enter not all."""
    for item in result.get("Listeners", []):
        actions = [it.data for it in listener(call.context, item["ListenerArn"]).default_actions]
        if len(actions) > 1:
            item["DefaultActions"] = [
                {"Order": index + 1} | authenticating.shown(action)
                for index, action in enumerate(actions)
            ]
        if item.get("Protocol") == "HTTP":
            item.pop("SslPolicy", None)
            item.pop("Certificates", None)
            continue
        if not item.get("Certificates"):
            item.pop("Certificates", None)
        item["MutualAuthentication"] = shown(item["ListenerArn"])
    return result


@on("elbv2", "DescribeListeners")
def describe_listeners(call: Call) -> Params:
    arns = call.params.get("ListenerArns", [])
    if bool(arns) == bool(call.params.get("LoadBalancerArn")):
        raise invalid("You must specify either listener ARNs or a load balancer ARN")
    for arn in arns:
        listener(call.context, arn)
    if not arns:
        balancer(call.context, call.params["LoadBalancerArn"])
    return _shown(call, call.moto())


@on("elbv2", "ModifyListener")
def modify_listener(call: Call) -> Params:
    """Replaces the given properties; going to HTTP drops certificate and policy (botocore)."""
    params, context = call.params, call.context
    found = listener(context, params["ListenerArn"])
    owner = balancer(context, found.load_balancer_arn)
    protocol = params.get("Protocol", found.protocol)
    port = params.get("Port", int(found.port))
    if protocol not in ("HTTP", "HTTPS"):
        raise invalid(f"Listener protocol '{protocol}' must be one of 'HTTPS, HTTP'")
    for other in owner.listeners.values():
        if other is not found and int(other.port) == port:
            raise AwsError(
                "DuplicateListener",
                f"A listener already exists on this port for this load balancer '{owner.arn}'",
            )
    certificates = params.get("Certificates", [])
    policy = params.get("SslPolicy")
    if protocol == "HTTPS" and not certificates and found.protocol == "HTTPS" and found.certificate:
        certificates = [{"CertificateArn": found.certificate}]
    check_tls(context, protocol, certificates, policy)
    actions = params.get("DefaultActions")
    if actions is not None:
        check_actions(context, owner, protocol, port, actions, True, found.default_actions)
    clients = params.pop("MutualAuthentication", None)
    check_clients(context, owner, found.arn, protocol, clients)
    ask(found.arn, clients if protocol == "HTTPS" else {"Mode": "off"})
    extra = found.certificates[1:] if found.protocol == "HTTPS" else []
    if protocol == "HTTPS":
        params["Certificates"] = certificates
    result = call.moto()
    if protocol == "HTTPS":
        found.certificate = certificates[0]["CertificateArn"]
        found.certificates = [found.certificate, *extra]
        found.ssl_policy = found.ssl_policy or DEFAULT_POLICY
    else:
        found.certificate, found.certificates, found.ssl_policy = None, [], DEFAULT_POLICY
    found.attributes = fill_in(found.attributes, headers.known(found.protocol))
    if actions is None:
        # moto empties nothing here, but answers without the present actions
        result = call.moto("DescribeListeners", {"ListenerArns": [found.arn]})
    return _shown(call, result)


@on("elbv2", "DeleteListener")
def delete_listener(call: Call) -> Params:
    listener(call.context, call.params["ListenerArn"])
    result = call.moto()
    forget_unused(call.context)
    return result
