"""What a request makes of a service: the configuration of its next revision, and its settings."""

from __future__ import annotations

import copy

from localaws.context import AwsError, Context

from .clusters import with_weights
from .model import Cluster, Json, Service
from .service_rules import (
    check_balancers,
    check_capacity,
    check_deployment,
    check_linked_role,
    check_network,
    usable_definition,
)
from .store import state_of
from .strategies import CANARY, LINEAR, SHIFTING
from .strategy_rules import (
    check_alarms,
    check_bake_time,
    check_balancers_for,
    check_strategy,
    check_switch,
)

# The members that start a deployment when UpdateService carries them (aws.md 4.4) make up a
# revision; the strategy belongs to it too but needs forceNewDeployment.
REVISION = (
    "taskDefinition",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "platformVersion",
)

SETTINGS = (
    "availabilityZoneRebalancing",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
    "placementConstraints",
    "placementStrategy",
)


def asked(params: Json, cluster: Cluster, context: Context) -> tuple[Json, Json]:
    """The configuration and the settings of a new service, checked."""
    if not params.get("taskDefinition"):
        raise AwsError("InvalidParameterException", "TaskDefinition cannot be null or empty.")
    definition = usable_definition(params["taskDefinition"], context)
    config: Json = {m: copy.deepcopy(params[m]) for m in REVISION if params.get(m)}
    config["taskDefinition"] = definition.arn
    config |= _capacity(params, cluster)
    check_capacity(config, cluster, definition)
    check_network(config, definition, context)
    settings = _settings(params)
    check_bake_time(params, "ROLLING")
    _check_settings(settings, config, context)
    if definition.body.get("networkMode") == "awsvpc" or config.get("loadBalancers"):
        check_linked_role(context)
    check_balancers(config, definition, context)
    _check_for(settings, config, context)
    _finish(config)
    return config, settings


def _check_settings(settings: Json, config: Json, context: Context) -> None:
    deployment = settings["deploymentConfiguration"]
    check_deployment(deployment, settings["availabilityZoneRebalancing"])
    check_strategy(deployment, settings, config)
    check_alarms(deployment, settings, context)


def _check_for(settings: Json, config: Json, context: Context) -> None:
    strategy = settings["deploymentConfiguration"]["strategy"]
    check_balancers_for(strategy, config.get("loadBalancers") or [], context)


def _capacity(params: Json, cluster: Cluster) -> Json:
    """Neither given: the cluster's default strategy, else EC2 (aws.md 4.2)."""
    config: Json = {}
    if params.get("launchType"):
        config["launchType"] = params["launchType"]
    if params.get("capacityProviderStrategy"):
        config["capacityProviderStrategy"] = with_weights(params["capacityProviderStrategy"])
    if not config:
        if cluster.default_strategy:
            return {"capacityProviderStrategy": copy.deepcopy(cluster.default_strategy)}
        return {"launchType": "EC2"}
    return config


def _settings(params: Json) -> Json:
    """Defaults of aws.md 4.1."""
    deployment: Json = {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    } | _completed(params.get("deploymentConfiguration") or {})
    defaults: Json = {
        "healthCheckGracePeriodSeconds": 0,
        "enableExecuteCommand": False,
        "enableECSManagedTags": False,
        "propagateTags": "NONE",
        "placementConstraints": [],
        "placementStrategy": [],
        # Unset on create: ENABLED if compatible, since 2025-06-30.
        "availabilityZoneRebalancing": "ENABLED"
        if deployment["maximumPercent"] > 100
        else "DISABLED",
    }
    given = {m: copy.deepcopy(params[m]) for m in SETTINGS if params.get(m) is not None}
    fixed = {
        "schedulingStrategy": params.get("schedulingStrategy", "REPLICA"),
        "deploymentController": params.get("deploymentController") or {"type": "ECS"},
    }
    return defaults | given | fixed | {"deploymentConfiguration": deployment}


def _completed(asked: Json) -> Json:
    """Defaults of a strategy: botocore for the steps, CloudFormation's schema for the bake time."""
    asked = copy.deepcopy(asked)
    strategy = asked.get("strategy")
    for name, member, rule in (
        ("LINEAR", "linearConfiguration", LINEAR),
        ("CANARY", "canaryConfiguration", CANARY),
    ):
        if strategy == name:
            asked[member] = rule | (asked.get(member) or {})
            asked.setdefault("bakeTimeInMinutes", 15)
    return asked


def _finish(config: Json) -> None:
    network = (config.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        network.setdefault("assignPublicIp", "DISABLED")
        network.setdefault("securityGroups", [])
    if config.get("launchType") == "FARGATE" or config.get("capacityProviderStrategy"):
        config.setdefault("platformVersion", "LATEST")


def starts_deployment(params: Json, config: Json, service: Service) -> bool:
    """Carrying the member is enough, whether its value differs or not (botocore: UpdateService,
    "starts a deployment"), except for a task definition that is in force already, which AWS
    ignores."""
    if params.get("forceNewDeployment"):
        return True
    return any(
        m in params and (m != "taskDefinition" or config[m] != service.config[m]) for m in REVISION
    )


def updated_config(params: Json, service: Service, context: Context) -> Json:
    config = copy.deepcopy(service.config)
    for member in REVISION:
        if member in params:
            config[member] = copy.deepcopy(params[member])
    # The present definition may have been deregistered since: it is checked where it is to be deployed
    # ("TaskDefinition is inactive" of --force-new-deployment, seen in many public transcripts).
    reference = params.get("taskDefinition")
    if params.get("forceNewDeployment"):
        reference = config["taskDefinition"]
    definition = state_of(context).find_definition(config["taskDefinition"])
    if reference:
        definition = usable_definition(reference, context)
        config["taskDefinition"] = definition.arn
    assert definition is not None, "a task definition stays while a service uses it"
    if "capacityProviderStrategy" in params:
        _switch_strategy(params, config)
    check_capacity(config, service.cluster, definition)
    if "networkConfiguration" in params or reference:
        check_network(config, definition, context)
    if "loadBalancers" in params or "serviceRegistries" in params:
        check_linked_role(context)
    if "loadBalancers" in params or reference:
        check_balancers(config, definition, context)
    _finish(config)
    return config


def _switch_strategy(params: Json, config: Json) -> None:
    """Message: pipe-cd/pipecd#6385, aws/aws-cdk#34631. `[]` goes back to the launch type (aws.md
    4.2)."""
    strategy = with_weights(params["capacityProviderStrategy"])
    if _in_order(strategy) == _in_order(config.get("capacityProviderStrategy", [])):
        return
    if not params.get("forceNewDeployment"):
        raise AwsError(
            "InvalidParameterException",
            "When switching from launch type to capacity provider strategy on an existing service, or making a "
            "change to a capacity provider strategy on a service that is already using one, you must force a new "
            "deployment.",
        )
    config.pop("launchType", None)
    config.pop("capacityProviderStrategy", None)
    config |= {"capacityProviderStrategy": strategy} if strategy else {"launchType": "FARGATE"}


def _in_order(strategy: list[Json]) -> list[Json]:
    return sorted(strategy, key=lambda item: str(item["capacityProvider"]))


def updated_settings(params: Json, service: Service, config: Json, context: Context) -> Json:
    """`deploymentConfiguration` counts from the next deployment on. Another strategy takes the steps of the old one
    with it."""
    settings = copy.deepcopy(service.settings)
    settings |= {m: copy.deepcopy(params[m]) for m in SETTINGS if params.get(m) is not None}
    asked = params.get("deploymentConfiguration") or {}
    deployment = settings["deploymentConfiguration"]
    before = deployment["strategy"]
    if asked.get("strategy", before) != before:
        check_bake_time(params, before)
        check_switch(before, asked["strategy"], service.current.under_way)
        for member in ("linearConfiguration", "canaryConfiguration"):
            deployment.pop(member, None)
        if before not in SHIFTING:
            deployment.pop("bakeTimeInMinutes", None)
        settings["deploymentConfiguration"] = deployment | _completed(asked)
    else:
        deployment |= copy.deepcopy(asked)
    settings["deploymentConfiguration"].setdefault("bakeTimeInMinutes", 0)
    _check_settings(settings, config, context)
    if "loadBalancers" in params or asked:
        _check_for(settings, config, context)
    return settings
