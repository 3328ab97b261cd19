"""The actions that find out who sends a request: authenticate-cognito, authenticate-oidc and jwt-validation.

Sources: API reference, AuthenticateCognitoActionConfig, AuthenticateOidcActionConfig, JwtValidationActionConfig and Action; user guide,
"Authenticate users using an Application Load Balancer" (HTTPS, a client with a secret, no IPv6), "Verify JWTs using an Application
Load Balancer". "Actions of type '…' are supported only on HTTPS listeners" and "The user pool client must have a client secret" are in
public deploy logs; the other words are ours.
"""

from __future__ import annotations

from typing import Any

from moto.cognitoidp.models import cognitoidp_backends

from localaws.context import AwsError, Context
from localaws.rules import Params

from .lookups import invalid

CONFIGS = {
    "authenticate-cognito": "AuthenticateCognitoConfig",
    "authenticate-oidc": "AuthenticateOidcConfig",
    "jwt-validation": "JwtValidationConfig",
}
_URLS = ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint")
_ALWAYS_CHECKED = ("exp", "iss", "nbf", "iat")
_DEFAULTS = {
    "SessionCookieName": "AWSELBAuthSessionCookie",
    "Scope": "openid",
    "SessionTimeout": 604800,
    "OnUnauthenticatedRequest": "authenticate",
}


def check_authentication(
    context: Context, owner: Any, protocol: str, action: Params, before: list[Any]
) -> None:
    """Refuse what ELB refuses; `before` are the actions that this one replaces. A secret that is to be kept is filled in."""
    kind = action["Type"]
    if protocol != "HTTPS":
        raise _refused(f"Actions of type '{kind}' are supported only on HTTPS listeners")
    config: Params = action[CONFIGS[kind]]
    if kind == "jwt-validation":
        _check_tokens(config)
        # moto does not know the type.
        action["Type"] = "authenticate-oidc"
        return
    if owner.ip_address_type == "dualstack-without-public-ipv4":
        raise _refused(f"Actions of type '{kind}' are not supported without public IPv4 addresses")
    if len(config.get("AuthenticationRequestExtraParams", {})) > 10:
        raise invalid("At most 10 authentication request extra parameters can be specified")
    if not 1 <= int(config.get("SessionTimeout", 1)) <= 604800:
        raise invalid("The session timeout must be from 1 to 604800 seconds")
    if kind == "authenticate-cognito":
        _check_pool(context, config)
    else:
        for name in _URLS:
            _check_url(name, config[name])
        _fill_in_secret(config, before)


def _check_url(name: str, url: str) -> None:
    if not url.startswith("https://"):
        raise invalid(f"{name} '{url}' must be a full URL with the HTTPS protocol")


def _check_tokens(config: Params) -> None:
    _check_url("JwksEndpoint", config["JwksEndpoint"])
    for name in ("JwksEndpoint", "Issuer"):
        if len(config[name]) > 256:
            raise invalid(f"{name} cannot be longer than 256 characters")
    claims = config.get("AdditionalClaims", [])
    if len(claims) > 10:
        raise invalid("At most 10 additional claims can be specified")
    for claim in claims:
        if claim["Name"] in _ALWAYS_CHECKED:
            raise invalid(f"The claim '{claim['Name']}' cannot be specified")
        values = claim["Values"]
        if not 1 <= len(values) <= 10 or any(len(value) > 256 for value in values):
            raise invalid("A claim has 1 to 10 values of up to 256 characters")
        if claim["Format"] == "space-separated-values" and any(" " in it for it in values):
            raise invalid("A value of the format space-separated-values cannot include spaces")


def _check_pool(context: Context, config: Params) -> None:
    arn = config["UserPoolArn"]
    region, pool_id = arn.split(":")[3], arn.rpartition("/")[2]
    if region != context.region:
        raise _refused("The user pool must be in the same region as the load balancer")
    pool = cognitoidp_backends[context.account][context.region].user_pools.get(pool_id)
    client = pool and pool.clients.get(config["UserPoolClientId"])
    if not client:
        raise _refused("The user pool or its client does not exist")
    if not client.generate_secret:
        raise _refused("The user pool client must have a client secret")


def _fill_in_secret(config: Params, before: list[Any]) -> None:
    """A modify may leave the secret out and say that the present one stays; a create may not."""
    present = [
        it.data["AuthenticateOidcConfig"]["ClientSecret"]
        for it in before
        if "AuthenticateOidcConfig" in it.data
    ]
    keeps = str(config.pop("UseExistingClientSecret", False)).lower() == "true"
    if keeps and config.get("ClientSecret"):
        raise invalid("ClientSecret cannot be specified together with UseExistingClientSecret")
    if keeps and present:
        config["ClientSecret"] = present[0]
    if not config.get("ClientSecret"):
        raise invalid("A client secret must be specified")


def shown(action: Params) -> Params:
    """With all that holds, and without the secret, which is write-only (CloudFormation's schema)."""
    if "JwtValidationConfig" in action:
        return action | {"Type": "jwt-validation"}
    name = CONFIGS.get(action["Type"])
    if name is None:
        return action
    config = _DEFAULTS | {key: it for key, it in action[name].items() if key != "ClientSecret"}
    return action | {name: config}


def pools_in(params: Params) -> list[str]:
    """The user pools that a call names."""
    actions = [*params.get("Actions", []), *params.get("DefaultActions", [])]
    configs = [
        it["AuthenticateCognitoConfig"] for it in actions if "AuthenticateCognitoConfig" in it
    ]
    return [config["UserPoolArn"] for config in configs]


def _refused(message: str) -> AwsError:
    return AwsError("InvalidLoadBalancerAction", message)
