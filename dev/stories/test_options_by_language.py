"""In each language: an input that is wrong, a provider of the program's own, a child that is imported; and what Java loses."""

from __future__ import annotations

import pytest
from world import ACCOUNT, IMAGE, Cloud, PythonStack, Stack, TypeScriptStack

ELSEWHERE = "eu-central-1"

YAML = {
    "elsewhere": {"type": "pulumi:providers:fargate", "properties": {"region": ELSEWHERE}},
    "web": {
        "type": "fargate:FargateWebService",
        "properties": {"preset": "dev", "image": IMAGE, "useDefaultVpc": True, "cpu": "${cpu}"},
        "options": {"provider": "${elsewhere}"},
    },
}
TYPESCRIPT = f"""
import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const elsewhere = new fargate.Provider("elsewhere", {{ region: "{ELSEWHERE}" }});
const web = new fargate.FargateWebService("web", {{
    preset: "dev", image: "{IMAGE}", useDefaultVpc: true, cpu: new pulumi.Config().requireNumber("cpu"),
}}, {{ provider: elsewhere }});
export const url = web.url;
"""
PYTHON = f"""
import pulumi
import pulumi_fargate as fargate

elsewhere = fargate.Provider("elsewhere", region="{ELSEWHERE}")
web = fargate.FargateWebService(
    "web",
    preset="dev",
    image="{IMAGE}",
    use_default_vpc=True,
    cpu=pulumi.Config().require_int("cpu"),
    opts=pulumi.ResourceOptions(provider=elsewhere),
)
pulumi.export("url", web.url)
"""


def write(stack: Stack, language: str) -> None:
    if isinstance(stack, TypeScriptStack):
        stack.program(TYPESCRIPT)
    elif isinstance(stack, PythonStack):
        stack.program(PYTHON)
    elif language == "yaml":
        stack.write(config={"cpu": {"type": "integer"}}, resources=YAML, outputs={"url": "${web.url}"})
    else:
        # go/options and java/options beside this file.
        stack.compiled("options", language)


@pytest.fixture
def stack(request: pytest.FixtureRequest, language: str) -> Stack:
    fixture = {"python": "python_stack", "typescript": "typescript_stack"}.get(language, "plain_stack")
    return request.getfixturevalue(fixture)


@pytest.mark.parametrize("language", ["yaml", "typescript", "python", "go", "java"])
def test_a_failure_a_provider_and_an_import(stack: Stack, cloud: Cloud, language: str) -> None:
    write(stack, language)
    stack.config("cpu", "300")
    stack.up(fails=True).says("property cpu", "Fargate does not offer 300 CPU units. Choose one of 256, 512, 1024")
    assert cloud.objects() == []

    stack.config("cpu", "512")
    stack.up()
    made = stack.resources()
    assert f":{ELSEWHERE}:{ACCOUNT}:" in made["web-service"]["id"]
    stack.no_change()

    # The state forgets an alarm, with the mark of a finished run that depends on everything; AWS still has it.
    name = "web-alarm-cpu-high"
    alarm = made[name]
    stack.run("state", "delete", alarm["urn"], "--target-dependents", "--yes")
    under = ("--parent", f"web={made['web']['urn']}", "--provider", f"elsewhere={made['elsewhere']['urn']}")
    options = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
    stack.run("import", alarm["type"], name, alarm["id"], *under, *options)
    assert {(step.op, step.name) for step in stack.plan()} <= {("update", name), ("create", "web-completion")}
    stack.up()
    assert stack.resources()[name]["id"] == alarm["id"]
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("language", ["java"])
def test_in_java_a_service_loses_its_provider_but_not_its_providers(stack: Stack, cloud: Cloud, language: str) -> None:
    """Issue 1207 of pulumi-java. When this fails, the SDK sends it: then docs/resource-options.md and sdk/java have a line too many."""
    write(stack, language)
    stack.config("cpu", "512")
    # Without default providers, a service that lost its provider has none.
    stack.run("config", "set", "--path", "pulumi:disable-default-providers[0]", "*")
    stack.config("option", "provider")
    stack.preview(fails=True).says("Default provider for 'fargate' disabled")
    stack.config("option", "providers")
    stack.preview()
    assert cloud.objects() == []
