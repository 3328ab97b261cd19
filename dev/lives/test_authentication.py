"""Who may enter: what AWS gets of a client's secret, when it gets it again, and beside what else the actions change."""

from __future__ import annotations

from typing import Any

from authentication import JWT, OIDC
from ground import Ground
from life import Life, Ran
from test_routes import never_without_a_task
from test_shared import NOTHING
from test_unknown_and_secret import texts
from world import IMAGE, Cloud

BASE: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev", "name": "shop"}
FIRST, SECOND = "hush-hush-1", "hush-hush-2"


def certified(cloud: Cloud) -> dict[str, Any]:
    return BASE | {"certificateArn": Ground(cloud, "$certificate1").filled("$certificate1")}


def secret(cloud: Cloud, value: str = FIRST) -> str:
    return str(cloud.client("secretsmanager").create_secret(Name="oidc", SecretString=value)["ARN"])


def rotate(cloud: Cloud, arn: str, value: str = SECOND) -> None:
    cloud.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=value)


def oidc(arn: str, **more: Any) -> dict[str, Any]:
    return {"oidc": OIDC | {"clientSecretArn": arn} | more}


def entrance(cloud: Cloud, life: Life, part: str = "web-https") -> list[dict[str, Any]]:
    """The actions of a listener, or of a rule."""
    elb, arn = cloud.client("elbv2"), life.resources()[part]["id"]
    if ":listener-rule/" in arn:
        return list(elb.describe_rules(RuleArns=[arn])["Rules"][0]["Actions"])
    return list(elb.describe_listeners(ListenerArns=[arn])["Listeners"][0]["DefaultActions"])


def sent(cloud: Cloud) -> list[str]:
    """The client secrets that ELB got, in order; `kept` where it was to keep the one that it has."""
    found = []
    for call in cloud.calls():
        actions = [*call["params"].get("DefaultActions", []), *call["params"].get("Actions", [])]
        for config in (it["AuthenticateOidcConfig"] for it in actions if "AuthenticateOidcConfig" in it):
            kept = str(config.get("UseExistingClientSecret", "")).lower() == "true"
            found.append("kept" if kept else config["ClientSecret"])
    return found


def told_to_nobody(life: Life, *runs: Ran) -> None:
    state = repr([(it.inputs, it.outputs) for it in life.state.entries])
    for value in (FIRST, SECOND):
        assert value not in state
        assert [text for it in runs for text in texts(it) if value in text] == []


def test_a_client_secret_is_sent_when_it_changes_and_only_then(life: Life, cloud: Cloud) -> None:
    base, arn = certified(cloud), secret(cloud)
    life.service("web", None, **base, authentication=oidc(arn))
    runs = [life.preview(), life.up()]
    assert sent(cloud) == [FIRST]
    assert [it["Type"] for it in entrance(cloud, life)] == ["authenticate-oidc", "forward"]
    life.refresh()
    life.no_change()
    # Something else changes, and the secret stays.
    life.service("web", None, **base, authentication=oidc(arn, scope="openid email"))
    runs.append(life.up())
    assert sent(cloud) == [FIRST, "kept"]
    assert entrance(cloud, life)[0]["AuthenticateOidcConfig"]["Scope"] == "openid email"
    # It is rotated: the next preview sees it.
    rotate(cloud, arn)
    assert sorted(str(it) for it in life.plan() if it.name != "web") == [
        "update web-client-secret",
        "update web-https",
    ]
    runs.append(life.up())
    assert sent(cloud) == [FIRST, "kept", SECOND]
    life.no_change()
    # Others take the action away; a refresh sees it, and the secret is sent again.
    listener = life.resources()["web-https"]["id"]
    (last,) = entrance(cloud, life)[1:]
    plain = [{"Type": "forward", "TargetGroupArn": last["TargetGroupArn"]}]
    cloud.client("elbv2").modify_listener(ListenerArn=listener, DefaultActions=plain)
    runs += [life.refresh(), life.up()]
    assert sent(cloud) == [FIRST, "kept", SECOND, SECOND]
    life.refresh()
    life.no_change()
    told_to_nobody(life, *runs)


def test_a_key_of_a_secret_and_a_pinned_version(life: Life, cloud: Cloud) -> None:
    base, arn = certified(cloud), secret(cloud, f'{{"client": "{FIRST}"}}')
    version = cloud.client("secretsmanager").describe_secret(SecretId=arn)["VersionIdsToStages"]
    (first,) = version
    life.service("web", None, **base, authentication=oidc(f"{arn}:other::"))
    ran = life.up(fails=True)
    ran.says("is not a JSON object with a text under the key other", "clientSecretArn")
    told_to_nobody(life, ran)
    life.service("web", None, **base, authentication=oidc(f"{arn}:client::{first}"))
    life.up()
    rotate(cloud, arn, f'{{"client": "{SECOND}"}}')
    life.no_change()
    life.service("web", None, **base, authentication=oidc(f"{arn}:client:AWSPREVIOUS:"))
    life.up()
    life.service("web", None, **base, authentication=oidc(f"{arn}:client::"))
    life.up()
    # The label of before names the version that was pinned.
    assert sent(cloud) == [FIRST, SECOND]


def test_what_aws_repeats_of_a_secret_is_told_to_nobody(life: Life, cloud: Cloud) -> None:
    base, arn = certified(cloud), secret(cloud)
    message = f"The client secret '{FIRST}' is too short"
    cloud.fault("elbv2", "CreateListener", "error", code="ValidationError", message=message, status=400, times=9)
    life.service("web", None, **base, authentication=oidc(arn))
    ran = life.up(fails=True)
    ran.says("is too short")
    told_to_nobody(life, ran)


def test_each_route_says_who_may_enter(life: Life, cloud: Cloud) -> None:
    base, arn = certified(cloud), secret(cloud)
    routes: list[dict[str, Any]] = [
        {"name": "live", "pathPatterns": ["/live"], "authentication": {"enabled": False}},
        {"name": "api", "pathPatterns": ["/api/*"], "authentication": {"jwt": JWT}},
        {"name": "shop", "pathPatterns": ["/shop/*"]},
        {"name": "old", "pathPatterns": ["/old"], "redirect": {"path": "/"}},
        {"name": "team", "pathPatterns": ["/team"], "authentication": oidc(arn, clientId="team")},
    ]
    life.service("web", None, **base, authentication=oidc(arn), routes=routes)
    life.up_as_planned()

    def kinds() -> dict[str, list[str]]:
        return {
            part: [it["Type"] for it in entrance(cloud, life, f"web-{part}")]
            for part in ("https", *(f"route-{it['name']}" for it in routes))
        }

    assert kinds() == {
        "https": ["authenticate-oidc", "forward"],
        "route-live": ["forward"],
        "route-api": ["jwt-validation", "forward"],
        "route-shop": ["authenticate-oidc", "forward"],
        "route-old": ["redirect"],
        "route-team": ["authenticate-oidc", "forward"],
    }
    life.refresh()
    life.no_change()
    # A rotation reaches the listener and both rules.
    rotate(cloud, arn)
    life.up_as_planned()
    assert sent(cloud)[-3:] == [SECOND] * 3
    # Without the service's, those that have none of their own are open.
    life.service("web", None, **base, routes=routes)
    life.up_as_planned()
    assert kinds()["https"] == kinds()["route-shop"] == ["forward"]
    assert kinds()["route-team"] == ["authenticate-oidc", "forward"]
    life.refresh()
    life.no_change()


def test_it_comes_and_goes_without_losing_a_request(life: Life, cloud: Cloud) -> None:
    base, arn = certified(cloud), secret(cloud)
    routes = [{"name": "api", "pathPatterns": ["/api/*"]}]
    life.service("web", None, **base, routes=routes)
    life.up()
    for more in (
        {"authentication": {"jwt": JWT}},
        {"authentication": oidc(arn)},
        {"authentication": {"enabled": False}},
        {"authentication": oidc(arn), "cpu": 512},
        {},
    ):
        life.service("web", None, **base, routes=routes, **more)
        with never_without_a_task(cloud):
            life.up_as_planned()
        life.refresh()
        life.no_change()
    assert "alb-out-identity" not in " ".join(life.resources())


def test_a_listener_of_another_stack_finds_out_too(life: Life, cloud: Cloud) -> None:
    owner, base = Life(cloud), certified(cloud)
    owner.service(
        "platform",
        None,
        **base | {"name": "platform"},
        redirectHttp=False,
        http=True,
        defaultAction=NOTHING,
        routes=[{"pathPatterns": ["/x"]}],
    )
    owner.up()
    outputs = owner.outputs("platform")
    routes = [{"hostHeaders": ["shop.example.com"]}]
    shared = {"albSecurityGroupId": outputs["albSecurityGroupId"], "routes": routes, "authentication": {"jwt": JWT}}
    life.service("shop", None, **BASE, **shared, listenerArn=outputs["httpListenerArn"])
    life.preview(fails=True).says("authentication", "serves plain HTTP")
    life.service("shop", None, **BASE, **shared, listenerArn=outputs["httpsListenerArn"])
    life.up_as_planned()
    part = "shop-route-shop-example-com"
    assert [it["Type"] for it in entrance(cloud, life, part)] == ["jwt-validation", "forward"]
    life.refresh()
    life.no_change()
    life.destroy()
