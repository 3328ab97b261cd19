"""The deployment strategies that move traffic: their stages in order, and the steps of their traffic.

Sources: botocore (DeploymentStrategy, LinearConfiguration, CanaryConfiguration, ServiceDeploymentLifecycleStage); ECS
developer guide, "blue/green service deployments workflow" and "Lifecycle hooks for Amazon ECS service deployments".
"""

from __future__ import annotations

from .model import Json, ServiceDeployment

SHIFTING = ("BLUE_GREEN", "LINEAR", "CANARY")
LINEAR = {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}
CANARY = {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10}

RECONCILE, SCALE_UP, TEST, BAKE, CLEAN_UP = (
    "RECONCILE_SERVICE",
    "SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
)
PRODUCTION = "PRODUCTION_TRAFFIC_SHIFT"
BEFORE_TRAFFIC = ("PRE_SCALE_UP", SCALE_UP, "POST_SCALE_UP", TEST, "POST_TEST_TRAFFIC_SHIFT")
# Invoked at each step of the traffic ("Recurring invocation stages").
STEP = ("PRE_PRODUCTION_TRAFFIC_SHIFT", PRODUCTION)
AFTER_TRAFFIC = ("POST_PRODUCTION_TRAFFIC_SHIFT", BAKE, CLEAN_UP)


def shifts(deployment: ServiceDeployment) -> bool:
    return deployment.strategy in SHIFTING


def steps(configuration: Json) -> list[tuple[float, float]]:
    """Percent of the production traffic, and for how many minutes it stays there: none after 100 percent, where the
    bake time of the deployment follows (botocore: LinearConfiguration.stepBakeTimeInMinutes)."""
    strategy = configuration.get("strategy")
    if strategy == "CANARY":
        rule = CANARY | (configuration.get("canaryConfiguration") or {})
        percent, minutes = float(rule["canaryPercent"]), float(rule["canaryBakeTimeInMinutes"])
        return [(percent, minutes), (100.0, 0.0)] if percent < 100 else [(100.0, 0.0)]
    if strategy == "LINEAR":
        rule = LINEAR | (configuration.get("linearConfiguration") or {})
        step, minutes = float(rule["stepPercent"]), float(rule["stepBakeTimeInMinutes"])
        # In tenths of a percent, which floating numbers do not add up to.
        tenths = range(round(step * 10), 1000, round(step * 10))
        return [*((it / 10, minutes) for it in tenths), (100.0, 0.0)]
    return [(100.0, 0.0)]


def path(deployment: ServiceDeployment) -> list[str]:
    """`RECONCILE_SERVICE` "only happens when you start a new service deployment with more than 1 service revision in
    an ACTIVE state"."""
    reconciled = [RECONCILE] if len(deployment.sources) > 1 else []
    shifted = list(STEP) * len(steps(deployment.configuration))
    return [*reconciled, *BEFORE_TRAFFIC, *shifted, *AFTER_TRAFFIC]


def way_back(deployment: ServiceDeployment) -> list[str]:
    """The traffic that was moved goes back; these stages "are also invoked during rollback" (developer guide,
    "Lifecycle hooks")."""
    production = [PRODUCTION] if deployment.production else []
    test = [TEST] if deployment.test else []
    return [SCALE_UP, *production, *test, CLEAN_UP]
