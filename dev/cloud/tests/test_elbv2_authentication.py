"""Who may enter: actions of listeners and rules that find out who sends a request."""

from __future__ import annotations

from typing import Any

import pytest
from balancers import forward, make_balancer, make_group
from conftest import Cloud
from test_elbv2_clients import code

PROVIDER = "https://id.example.com"
OIDC = {
    "Issuer": PROVIDER,
    "AuthorizationEndpoint": f"{PROVIDER}/authorize",
    "TokenEndpoint": f"{PROVIDER}/token",
    "UserInfoEndpoint": f"{PROVIDER}/userinfo",
    "ClientId": "shop",
}
TOKENS = {"Issuer": PROVIDER, "JwksEndpoint": f"{PROVIDER}/jwks"}


def behind(kind: str, config: dict[str, Any], group: str) -> list[dict[str, Any]]:
    name = {"oidc": "AuthenticateOidcConfig", "cognito": "AuthenticateCognitoConfig"}.get(kind)
    first = {
        "Type": f"authenticate-{kind}" if name else "jwt-validation",
        name or "JwtValidationConfig": config,
        "Order": 1,
    }
    return [first, forward(group)[0] | {"Order": 2}]


def over_tls(cloud: Cloud) -> dict[str, Any]:
    return {
        "Port": 443,
        "Protocol": "HTTPS",
        "Certificates": [{"CertificateArn": cloud.certificate()}],
    }


def make(cloud: Cloud, actions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    balancer = make_balancer(cloud)["LoadBalancerArn"]
    settings = over_tls(cloud) | more
    made = cloud.client("elbv2").create_listener(
        LoadBalancerArn=balancer, DefaultActions=actions, **settings
    )
    return made["Listeners"][0]


def pool(cloud: Cloud, secret: bool = True) -> dict[str, str]:
    cognito = cloud.client("cognito-idp")
    made = cognito.create_user_pool(PoolName="shop")["UserPool"]
    client = cognito.create_user_pool_client(
        UserPoolId=made["Id"], ClientName="shop", GenerateSecret=secret
    )
    return {
        "UserPoolArn": made["Arn"],
        "UserPoolClientId": client["UserPoolClient"]["ClientId"],
        "UserPoolDomain": "shop",
    }


def test_a_secret_is_needed_and_not_shown_and_may_be_kept(cloud: Cloud) -> None:
    elb, group = cloud.client("elbv2"), make_group(cloud)
    listener = make(cloud, behind("oidc", OIDC | {"ClientSecret": "hunter2"}, group))
    arn = listener["ListenerArn"]
    (found,) = elb.describe_listeners(ListenerArns=[arn])["Listeners"]
    for it in (listener, found):
        assert "hunter2" not in repr(it)
        first, last = it["DefaultActions"]
        assert (first["Type"], first["Order"]) == ("authenticate-oidc", 1)
        assert (last["Type"], last["TargetGroupArn"]) == ("forward", group)
        assert first["AuthenticateOidcConfig"]["SessionTimeout"] == 604800
        assert first["AuthenticateOidcConfig"]["Scope"] == "openid"
    without = behind("oidc", OIDC, group)
    assert code(elb.modify_listener, ListenerArn=arn, DefaultActions=without) == "ValidationError"
    kept = behind("oidc", OIDC | {"UseExistingClientSecret": True, "Scope": "openid email"}, group)
    elb.modify_listener(ListenerArn=arn, DefaultActions=kept)
    elb.modify_listener(ListenerArn=arn, DefaultActions=forward(group))
    # There is none any more.
    assert code(elb.modify_listener, ListenerArn=arn, DefaultActions=kept) == "ValidationError"


def test_rules_say_who_may_enter_too(cloud: Cloud) -> None:
    elb, group = cloud.client("elbv2"), make_group(cloud)
    listener = make(cloud, forward(group))["ListenerArn"]
    paths = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}]
    claims = [{"Name": "aud", "Format": "single-string", "Values": ["shop"]}]
    actions = behind("jwt", TOKENS | {"AdditionalClaims": claims}, group)
    made = elb.create_rule(ListenerArn=listener, Conditions=paths, Priority=1, Actions=actions)
    (rule,) = made["Rules"]
    (found,) = elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"]
    for it in (rule, found):
        first, _ = it["Actions"]
        assert first["Type"] == "jwt-validation"
        assert first["JwtValidationConfig"]["AdditionalClaims"] == claims
    with_pool = behind("cognito", pool(cloud), group)
    (rule,) = elb.modify_rule(RuleArn=rule["RuleArn"], Actions=with_pool)["Rules"]
    assert rule["Actions"][0]["AuthenticateCognitoConfig"]["UserPoolDomain"] == "shop"


@pytest.mark.parametrize("kind", ["oidc", "jwt"])
def test_only_https_finds_out(cloud: Cloud, kind: str) -> None:
    group, balancer = make_group(cloud), make_balancer(cloud)["LoadBalancerArn"]
    config = TOKENS if kind == "jwt" else OIDC | {"ClientSecret": "x"}
    params = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP"}
    actions = behind(kind, config, group)
    refused = cloud.refused("elbv2", "create_listener", DefaultActions=actions, **params)
    assert refused[0] == "InvalidLoadBalancerAction"
    assert "are supported only on HTTPS listeners" in refused[1]


def test_what_is_wrong_is_refused(cloud: Cloud) -> None:
    elb, group = cloud.client("elbv2"), make_group(cloud)
    arn = make(cloud, forward(group))["ListenerArn"]
    secret = {"ClientSecret": "x"}

    def refused(kind: str, config: dict[str, Any]) -> str:
        return code(
            elb.modify_listener, ListenerArn=arn, DefaultActions=behind(kind, config, group)
        )

    claim = {"Name": "aud", "Format": "space-separated-values", "Values": ["a"]}
    for kind, config in [
        ("oidc", OIDC | secret | {"TokenEndpoint": "http://id.example.com/token"}),
        ("oidc", OIDC | secret | {"SessionTimeout": 0}),
        ("oidc", OIDC | secret | {"SessionTimeout": 604801}),
        ("oidc", OIDC | secret | {"OnUnauthenticatedRequest": "ask"}),
        ("oidc", OIDC | secret | {"UseExistingClientSecret": True}),
        (
            "oidc",
            OIDC | secret | {"AuthenticationRequestExtraParams": {str(n): "x" for n in range(11)}},
        ),
        ("jwt", TOKENS | {"JwksEndpoint": f"{PROVIDER}/{'x' * 256}"}),
        ("jwt", TOKENS | {"AdditionalClaims": [claim | {"Name": "exp"}]}),
        ("jwt", TOKENS | {"AdditionalClaims": [claim | {"Values": ["a b"]}]}),
        ("jwt", TOKENS | {"AdditionalClaims": [claim | {"Name": str(n)} for n in range(11)]}),
    ]:
        assert refused(kind, config) == "ValidationError", config
    without = pool(cloud, secret=False)
    assert refused("cognito", without) == "InvalidLoadBalancerAction"
    elsewhere = without["UserPoolArn"].replace("eu-west-1", "us-east-1")
    assert refused("cognito", without | {"UserPoolArn": elsewhere}) == "InvalidLoadBalancerAction"
    twice = behind("jwt", TOKENS, group)
    twice = [twice[0], twice[0] | {"Order": 3}, twice[1] | {"Order": 9}]
    assert code(elb.modify_listener, ListenerArn=arn, DefaultActions=twice) == "TooManyActions"
