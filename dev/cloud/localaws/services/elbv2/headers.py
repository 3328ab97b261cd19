"""Attributes of listeners: the headers that the load balancer puts into answers.

Sources: botocore's text of ListenerAttribute; user guide, "HTTP header modification for your Application Load Balancer"
(values); aws-sdk texts have no words for refusals, so those are ours.
"""

from __future__ import annotations

import re

from localaws.rules import Call, Params, on

from .attributes import SWITCH, Check, Known, listed, one_of
from .lookups import invalid, listener

_RESPONSE = "routing.http.response."
_METHODS = ("GET", "HEAD", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PUT", "PATCH")
_REQUEST = (
    "x_amzn_mtls_clientcert_serial_number",
    "x_amzn_mtls_clientcert_issuer",
    "x_amzn_mtls_clientcert_subject",
    "x_amzn_mtls_clientcert_validity",
    "x_amzn_mtls_clientcert_leaf",
    "x_amzn_mtls_clientcert",
    "x_amzn_tls_version",
    "x_amzn_tls_cipher_suite",
)


def _value(text: str) -> bool:
    return len(text) <= 1024 and all(" " <= it <= "~" for it in text)


def _methods(text: str) -> bool:
    return text == "*" or all(it.strip() in _METHODS for it in text.split(","))


def _frame(text: str) -> bool:
    return text in ("DENY", "SAMEORIGIN") or bool(re.fullmatch(r"ALLOW-FROM \S+://\S+", text))


def _seconds(text: str) -> bool:
    return text.isdigit() and int(text) <= 86400


_HEADERS: dict[str, Check] = {
    "strict_transport_security": _value,
    "content_security_policy": _value,
    "x_content_type_options": one_of("nosniff"),
    "x_frame_options": _frame,
    "access_control_allow_origin": _value,
    "access_control_allow_methods": _methods,
    "access_control_allow_headers": _value,
    "access_control_allow_credentials": one_of("true"),
    "access_control_expose_headers": _value,
    "access_control_max_age": _seconds,
}
# key -> check; an empty value takes a header away.
_KNOWN: dict[str, Check] = {f"{_RESPONSE}server.enabled": SWITCH}
_KNOWN |= {f"{_RESPONSE}{name}.header_value": check for name, check in _HEADERS.items()}
_TLS_ONLY = (f"{_RESPONSE}strict_transport_security.header_value",)
_OF_REQUESTS = {f"routing.http.request.{name}.header_name": _value for name in _REQUEST}


def known(protocol: str) -> Known:
    """All attributes of a listener of this protocol, with their defaults."""
    checks = {**_KNOWN, **(_OF_REQUESTS if protocol == "HTTPS" else {})}
    return {key: (check, "true" if check is SWITCH else "") for key, check in checks.items()}


@on("elbv2", "ModifyListenerAttributes")
def modify_listener_attributes(call: Call) -> Params:
    found = listener(call.context, call.params["ListenerArn"])
    https = found.protocol == "HTTPS"
    checks = {key: check for key, (check, _) in known(found.protocol).items()}
    given: dict[str, str] = {}
    for item in call.params["Attributes"]:
        key, value = item.get("Key", ""), item.get("Value", "")
        if key in given:
            raise invalid(f"Listener attribute key '{key}' was specified more than once")
        if key not in checks or (value and key in _TLS_ONLY and not https):
            raise invalid(f"Listener attribute key '{key}' is not recognized for {found.protocol}")
        if not checks[key](value) and (value or checks[key] is SWITCH):
            raise invalid(f"Listener attribute value '{value}' for '{key}' is not valid")
        given[key] = value
    found.attributes.update(given)
    return listed(found.attributes)


@on("elbv2", "DescribeListenerAttributes")
def describe_listener_attributes(call: Call) -> Params:
    return listed(listener(call.context, call.params["ListenerArn"]).attributes)
