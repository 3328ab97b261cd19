"""CreateService, UpdateService, DeleteService and the readers of services."""

from __future__ import annotations

import copy

from localaws.context import AwsError, Context

from . import rollouts
from .clusters import with_weights
from .model import Cluster, Json, Service
from .names import check_name
from .pages import at_most, page
from .scheduler import reconcile
from .service_rules import (
    check_balancers,
    check_capacity,
    check_count,
    check_deployment,
    check_linked_role,
    check_network,
    usable_definition,
)
from .service_view import service_view
from .store import state_of
from .times import seconds

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


def create_service(params: Json, context: Context) -> Json:
    """Names are unique among ACTIVE and DRAINING services; the same clientToken with the same
    request answers the existing one (aws.md 1.3, 4.1)."""
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    name = check_name(params["serviceName"], "serviceName")
    existing = state.find_service(cluster, name)
    if existing is not None and existing.status == "ACTIVE":
        token = params.get("clientToken")
        if token and existing.request == params:
            return {"service": service_view(existing, context)}
        raise AwsError("InvalidParameterException", "Creation of service was not idempotent.")
    if existing is not None and existing.status == "DRAINING":
        raise AwsError(
            "InvalidParameterException", "Unable to Start a service that is still Draining."
        )
    service = _new_service(params, cluster, name, context)
    state.services.append(service)
    rollouts.start(service, service.config, service.created_at, context)
    return {"service": service_view(service, context)}


def _new_service(params: Json, cluster: Cluster, name: str, context: Context) -> Service:
    scheduling = params.get("schedulingStrategy", "REPLICA")
    check_count(params.get("desiredCount"), scheduling)
    if not params.get("taskDefinition"):
        raise AwsError("InvalidParameterException", "TaskDefinition cannot be null or empty.")
    definition = usable_definition(params["taskDefinition"], context)
    config: Json = {m: copy.deepcopy(params[m]) for m in REVISION if params.get(m)}
    config["taskDefinition"] = definition.arn
    config |= _capacity(params, cluster)
    check_capacity(config, cluster, definition)
    check_network(config, definition, context)
    settings = _settings(params)
    check_deployment(settings["deploymentConfiguration"], settings["availabilityZoneRebalancing"])
    if definition.body.get("networkMode") == "awsvpc" or config.get("loadBalancers"):
        check_linked_role(context)
    check_balancers(config, definition, context)
    _finish(config)
    state = state_of(context)
    return Service(
        name=name,
        arn=state.arn(f"service/{cluster.name}/{name}"),
        cluster=cluster,
        desired=params.get("desiredCount") or 0,
        created_at=context.clock.now(),
        created_by=context.principal,
        config=config,
        settings=settings,
        tags=list(params.get("tags") or []),
        request=copy.deepcopy(params),
        scheduler=reconcile,
    )


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
    deployment = {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    } | (params.get("deploymentConfiguration") or {})
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


def _finish(config: Json) -> None:
    network = (config.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        network.setdefault("assignPublicIp", "DISABLED")
        network.setdefault("securityGroups", [])
    if config.get("launchType") == "FARGATE" or config.get("capacityProviderStrategy"):
        config.setdefault("platformVersion", "LATEST")


def update_service(params: Json, context: Context) -> Json:
    """A field left out keeps its value. DRAINING or INACTIVE: `ServiceNotActiveException` "Service
    was not ACTIVE." (alchemy-run/alchemy#1581)."""
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    service = state.service(cluster, params["service"])
    if service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    config = _updated_config(params, service, context)
    settings = _updated_settings(params, service)
    check_count(params.get("desiredCount"), "DAEMON")
    if params.get("desiredCount") is not None:
        service.desired = params["desiredCount"]
        service.steady = False
    service.settings = settings
    now = context.clock.now()
    # Carrying the member is enough, whether its value differs or not (botocore: UpdateService,
    # "starts a deployment"), except for a task definition that is in force already, which AWS
    # ignores.
    starts = any(
        m in params and (m != "taskDefinition" or config[m] != service.config[m]) for m in REVISION
    )
    if starts or params.get("forceNewDeployment"):
        rollouts.start(service, config, now, context)
    else:
        service.config = config
    state.at(now, service, service.reconcile)
    return {"service": service_view(service, context)}


def _updated_config(params: Json, service: Service, context: Context) -> Json:
    config = copy.deepcopy(service.config)
    for member in REVISION:
        if member in params:
            config[member] = copy.deepcopy(params[member])
    # The present definition may have been deregistered since: only a new one is checked.
    reference = params.get("taskDefinition")
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
    if strategy == config.get("capacityProviderStrategy", []):
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


def _updated_settings(params: Json, service: Service) -> Json:
    settings = copy.deepcopy(service.settings)
    settings |= {m: copy.deepcopy(params[m]) for m in SETTINGS if params.get(m) is not None}
    settings["deploymentConfiguration"] |= params.get("deploymentConfiguration") or {}
    check_deployment(settings["deploymentConfiguration"], settings["availabilityZoneRebalancing"])
    return settings


def delete_service(params: Json, context: Context) -> Json:
    """Messages: moto after AWS ("scaled above 0"), convox/rack#346 ("deployments are active"). A
    second call on a DRAINING service answers it again; an INACTIVE one is not found."""
    state = state_of(context)
    service = state.service(state.cluster(params.get("cluster")), params["service"])
    if service.status == "INACTIVE":
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if service.status == "DRAINING":
        return {"service": service_view(service, context)}
    if not params.get("force"):
        if service.desired > 0:
            raise AwsError(
                "InvalidParameterException",
                "The service cannot be stopped while it is scaled above 0.",
            )
        if len(service.rollouts) > 1:
            raise AwsError(
                "InvalidParameterException",
                "The service cannot be stopped while deployments are active.",
            )
    now = context.clock.now()
    service.status, service.desired = "DRAINING", 0
    rollouts.end(service.current, "STOPPED", rollouts.DELETED, now)
    state.at(now, service, service.reconcile)
    service.drain_until = now + seconds(context, "service_drain")
    state.at(service.drain_until, service, service.reconcile)
    return {"service": service_view(service, context)}


def describe_services(params: Json, context: Context) -> Json:
    """Unknown: failure MISSING with HTTP 200 (aws.md 4.3)."""
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    at_most(params["services"], 10, "services")
    found, failures = [], []
    for reference in params["services"]:
        service = state.find_service(cluster, reference)
        if service is None:
            name = reference.rpartition("/")[2]
            arn = (
                reference
                if reference.startswith("arn:")
                else state.arn(f"service/{cluster.name}/{name}")
            )
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(service_view(service, context, "TAGS" in (params.get("include") or [])))
    return {"services": found, "failures": failures}


def list_services(params: Json, context: Context) -> Json:
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    launch, scheduling = params.get("launchType"), params.get("schedulingStrategy")
    arns = [
        s.arn
        for s in state.services
        if s.cluster is cluster
        and s.status != "INACTIVE"
        and launch in (None, s.config.get("launchType"))
        and scheduling in (None, s.settings["schedulingStrategy"])
    ]
    return page(arns, params, "serviceArns", 10)
