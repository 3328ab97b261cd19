"""CreateService, UpdateService, DeleteService and the readers of services."""

from __future__ import annotations

import copy

from localaws.context import AwsError, Context

from . import rollouts, service_config
from .causes import DELETED
from .model import Cluster, Json, Service
from .names import check_name
from .pages import at_most, page
from .scheduler import reconcile
from .service_rules import check_count
from .service_view import service_view
from .store import state_of
from .times import seconds

# Reads of a service that was just made may miss it (terraform-provider-aws, ecs/service.go, looks again
# for two minutes). How many do is set by the controls.
_new = {"unseen": 0}


def new_ones_are_unseen_for(looks: int) -> None:
    _new["unseen"] = looks


def unseen(service: Service) -> bool:
    """Whether this look misses it."""
    missed = service.unseen > 0
    service.unseen -= missed
    return missed


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
    config, settings = service_config.asked(params, cluster, context)
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
        unseen=_new["unseen"],
    )


def update_service(params: Json, context: Context) -> Json:
    """A field left out keeps its value. DRAINING or INACTIVE: `ServiceNotActiveException` "Service
    was not ACTIVE." (alchemy-run/alchemy#1581)."""
    state = state_of(context)
    cluster = state.cluster(params.get("cluster"))
    service = state.service(cluster, params["service"])
    if service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    config = service_config.updated_config(params, service, context)
    settings = service_config.updated_settings(params, service, config, context)
    check_count(params.get("desiredCount"), "DAEMON")
    if params.get("desiredCount") is not None:
        service.desired = params["desiredCount"]
        service.steady = False
    service.settings = settings
    now = context.clock.now()
    if service_config.starts_deployment(params, config, service):
        rollouts.start(service, config, now, context)
    else:
        service.config = config
    state.at(now, service, service.reconcile)
    return {"service": service_view(service, context)}


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
    rollouts.end(service.current, "STOPPED", DELETED, now)
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
        if service is None or unseen(service):
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
