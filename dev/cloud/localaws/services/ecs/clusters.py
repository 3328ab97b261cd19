"""Clusters and their capacity providers."""

from __future__ import annotations

from localaws.context import AwsError, Context

from .model import Cluster, Json
from .names import check_name
from .pages import at_most, page
from .store import State, state_of

# Always there, need only association (aws.md 2). Others would be Auto Scaling groups, which we do
# not have.
PROVIDERS = ("FARGATE", "FARGATE_SPOT")


def create_cluster(params: Json, context: Context) -> Json:
    """An ACTIVE cluster of that name is returned as it is (aws.md 1.3), unless the request asks for
    other settings or capacity providers: `InvalidParameterException` "Arguments on this idempotent
    request are inconsistent with arguments used in previous request(s)."
    (hashicorp/terraform#24615)."""
    state = state_of(context)
    name = check_name(params.get("clusterName") or "default", "clusterName")
    providers = list(params.get("capacityProviders") or [])
    strategy = list(params.get("defaultCapacityProviderStrategy") or [])
    existing = state.clusters.get(name)
    if existing is not None and existing.status != "INACTIVE":
        _check_same(existing, params)
        return {"cluster": cluster_view(state, existing, ["TAGS", "SETTINGS", "CONFIGURATIONS"])}
    check_providers(providers)
    check_strategy(strategy, providers)
    cluster = Cluster(
        name=name,
        arn=state.arn(f"cluster/{name}"),
        settings=params.get("settings") or default_settings(state),
        configuration=params.get("configuration"),
        capacity_providers=providers,
        default_strategy=with_weights(strategy),
        service_connect_defaults=params.get("serviceConnectDefaults"),
        tags=list(params.get("tags") or []),
    )
    state.clusters[name] = cluster
    return {"cluster": cluster_view(state, cluster, ["TAGS", "SETTINGS", "CONFIGURATIONS"])}


def default_settings(state: State) -> list[Json]:
    return [{"name": "containerInsights", "value": state.settings["containerInsights"]}]


def _check_same(existing: Cluster, params: Json) -> None:
    asked = {
        "settings": existing.settings,
        "configuration": existing.configuration,
        "capacityProviders": existing.capacity_providers,
    }
    same = all(params.get(member) in (None, value) for member, value in asked.items())
    strategy = params.get("defaultCapacityProviderStrategy")
    if not same or (strategy is not None and with_weights(strategy) != existing.default_strategy):
        raise AwsError(
            "InvalidParameterException",
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        )


def with_weights(strategy: list[Json]) -> list[Json]:
    """AWS answers base and weight even where they were left out (botocore:
    CapacityProviderStrategyItem)."""
    return [{"weight": 0, "base": 0} | item for item in strategy]


def check_providers(providers: list[str]) -> None:
    """Unknown provider: message from terraform-aws-modules/terraform-aws-ecs#53."""
    if any(p not in PROVIDERS for p in providers):
        raise AwsError(
            "InvalidParameterException",
            "The specified capacity provider was not found. Specify a valid capacity provider and try again.",
        )


def check_strategy(strategy: list[Json], associated: list[str]) -> None:
    """Not associated: message seen in public reports of CreateCluster and RunTask. The rules about
    weight, base and length are botocore's (CapacityProviderStrategyItem); their wording is from
    memory."""
    for item in strategy:
        if item["capacityProvider"] not in associated:
            raise AwsError(
                "InvalidParameterException",
                "The specified capacity provider strategy cannot contain a capacity provider that is not "
                "associated with the cluster. Associate the capacity provider with the cluster and try again.",
            )
    if len(strategy) > 20:
        raise AwsError(
            "InvalidParameterException", "capacityProviderStrategy can have at most 20 items."
        )
    if sum(1 for item in strategy if item.get("base")) > 1:
        raise AwsError(
            "InvalidParameterException",
            "The specified capacity provider strategy cannot contain more than one capacity provider with a base.",
        )
    names = [item["capacityProvider"] for item in strategy]
    if len(set(names)) != len(names):
        raise AwsError(
            "InvalidParameterException",
            "The specified capacity provider strategy cannot contain the same capacity provider more than once.",
        )


def describe_clusters(params: Json, context: Context) -> Json:
    """Never there: failure MISSING with HTTP 200; deleted ones stay visible as INACTIVE (aws.md
    2)."""
    state = state_of(context)
    references = params.get("clusters") or ["default"]
    at_most(references, 100, "clusters")
    found, failures = [], []
    for reference in references:
        cluster = state.clusters.get(reference.rpartition("/")[2])
        if cluster is None:
            arn = reference if reference.startswith("arn:") else state.arn(f"cluster/{reference}")
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(cluster_view(state, cluster, params.get("include") or []))
    return {"clusters": found, "failures": failures}


def list_clusters(params: Json, context: Context) -> Json:
    arns = [c.arn for c in state_of(context).clusters.values() if c.status != "INACTIVE"]
    return page(arns, params, "clusterArns", 100)


def update_cluster(params: Json, context: Context) -> Json:
    state = state_of(context)
    cluster = state.cluster(params["cluster"])
    if "settings" in params:
        cluster.settings = params["settings"]
    if "configuration" in params:
        cluster.configuration = params["configuration"]
    if "serviceConnectDefaults" in params:
        cluster.service_connect_defaults = params["serviceConnectDefaults"]
    return {"cluster": cluster_view(state, cluster, ["SETTINGS", "CONFIGURATIONS"])}


def update_cluster_settings(params: Json, context: Context) -> Json:
    state = state_of(context)
    cluster = state.cluster(params["cluster"])
    cluster.settings = params["settings"]
    return {"cluster": cluster_view(state, cluster, ["SETTINGS"])}


def put_cluster_capacity_providers(params: Json, context: Context) -> Json:
    """Replaces both lists; a provider in use cannot go: `ResourceInUseException` (aws.md 2), text
    from aws/containers-roadmap#631."""
    state = state_of(context)
    cluster = state.cluster(params["cluster"])
    providers = list(params["capacityProviders"])
    check_providers(providers)
    check_strategy(params["defaultCapacityProviderStrategy"], providers)
    in_use = {t.provider for t in state.tasks(cluster) if t.last_status != "STOPPED" and t.provider}
    if in_use - set(providers):
        raise AwsError(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        )
    cluster.capacity_providers = providers
    cluster.default_strategy = with_weights(params["defaultCapacityProviderStrategy"])
    return {"cluster": cluster_view(state, cluster, ["SETTINGS"])}


def delete_cluster(params: Json, context: Context) -> Json:
    """Services count until INACTIVE and tasks until STOPPED (aws.md 2). Messages: moto, after
    AWS."""
    state = state_of(context)
    cluster = state.cluster(params["cluster"])
    if any(s.cluster is cluster and s.status != "INACTIVE" for s in state.services):
        raise AwsError(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        )
    if any(t.last_status != "STOPPED" for t in state.tasks(cluster)):
        raise AwsError(
            "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
        )
    cluster.status = "INACTIVE"
    return {"cluster": cluster_view(state, cluster, [])}


def cluster_view(state: State, cluster: Cluster, include: list[str]) -> Json:
    tasks = state.tasks(cluster)
    view: Json = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": sum(1 for t in tasks if t.last_status == "RUNNING"),
        "pendingTasksCount": sum(1 for t in tasks if t.last_status in ("PROVISIONING", "PENDING")),
        "activeServicesCount": sum(
            1 for s in state.services if s.cluster is cluster and s.status == "ACTIVE"
        ),
        "statistics": [],
        "tags": cluster.tags if "TAGS" in include else [],
        "settings": cluster.settings if "SETTINGS" in include else [],
        "capacityProviders": cluster.capacity_providers,
        "defaultCapacityProviderStrategy": cluster.default_strategy,
    }
    if "CONFIGURATIONS" in include and cluster.configuration is not None:
        view["configuration"] = cluster.configuration
    if cluster.service_connect_defaults is not None:
        view["serviceConnectDefaults"] = cluster.service_connect_defaults
    return view
