"""Deployments that shift traffic, stage by stage."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud
from shifting import BLUE_GREEN, Shop, forwarding
from test_cloudwatch import ALARM

TEST, PRODUCTION = "IN_PROGRESS TEST_TRAFFIC_SHIFT", "IN_PROGRESS PRODUCTION_TRAFFIC_SHIFT"
BAKE, CLEAN_UP = "IN_PROGRESS BAKE_TIME", "IN_PROGRESS CLEAN_UP"
BACK = "ROLLBACK_IN_PROGRESS"
CANARY = {
    "strategy": "CANARY",
    "canaryConfiguration": {"canaryPercent": 5, "canaryBakeTimeInMinutes": 10},
    "bakeTimeInMinutes": 5,
}


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def test_blue_green_from_stage_to_stage(shop: Shop) -> None:
    shop.create()
    assert shop.newest["status"] == "SUCCESSFUL"
    assert shop.weights() == (100, 0)
    shop.cloud.control("POST", "/ecs/serving")
    shop.update()
    assert shop.images() == ["nginx:1"]
    assert shop.passes(TEST) == ["IN_PROGRESS SCALE_UP", TEST]
    assert shop.images() == ["nginx:1", "nginx:2"]
    assert (shop.weights(), shop.weights(shop.test)) == ((100, 0), (0, 100))
    now = shop.newest
    target, source = now["targetServiceRevision"], now["sourceServiceRevisions"][0]
    assert target["requestedTestTrafficWeight"] == source["requestedProductionTrafficWeight"] == 100
    assert target["requestedProductionTrafficWeight"] == 0
    assert shop.passes(BAKE) == [TEST, PRODUCTION, BAKE]
    assert shop.weights() == (0, 100)
    assert shop.images() == ["nginx:1", "nginx:2"]
    shop.wait(200)
    assert shop.passes("SUCCESSFUL") == [BAKE, CLEAN_UP, "SUCCESSFUL"]
    assert shop.images() == ["nginx:2"]
    served = shop.cloud.control("GET", "/ecs/serving")["services"]["web"]
    assert served == {"now": 1, "least": 1, "lost": 0}
    shop.update("nginx:3")
    shop.wait(3600)
    assert (shop.newest["status"], shop.weights()) == ("SUCCESSFUL", (100, 0))
    revision = shop.newest["targetServiceRevision"]["arn"]
    answer = shop.ecs.describe_service_revisions(serviceRevisionArns=[revision])
    resolved = answer["serviceRevisions"][0]["resolvedConfiguration"]["loadBalancers"]
    assert resolved == [{"targetGroupArn": shop.blue, "productionListenerRule": shop.production}]


def test_a_canary_waits_with_a_little_traffic(shop: Shop) -> None:
    shop.create(CANARY)
    shop.update()
    shop.passes(PRODUCTION)
    assert shop.weights() == (95, 5)
    shop.wait(500)
    assert (shop.newest["lifecycleStage"], shop.weights()) == ("PRODUCTION_TRAFFIC_SHIFT", (95, 5))
    while shop.weights() == (95, 5):
        shop.wait(5)
    assert (shop.newest["lifecycleStage"], shop.weights()) == ("PRODUCTION_TRAFFIC_SHIFT", (0, 100))
    assert shop.passes("SUCCESSFUL", 10) == [PRODUCTION, BAKE, CLEAN_UP, "SUCCESSFUL"]


def test_linear_steps_end_without_a_bake_of_their_own(shop: Shop) -> None:
    linear = {"stepPercent": 33.3, "stepBakeTimeInMinutes": 2}
    shop.create({"strategy": "LINEAR", "linearConfiguration": linear, "bakeTimeInMinutes": 0})
    shop.update()
    shop.passes(PRODUCTION)
    seen: list[tuple[int, int]] = []
    for _ in range(60):
        if not seen or seen[-1] != shop.weights():
            seen.append(shop.weights())
        shop.wait(10)
    # A third of a hundred is not a whole percent: of 999 it is.
    assert seen == [(666, 333), (334, 665), (1, 998), (0, 100)]
    assert shop.newest["status"] == "SUCCESSFUL"


def alarm(shop: Shop, state: str) -> None:
    cloudwatch = shop.cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": "errors"})
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue=state, StateReason="test")


def test_an_alarm_while_it_bakes_brings_the_traffic_back(shop: Shop) -> None:
    alarm(shop, "OK")
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    shop.create({**BLUE_GREEN, "alarms": alarms})
    assert shop.newest["alarms"] == {"status": "MONITORING_COMPLETE", "alarmNames": ["errors"]}
    shop.update()
    shop.passes(BAKE)
    alarm(shop, "ALARM")
    assert shop.passes("ROLLBACK_SUCCESSFUL") == [
        BAKE,
        f"{BACK} PRODUCTION_TRAFFIC_SHIFT",
        f"{BACK} TEST_TRAFFIC_SHIFT",
        f"{BACK} CLEAN_UP",
        "ROLLBACK_SUCCESSFUL",
    ]
    assert shop.reason == "Service deployment rolled back because of one or more active alarms."
    assert shop.newest["alarms"]["triggeredAlarmNames"] == ["errors"]
    assert (shop.weights(), shop.weights(shop.test)) == ((100, 0), (100, 0))
    assert shop.images() == ["nginx:1"]
    assert any(it.endswith("deployment failed: alarm detected.") for it in shop.events)
    # In ALARM from the beginning it counts for nothing: this deployment may be the cure.
    shop.update("nginx:3")
    assert shop.newest["alarms"] == {"status": "DISABLED", "alarmNames": ["errors"]}
    shop.wait(3600)
    assert shop.newest["status"] == "SUCCESSFUL"


def test_what_never_gets_healthy_gets_no_traffic(shop: Shop) -> None:
    breaker = {"enable": True, "rollback": True}
    shop.create({**BLUE_GREEN, "deploymentCircuitBreaker": breaker})
    shop.cloud.control(
        "PUT", "/images/behaviour", {"image": "bad:1", "behaviour": {"run": "exit", "code": 1}}
    )
    shop.update("bad:1")
    seen = shop.passes("ROLLBACK_SUCCESSFUL", 20)
    assert not any("TRAFFIC" in it for it in seen)
    assert shop.reason.endswith("because the circuit breaker threshold was exceeded.")
    assert (shop.weights(), shop.images()) == ((100, 0), ["nginx:1"])


def test_a_stopped_canary_goes_back(shop: Shop) -> None:
    shop.create(CANARY)
    shop.update()
    shop.passes(PRODUCTION)
    shop.stop()
    assert shop.passes("ROLLBACK_SUCCESSFUL")[0].startswith(BACK)
    assert (shop.weights(), shop.images()) == ((100, 0), ["nginx:1"])


def test_a_newer_deployment_brings_the_traffic_together_first(shop: Shop) -> None:
    shop.create(CANARY)
    shop.update()
    shop.passes(PRODUCTION)
    shop.cloud.control("POST", "/ecs/serving")
    shop.update("nginx:3")
    assert shop.passes(PRODUCTION) == [
        "IN_PROGRESS RECONCILE_SERVICE",
        "IN_PROGRESS SCALE_UP",
        TEST,
        PRODUCTION,
    ]
    newest, older, _ = shop.deployments()
    assert older["status"] == "STOPPED"
    assert len(newest["sourceServiceRevisions"]) == 2
    assert shop.images() == ["nginx:1", "nginx:3"]
    assert shop.weights() == (95, 5)
    assert shop.cloud.control("GET", "/ecs/serving")["services"]["web"]["least"] >= 1


def test_traffic_to_an_empty_group_is_lost(shop: Shop) -> None:
    """Whoever writes the rules of ECS sends it there: ECS does not look at them (aws/containers-roadmap#2853)."""
    shop.create()
    shop.cloud.control("POST", "/ecs/serving")
    half = [forwarding({shop.blue: 1, shop.green: 1})]
    shop.elb.modify_rule(RuleArn=shop.production, Actions=half)
    assert shop.cloud.control("GET", "/ecs/serving")["services"]["web"]["lost"] == 50


def test_from_rolling_and_back(shop: Shop) -> None:
    """First the configuration with a rolling deployment, then the strategy (developer guide, "Updating the deployment
    strategy from rolling update to Amazon ECS blue/green")."""
    plain = shop.balancers()
    advanced = plain[0].pop("advancedConfiguration")
    shop.create({"strategy": "ROLLING"}, loadBalancers=plain)
    assert "requestedProductionTrafficWeight" not in shop.newest["targetServiceRevision"]
    with_rules = [{**plain[0], "advancedConfiguration": advanced}]
    shop.update("nginx:2", loadBalancers=with_rules, deploymentConfiguration=BLUE_GREEN)
    shop.wait(600)
    assert shop.newest["status"] == "ROLLBACK_SUCCESSFUL"
    assert "invalid networking configuration" in shop.reason
    rolling: dict[str, Any] = {"strategy": "ROLLING"}
    shop.update("nginx:2", loadBalancers=with_rules, deploymentConfiguration=rolling)
    switch = {"cluster": "main", "service": "web", "deploymentConfiguration": BLUE_GREEN}
    assert "while a deployment is in progress" in shop.refused("update_service", **switch)
    shop.wait(600)
    shop.ecs.update_service(**switch)
    assert len(shop.deployments()) == 3
    shop.update("nginx:3")
    shop.wait(3600)
    assert (shop.newest["status"], shop.weights()) == ("SUCCESSFUL", (0, 100))
    shop.ecs.update_service(cluster="main", service="web", deploymentConfiguration=rolling)
    shop.update("nginx:4")
    shop.wait(3600)
    assert (shop.newest["status"], shop.images()) == ("SUCCESSFUL", ["nginx:4"])
    # A rolling deployment leaves the rules alone and goes to the first group: who goes back has the traffic to mind.
    assert shop.weights() == (0, 100)
    assert shop.cloud.control("GET", "/ecs/serving")["services"]["web"]["now"] == 0
    assert shop.cloud.control("POST", "/ecs/serving")["services"]["web"]["lost"] == 100


def back_to_rolling(shop: Shop, image: str) -> None:
    plain = shop.balancers()
    plain[0].pop("advancedConfiguration")
    rolling = {"strategy": "ROLLING"}
    shop.update(image, loadBalancers=plain, deploymentConfiguration=rolling)
    shop.wait(3600)
    assert (shop.newest["status"], shop.images()) == ("SUCCESSFUL", [image])


def test_a_rule_that_stays_behind_is_seen_without_the_strategy(shop: Shop) -> None:
    """ECS forgets the rules with advancedConfiguration; requests do not."""
    shop.create()
    shop.update()
    shop.wait(3600)
    assert shop.weights() == (0, 100)
    shop.cloud.control("POST", "/ecs/serving")
    back_to_rolling(shop, "nginx:3")
    served = shop.cloud.control("GET", "/ecs/serving")["services"]["web"]
    assert served == {"now": 0, "least": 0, "lost": 100}
    # The rule of tests, which is left as it was too, is nothing to clients.
    shop.elb.modify_rule(RuleArn=shop.production, Actions=[forwarding({shop.blue: 1})])
    served = shop.cloud.control("POST", "/ecs/serving")["services"]["web"]
    assert served == {"now": 1, "least": 1, "lost": 0}
    # A part of the requests is a part of an outage.
    quarter = [forwarding({shop.blue: 3, shop.green: 1})]
    shop.elb.modify_rule(RuleArn=shop.production, Actions=quarter)
    served = shop.cloud.control("GET", "/ecs/serving")["services"]["web"]
    assert served == {"now": 1, "least": 1, "lost": 25}


def test_no_request_comes_to_what_is_behind_a_rule_for_all(shop: Shop) -> None:
    shop.create()
    default = [{"Type": "forward", "TargetGroupArn": shop.green}]
    shop.cloud.control("POST", "/ecs/serving")
    everything = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}]
    made = shop.elb.create_rule(
        ListenerArn=shop.listener,
        Priority=9,
        Conditions=everything,
        Actions=[forwarding({shop.blue: 1})],
    )
    shop.elb.modify_listener(ListenerArn=shop.listener, DefaultActions=default)
    served = shop.cloud.control("GET", "/ecs/serving")["services"]["web"]
    assert served == {"now": 1, "least": 1, "lost": 0}
    shop.elb.delete_rule(RuleArn=made["Rules"][0]["RuleArn"])
    served = shop.cloud.control("GET", "/ecs/serving")["services"]["web"]
    assert served == {"now": 1, "least": 1, "lost": 100}
