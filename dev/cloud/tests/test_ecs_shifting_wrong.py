"""Deployments that cannot shift traffic: refused at once, or rolled back because of what ECS finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Cloud
from shifting import BLUE_GREEN, POLICY, Shop, forwarding

NETWORKING = "Service deployment rolled back because of invalid networking configuration"
INFRASTRUCTURE = "arn:aws:iam::123456789012:role/infrastructure"


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def test_what_ecs_refuses_at_once(shop: Shop) -> None:
    shop.define()
    strategy: Callable[..., dict[str, Any]] = lambda name, **more: {  # noqa: E731
        "deploymentConfiguration": {"strategy": name, "bakeTimeInMinutes": 0, **more}
    }
    advanced: Callable[..., dict[str, Any]] = lambda **more: {  # noqa: E731
        "loadBalancers": shop.balancers(**more)
    }
    pause = {"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}
    function = {"hookTargetArn": "arn:x", "roleArn": "arn:y", "lifecycleStages": ["PRE_SCALE_UP"]}
    plain = shop.balancers()[0]
    plain.pop("advancedConfiguration")
    early = {"enable": True, "healthyPercent": 50, "sourceServiceRevisionCleanup": "DEFERRED"}
    threshold = {"enable": True, "rollback": True, "thresholdConfiguration": {"type": "COUNT"}}
    threshold["thresholdConfiguration"]["value"] = 0  # type: ignore[index]
    alarms = {"enable": True, "rollback": True, "alarmNames": ["gone"]}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, "bakeTimeInMinutes is required"),
        (strategy("BLUE_GREEN", bakeTimeInMinutes=1441), "bakeTimeInMinutes must be between 0"),
        (strategy("BLUE_GREEN", canaryConfiguration={"canaryPercent": 5}), "only valid when"),
        (strategy("CANARY", canaryConfiguration={"canaryPercent": 0.05}), "multiple of 0.1"),
        (strategy("LINEAR", linearConfiguration={"stepPercent": 2.9}), "multiple of 0.1 from 3.0"),
        (strategy("LINEAR", linearConfiguration={"stepPercent": 3.33}), "multiple of 0.1 from 3.0"),
        ({**strategy("CANARY"), "loadBalancers": []}, "needs a load balancer"),
        (strategy("BLUE_GREEN", earlySuccessCriteria=early), "only valid with the deployment"),
        (strategy("ROLLING", earlySuccessCriteria=early), "between minimumHealthyPercent and 100"),
        (strategy("ROLLING", deploymentCircuitBreaker=threshold), "must be 1 or greater"),
        (strategy("ROLLING", alarms=alarms), "alarms were not found: gone"),
        (strategy("BLUE_GREEN", lifecycleHooks=[pause] * 11), "at most 10 pause hooks"),
        (strategy("BLUE_GREEN", lifecycleHooks=[function] * 11), "at most 10 Lambda hooks"),
        (strategy("BLUE_GREEN", lifecycleHooks=[{**pause, "roleArn": "arn:x"}]), "for a PAUSE"),
        (
            strategy("BLUE_GREEN", lifecycleHooks=[{"lifecycleStages": ["PRE_SCALE_UP"]}]),
            "hookTargetArn and roleArn are required",
        ),
        (
            strategy(
                "BLUE_GREEN",
                lifecycleHooks=[{**pause, "lifecycleStages": ["TEST_TRAFFIC_SHIFT"]}],
            ),
            "Invalid lifecycle stage provided for Pause Hook",
        ),
        (
            {**strategy("BLUE_GREEN"), "loadBalancers": [plain]},
            "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy",
        ),
        (
            {"loadBalancers": [*shop.balancers(), plain]},
            "Either all or none of the provided loadBalancers must have advancedConfiguration defined",
        ),
        (
            advanced(productionListenerRule=shop.listener),
            f"productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: "
            f"{shop.listener}",
        ),
        (
            advanced(testListenerRule=shop.production),
            f"The following rules cannot be used as both production and test listener rules: {shop.production}",
        ),
        (
            advanced(alternateTargetGroupArn=shop.blue),
            f"Duplicate targetGroupArn found: {shop.blue}",
        ),
        (advanced(roleArn=None), "roleArn is required"),
        (
            advanced(productionListenerRule=shop.rule(3, {shop.blue: 1}), testListenerRule=None),
            "For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated "
            "with both targetGroup and alternateTargetGroup",
        ),
    ]
    for changed, words in cases:
        told = shop.refused("create_service", **{**shop.params(BLUE_GREEN), **changed})
        assert words in told, (changed, told)


def detached(shop: Shop) -> None:
    shop.iam.detach_role_policy(RoleName="infrastructure", PolicyArn=POLICY)


def no_rule(shop: Shop) -> None:
    shop.elb.delete_rule(RuleArn=shop.test)


def rewritten(**weights: int) -> Callable[[Shop], None]:
    def rewrite(shop: Shop) -> None:
        groups = {getattr(shop, name): weight for name, weight in weights.items()}
        for rule in (shop.production, shop.test):
            shop.elb.modify_rule(RuleArn=rule, Actions=[forwarding(groups)])

    return rewrite


def elsewhere(shop: Shop) -> None:
    """Production goes to a group of somebody else's."""
    group = shop.elb.create_target_group(
        Name="other", Protocol="HTTP", Port=80, VpcId=shop.cloud.vpc(), TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    shop.elb.modify_rule(RuleArn=shop.production, Actions=[forwarding({group: 1})])


CASES: list[tuple[Callable[[Shop], None], str]] = [
    (
        detached,
        f"{NETWORKING}. ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure "
        f"Role '{INFRASTRUCTURE}'.",
    ),
    (no_rule, f"{NETWORKING}. One or more rules not found"),
    (rewritten(blue=1, green=1), "serving traffic but found 2 target groups which are serving"),
    (
        rewritten(blue=1),
        "is not associated with either productionListenerRule or testListenerRule.",
    ),
    (
        elsewhere,
        f"{NETWORKING}. Production listener rule is forwarding traffic to unexpected target",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "words"), CASES, ids=[str(number) for number, _ in enumerate(CASES)]
)
def test_what_shows_only_later(shop: Shop, spoil: Callable[[Shop], None], words: str) -> None:
    shop.create()
    spoil(shop)
    shop.update()
    assert shop.passes("ROLLBACK_SUCCESSFUL")[-1] == "ROLLBACK_SUCCESSFUL"
    assert words in shop.reason
    assert any(f"deployment failed: {shop.reason}" in it for it in shop.events)
    assert shop.images() == ["nginx:1"]


def test_a_first_deployment_has_nothing_to_go_back_to(shop: Shop) -> None:
    no_rule(shop)
    shop.create()
    assert shop.newest["status"] == "ROLLBACK_FAILED"
    assert shop.reason == "No rollback candidate was found to run the rollback."
    assert shop.newest["rollback"]["reason"] == f"{NETWORKING}. One or more rules not found"


def test_ecs_may_do_what_its_role_may(shop: Shop) -> None:
    shop.create()
    shop.iam.put_role_policy(
        RoleName="infrastructure",
        PolicyName="less",
        PolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Resource": "*", '
        '"Action": "elasticloadbalancing:ModifyRule"}]}',
    )
    shop.update()

    shop.passes("ROLLBACK_SUCCESSFUL")
    assert shop.reason.startswith(
        "Service deployment rolled back because TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. User: "
        "arn:aws:sts::123456789012:assumed-role/infrastructure/ECSNetworkingWithELB is not authorized to perform: "
        f"elasticloadbalancing:ModifyRule on resource: {shop.test} with an explicit deny in an identity-based policy"
    )


def test_the_default_rule_is_changed_through_its_listener(shop: Shop) -> None:
    rules = shop.elb.describe_rules(ListenerArn=shop.listener)["Rules"]
    default = next(it["RuleArn"] for it in rules if it["IsDefault"])
    actions = [forwarding({shop.blue: 1, shop.green: 0})]
    shop.elb.modify_listener(ListenerArn=shop.listener, DefaultActions=actions)
    balancers = shop.balancers(productionListenerRule=default, testListenerRule=None)
    shop.create(loadBalancers=balancers)
    shop.update()
    shop.wait(3600)
    assert (shop.newest["status"], shop.weights(default)) == ("SUCCESSFUL", (0, 100))
    listeners = shop.elb.describe_listeners(ListenerArns=[shop.listener])["Listeners"]
    told = listeners[0]["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    assert [it["Weight"] for it in told] == [100, 0]


def test_a_stage_lasts_a_day_at_most(shop: Shop) -> None:
    shop.create()
    shop.cloud.control(
        "PUT", "/images/behaviour", {"image": "sick:1", "behaviour": {"run": "silent"}}
    )
    shop.update("sick:1", healthCheckGracePeriodSeconds=2000000)
    shop.wait(86000)
    assert shop.newest["lifecycleStage"] == "SCALE_UP"
    shop.wait(3600)
    assert shop.newest["status"] == "ROLLBACK_SUCCESSFUL"
    assert "SCALE_UP stage timed out" in shop.reason
