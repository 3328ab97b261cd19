"""Clusters and capacity providers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_ecs_world import World, a_world

from localaws.context import AwsError
from localaws.services.ecs import operations as ecs


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def test_create_returns_the_existing_one_untouched(world: World) -> None:
    before = world.call("DescribeClusters", clusters=["main"], include=["SETTINGS", "TAGS"])[
        "clusters"
    ][0]
    same = world.call("CreateCluster", clusterName="main", tags=[{"key": "a", "value": "b"}])[
        "cluster"
    ]
    assert same["clusterArn"] == before["clusterArn"]
    assert same["tags"] == []
    settings = [{"name": "containerInsights", "value": "enabled"}]
    error = world.refused("CreateCluster", clusterName="main", settings=settings)
    assert error.code == "InvalidParameterException"
    assert error.message.startswith("Arguments on this idempotent request are inconsistent")


def test_describe(world: World) -> None:
    answer = world.call("DescribeClusters", clusters=["main", "nope"])
    assert [c["clusterName"] for c in answer["clusters"]] == ["main"]
    assert answer["clusters"][0]["settings"] == []
    assert [f["reason"] for f in answer["failures"]] == ["MISSING"]
    shown = world.call("DescribeClusters", clusters=["main"], include=["SETTINGS"])["clusters"][0]
    assert shown["settings"] == [{"name": "containerInsights", "value": "disabled"}]


def test_settings_and_providers(world: World) -> None:
    insights = [{"name": "containerInsights", "value": "enhanced"}]
    changed = world.call("UpdateClusterSettings", cluster="main", settings=insights)["cluster"]
    assert changed["settings"] == insights
    world.create()
    world.service()
    error = world.refused(
        "PutClusterCapacityProviders",
        cluster="main",
        capacityProviders=["FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[],
    )
    assert error.code == "ResourceInUseException"
    stranger = [{"capacityProvider": "FARGATE", "weight": 1}]
    error = world.refused(
        "CreateCluster",
        clusterName="other",
        capacityProviders=[],
        defaultCapacityProviderStrategy=stranger,
    )
    assert "not associated with the cluster" in error.message


def test_the_default_strategy_serves_services_without_one(world: World) -> None:
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    world.call(
        "PutClusterCapacityProviders",
        cluster="main",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=strategy,
    )
    world.create(capacityProviderStrategy=[])
    world.service()
    assert {t["capacityProviderName"] for t in world.tasks()} == {"FARGATE_SPOT"}


def test_deleted_clusters_stay_visible(world: World) -> None:
    world.call("DeleteCluster", cluster="main")
    shown = world.call("DescribeClusters", clusters=["main"])["clusters"][0]
    assert shown["status"] == "INACTIVE"
    assert world.call("ListClusters")["clusterArns"] == []
    assert world.refused("DeleteCluster", cluster="main").code == "ClusterNotFoundException"
    assert ecs.objects(world.context) == []
    assert world.call("CreateCluster", clusterName="main")["cluster"]["status"] == "ACTIVE"


def test_unknown_operations(world: World) -> None:
    with pytest.raises(AwsError) as caught:
        world.call("RunTask", taskDefinition="web")
    assert caught.value.code == "InvalidAction"
