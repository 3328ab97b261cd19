"""The examples as they are in examples/: the production one with what it needs around it, and the small ones."""

import json
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
    for key, value in values.items():
        # The CLI takes the ARN of a secret for a secret, and wants to hear that it is none.
        stack.run("config", "set", "--plaintext", key, value if isinstance(value, str) else json.dumps(value))


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
    stack.example("production")
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
    stack.example("production")
    configure(stack, needed)
    stack.up()
    whole = cloud.objects()
    refused_to_destroy(stack).says("deletionProtection")
    assert cloud.objects() == whole


@pytest.mark.parametrize("example", ["yaml", "typescript", "python"])
def test_an_example_is_made_stays_as_it_is_and_leaves_nothing(stack: Stack, cloud: Cloud, example: str) -> None:
    stack.example(example)
    stack.up()
    assert stack.outputs()["url"].startswith("http://")
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []
