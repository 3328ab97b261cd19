"""The examples as they are in examples/: the production one with what it needs around it, and the small ones."""

from collections.abc import Callable
from typing import Any

import pytest
from places import certificate, network
from world import Caller, Cloud, Ran, Stack, TypeScriptStack


def surroundings(cloud: Cloud, issue: Callable[[Cloud], str] = certificate) -> dict[str, Any]:
    """What the production example asks for in its configuration."""
    secret = cloud.client("secretsmanager").create_secret
    return network(cloud) | {
        "certificateArn": issue(cloud),
        "databaseSecretArn": secret(Name="orders/database", SecretString="{}")["ARN"],
        "apiKeyArn": secret(Name="orders/api-key", SecretString="key")["ARN"],
        "alarmTopicArn": cloud.client("sns").create_topic(Name="alarms")["TopicArn"],
    }


def configure(stack: Stack, values: dict[str, Any]) -> None:
    """As the examples' README says: a list has a key for each member."""
    keys = []
    for key, value in values.items():
        members = {f"{key}[{at}]": it for at, it in enumerate(value)} if isinstance(value, list) else {key: value}
        # The CLI takes the ARN of a secret for a secret, and wants to hear that it is none.
        keys += [word for name, it in members.items() for word in ("--plaintext", f"{name}={it}")]
    stack.run("config", "set-all", "--path", *keys)


def refused_to_destroy(stack: Stack) -> Ran:
    return stack.run("destroy", "--yes", "--skip-preview", fails=True)


def running(stack: Stack, cloud: Cloud) -> int:
    told = stack.outputs()
    found = cloud.client("ecs").describe_services(cluster=told["clusterName"], services=[told["serviceName"]])
    return int(found["services"][0]["runningCount"])


def test_the_production_example_lives_from_an_empty_repository_to_a_deliberate_end(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    stack = typescript_stack
    needed = surroundings(cloud)
    # In a new account, by somebody who may do what docs/permissions.md says and no more.
    cloud.control("PUT", "account", {"service_linked_roles": "absent"})
    stack.act_as(Caller(cloud))
    before = cloud.objects()
    stack.example("production", "typescript")
    configure(stack, needed)

    # The repository is still empty: all is made, and the run says how the first image gets there.
    stack.up().says("docker push")
    assert running(stack, cloud) == 0
    repository = stack.outputs()["repositoryUrl"].partition("/")[2]
    cloud.push(repository, "v1", "one")
    stack.up()
    assert running(stack, cloud) == 2
    stack.no_change()
    stack.refresh()
    stack.no_change()

    # It is protected, and images are never thrown away in passing.
    stack.config("deletionProtection", "false")
    stack.up()
    whole = cloud.objects()
    refused_to_destroy(stack).says("repository.forceDelete")
    assert cloud.objects() == whole and running(stack, cloud) == 2
    cloud.remove_images(repository)
    stack.destroy()
    assert cloud.objects() == before


def test_the_production_example_cannot_be_destroyed_while_it_is_protected(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    stack = typescript_stack
    needed = surroundings(cloud)
    stack.example("production", "typescript")
    configure(stack, needed)
    stack.up()
    whole = cloud.objects()
    refused_to_destroy(stack).says("deletionProtection")
    assert cloud.objects() == whole


@pytest.mark.parametrize("language", ["yaml", "python", "go", "java"])
def test_the_production_example_is_the_same_in_each_language(stack: Stack, cloud: Cloud, language: str) -> None:
    needed = surroundings(cloud)
    before = cloud.objects()
    stack.example("production", language)
    configure(stack, needed)
    stack.config("deletionProtection", "false")
    stack.up().says("docker push")
    assert stack.outputs().keys() == {"url", "repositoryUrl", "dashboardUrl", "clusterName", "serviceName"}
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == before


@pytest.mark.parametrize("language", ["yaml", "typescript", "python", "go", "java"])
def test_the_small_example_is_made_stays_as_it_is_and_leaves_nothing(stack: Stack, cloud: Cloud, language: str) -> None:
    stack.example("small", language)
    if language == "java":
        stack.through_maven()
    stack.up()
    assert stack.outputs()["url"].startswith("http://")
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []
