"""A provider's configuration that is wrong: told all at once, before anything is called or made."""

from typing import Any

import pytest
from world import COMPONENT, SMALL, Cloud, PythonStack, Stack

# As the stack has it, and what is told of it.
WRONG = {
    "regoin": ("eu-west-1", "Did you mean `region`?"),
    "region": ("eu-west", '"eu-west" is not an AWS region. Did you mean `eu-west-1`?'),
    "allowedAccountIds": ("prod", 'Expected a list, such as `["123456789012"]`, got "prod"'),
    "endpoints": ('{"sqs": "http://localhost"}', "The provider calls no service of this name"),
    "assumeRole": ('{"sessionName": "ci"}', "It is required."),
    "maxRetries": ("2.5", "Expected a whole number that is not negative, got the number 2.5"),
}
# As a program has it: what is of another type YAML itself refuses.
WRONG_IN_PROGRAM: dict[str, tuple[Any, str]] = {
    "region": ("eu-west", '"eu-west" is not an AWS region. Did you mean `eu-west-1`?'),
    "allowedAccountIds": (["prod"], '"prod" is not the id of an AWS account'),
    "endpoints": ({"ecs": "localhost"}, '"localhost" is not an address'),
    "assumeRole": ({"roleArn": "deployer"}, '"deployer" is not the ARN of an IAM role'),
    "maxRetries": (-1, "Expected a whole number that is not negative, got the number -1"),
    "profile": ("prod", "two answers to one question"),
}


@pytest.mark.parametrize("command", ["preview", "up"])
def test_what_is_wrong_in_the_stacks_configuration_is_told_all_at_once(
    stack: Stack, cloud: Cloud, command: str
) -> None:
    stack.service(**SMALL)
    for name, (text, _) in WRONG.items():
        stack.config(f"fargate:{name}", text)
    stack.config("fargate:secretKey", "hunter2", secret=True)
    told = stack.preview(fails=True) if command == "preview" else stack.up(fails=True)
    print(told.text)
    told.says(*(reason for _, reason in WRONG.values()), "It has no effect without `accessKey`")
    told.says_not("hunter2")
    assert cloud.calls() == [] and stack.resources().keys() <= {"story-test"}


def test_what_is_wrong_with_a_provider_of_the_program_is_told_all_at_once(stack: Stack, cloud: Cloud) -> None:
    inputs = {name: given for name, (given, _) in WRONG_IN_PROGRAM.items()}
    inputs |= {"accessKey": "AKIA", "secretKey": {"fn::secret": "hunter2"}}
    service = {"type": COMPONENT, "properties": SMALL, "options": {"provider": "${aws}"}}
    stack.write(resources={"aws": {"type": "pulumi:providers:fargate", "properties": inputs}, "web": service})
    for told in (stack.preview(fails=True), stack.up(fails=True)):
        print(told.text)
        told.says(*(reason for _, reason in WRONG_IN_PROGRAM.values()))
        told.says_not("hunter2")
    assert cloud.calls() == [] and stack.resources().keys() <= {"story-test"}


def test_a_configuration_as_the_cli_writes_it_is_understood(stack: Stack, cloud: Cloud) -> None:
    """`--path` makes numbers of ids and of tags that look like numbers."""
    stack.service(**SMALL)
    del stack.env["AWS_REGION"]
    stack.config("fargate:region", "eu-west-1")
    stack.run("config", "set", "--path", "fargate:allowedAccountIds[0]", "123456789012")
    stack.run("config", "set", "--path", "fargate:defaultTags.cost", "1234")
    stack.config("fargate:endpoints", f'{{"sts": "{cloud.url}"}}')
    stack.up()
    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    tags = cloud.client("logs").list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]
    assert tags["cost"] == "1234"
    stack.no_change()


def test_a_provider_is_the_same_in_another_language(stack: Stack) -> None:
    """YAML sends a setting as a value, SDKs send it as the text of JSON."""
    provider = {
        "type": "pulumi:providers:fargate",
        "properties": {"region": "eu-west-1", "defaultTags": {"team": "web"}},
    }
    stack.write(resources={"aws": provider})
    stack.up()
    python = stack.in_another_language(PythonStack)
    program = (
        'import pulumi_fargate as fargate\nfargate.Provider("aws", region="eu-west-1", default_tags={"team": "%s"})\n'
    )
    python.program(program % "web")
    python.no_change()
    python.program(program % "shop")
    assert [(step.op, step.name) for step in python.plan()] == [("update", "aws")]
