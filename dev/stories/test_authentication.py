"""Who may enter, through the real engine: it comes to a living service, changes and goes, and nothing is told of a secret."""

from __future__ import annotations

from typing import Any

from places import certificate
from test_routes import nothing_is_lost
from test_secret_values import changes, written
from world import SMALL, Cloud, Stack

PROVIDER = "https://id.example.com"
FIRST, SECOND = "hush-hush-1", "hush-hush-2"
LIVE = {"name": "live", "pathPatterns": ["/live"], "authentication": {"enabled": False}}
TOKENS = {"jwt": {"issuer": PROVIDER, "jwksEndpoint": f"{PROVIDER}/jwks"}}
API = {"name": "api", "pathPatterns": ["/api/*"], "authentication": TOKENS}


def pool(cloud: Cloud) -> dict[str, Any]:
    cognito = cloud.client("cognito-idp")
    made = cognito.create_user_pool(PoolName="shop")["UserPool"]
    client = cognito.create_user_pool_client(UserPoolId=made["Id"], ClientName="shop", GenerateSecret=True)
    return {
        "userPoolArn": made["Arn"],
        "userPoolClientId": client["UserPoolClient"]["ClientId"],
        "userPoolDomain": "shop",
    }


def entrances(stack: Stack, cloud: Cloud) -> dict[str, list[str]]:
    """The kinds of actions, of the listener and of each route."""
    elb, found = cloud.client("elbv2"), {}
    for name, it in stack.resources().items():
        if it["type"] == "fargate:lb:Listener" and name.endswith("-https"):
            (listener,) = elb.describe_listeners(ListenerArns=[it["id"]])["Listeners"]
            found["https"] = [action["Type"] for action in listener["DefaultActions"]]
        if it["type"] == "fargate:lb:ListenerRule":
            (rule,) = elb.describe_rules(RuleArns=[it["id"]])["Rules"]
            found[name.rpartition("-")[2]] = [action["Type"] for action in rule["Actions"]]
    return found


def test_it_comes_changes_and_goes_on_a_living_service(stack: Stack, cloud: Cloud) -> None:
    secrets = cloud.client("secretsmanager")
    arn = secrets.create_secret(Name="oidc", SecretString=FIRST)["ARN"]
    oidc = {
        "issuer": PROVIDER,
        "authorizationEndpoint": f"{PROVIDER}/authorize",
        "tokenEndpoint": f"{PROVIDER}/token",
        "userInfoEndpoint": f"{PROVIDER}/userinfo",
        "clientId": "shop",
        "clientSecretArn": arn,
    }
    base = SMALL | {"certificateArn": certificate(cloud)}
    before = cloud.objects()
    stack.service(**base)
    stack.up()
    assert cloud.control("POST", "ecs/serving")

    stack.service(**base, authentication={"cognito": pool(cloud)})
    stack.up()
    assert entrances(stack, cloud) == {"https": ["authenticate-cognito", "forward"]}
    nothing_is_lost(cloud)
    stack.no_change()

    stack.service(**base, authentication={"oidc": oidc}, routes=[LIVE, API])
    runs = [stack.preview(), stack.up("--debug")]
    assert entrances(stack, cloud) == {
        "https": ["authenticate-oidc", "forward"],
        "live": ["forward"],
        "api": ["jwt-validation", "forward"],
    }
    nothing_is_lost(cloud)
    stack.refresh()
    stack.no_change()

    secrets.put_secret_value(SecretId=arn, SecretString=SECOND)
    assert changes(stack) == ["update web-client-secret", "update web-https"]
    runs += [stack.preview(), stack.up("--debug")]
    nothing_is_lost(cloud)
    stack.no_change()
    told = [it.text for it in runs] + [written(stack), str(stack.export())]
    assert [it for it in told if FIRST in it or SECOND in it] == []

    stack.service(**base)
    stack.up()
    assert entrances(stack, cloud) == {"https": ["forward"]}
    nothing_is_lost(cloud)
    stack.destroy()
    left = set(cloud.objects()) - set(before)
    assert {it.split()[0] for it in left} <= {"cognito-idp:user-pool"}


def test_what_cannot_be_is_told_before_anything_is_made(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL, authentication=TOKENS)
    stack.preview(fails=True).says("authentication", "It needs HTTPS")
    moving = {"certificateArn": certificate(cloud), "deployment": {"strategy": "blueGreen"}}
    stack.service(**SMALL, **moving, authentication=TOKENS)
    stack.preview(fails=True).says("authentication", "deployment.strategy")
