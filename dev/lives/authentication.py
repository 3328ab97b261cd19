"""The inputs of who may enter: of the service, and of a route."""

from __future__ import annotations

from typing import Any

from rows import Input

PROVIDER = "https://id.example.com"
OTHER = "https://id.example.org"
OIDC: dict[str, Any] = {
    "issuer": PROVIDER,
    "authorizationEndpoint": f"{PROVIDER}/authorize",
    "tokenEndpoint": f"{PROVIDER}/token",
    "userInfoEndpoint": f"{PROVIDER}/userinfo",
    "clientId": "shop",
    "clientSecretArn": "$oidc1",
}
COGNITO: dict[str, Any] = {"userPoolArn": "$pool1", "userPoolClientId": "$client1", "userPoolDomain": "shop"}
JWT: dict[str, Any] = {"issuer": PROVIDER, "jwksEndpoint": f"{PROVIDER}/jwks"}
WAYS = {"cognito": COGNITO, "oidc": OIDC, "jwt": JWT}
SESSION: dict[str, Any] = {
    "scope": "openid email",
    "sessionCookieName": "Shop",
    "sessionTimeout": 3600,
    "onUnauthenticatedRequest": "deny",
    "authenticationRequestExtraParams": {"prompt": "login"},
}
# Another value of each.
OTHERS: dict[str, dict[str, Any]] = {
    "cognito": {
        "userPoolArn": "$pool2",
        "userPoolClientId": "$client3",
        "userPoolDomain": "login.example.com",
        **SESSION,
    },
    "oidc": {
        "issuer": OTHER,
        "authorizationEndpoint": f"{OTHER}/authorize",
        "tokenEndpoint": f"{OTHER}/token",
        "userInfoEndpoint": f"{OTHER}/userinfo",
        "clientId": "store",
        "clientSecretArn": "$oidc2",
        **SESSION,
    },
    "jwt": {"issuer": OTHER, "jwksEndpoint": f"{OTHER}/jwks"},
}
CLAIM: dict[str, Any] = {"name": "aud", "values": ["shop"]}
CLAIMS: dict[str, list[dict[str, Any]]] = {
    "name": [{"name": "client_id", "values": ["shop"]}],
    "format": [CLAIM | {"format": "string-array"}],
    "values": [CLAIM | {"values": ["shop", "store"]}],
}
TLS: dict[str, Any] = {"certificateArn": "$certificate1"}
ROUTE: dict[str, Any] = {"pathPatterns": ["/a"]}


def of_service(way: str) -> dict[str, Any]:
    """A program in which all who come must do this."""
    return TLS | {"authentication": {way: WAYS[way]}}


def of_route(way: str) -> dict[str, Any]:
    return TLS | {"routes": [ROUTE | {"authentication": {way: WAYS[way]}}]}


def service_rows(way: str) -> dict[str, Input]:
    at = f"authentication.{way}."
    rows = {f"{at}{name}": Input(value) for name, value in OTHERS[way].items()}
    if way == "cognito":
        # A client is of one pool.
        rows[f"{at}userPoolArn"] = Input("$pool2", changes_with={f"{at}userPoolClientId": "$client2"})
        rows["authentication.enabled"] = Input(False)
    if way == "jwt":
        rows |= {f"{at}claims[].{name}": Input(claims) for name, claims in CLAIMS.items()}
    return rows


def route_rows(way: str) -> dict[str, Input]:
    def with_member(**more: Any) -> Input:
        return Input([ROUTE | {"authentication": {way: WAYS[way] | more}}])

    at = f"routes[].authentication.{way}."
    rows = {f"{at}{name}": with_member(**{name: value}) for name, value in OTHERS[way].items()}
    if way == "cognito":
        rows[f"{at}userPoolArn"] = with_member(userPoolArn="$pool2", userPoolClientId="$client2")
        rows["routes[].authentication.enabled"] = Input(
            [ROUTE | {"authentication": {"enabled": False}}], changes_with={"authentication": {"jwt": JWT}}
        )
    if way == "jwt":
        rows |= {f"{at}claims[].{name}": with_member(claims=claims) for name, claims in CLAIMS.items()}
    return rows


def spelled(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """As the load balancer says it: the action before the last one."""
    if value is None:
        return None
    ((way, members),) = value.items()
    config = {name[0].upper() + name[1:]: it for name, it in members.items() if name not in ("session", "claims")}
    if way == "jwt":
        claims = [{key.capitalize(): it for key, it in claim.items()} for claim in members.get("claims", [])]
        more = {"AdditionalClaims": claims} if claims else {}
        return {"Type": "jwt-validation", "JwtValidationConfig": config | more}
    return {"Type": f"authenticate-{way}", f"Authenticate{way.capitalize()}Config": config}


def entered(actions: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What `spelled` says, of what AWS shows."""
    before = [{key: it for key, it in action.items() if key != "Order"} for action in actions[:-1]]
    return before[0] if before else None


def before(value: Any, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The actions with another beginning, as a person would send them."""
    first = spelled(value) if value and isinstance(value, dict) else None
    last = {key: it for key, it in actions[-1].items() if key != "Order"}
    if "ForwardConfig" in last:
        last.pop("TargetGroupArn", None)
    return [first | {"Order": 1}, last | {"Order": 2}] if first else [last]
