"""Every text as a secret, from TypeScript and Python: nothing plain in the terminal and in the state."""

import json
from pathlib import Path
from typing import Any

import pytest
from world import PythonStack, Stack, TypeScriptStack

HIDDEN = "hush-hush"
ARN = "arn:aws:{}:eu-west-1:123456789012:{}".format
# Names of things, and what AWS never gets: each may be secret.
HARMLESS: dict[str, Any] = {
    "image": f"public.ecr.aws/{HIDDEN}/nginx:1",
    "databaseSecretArn": ARN("secretsmanager", f"secret:{HIDDEN}-AbCdEf"),
    "triggers": {"at": HIDDEN},
    "taskRoleStatements": [{"actions": ["s3:GetObject"], "resources": [f"arn:aws:s3:::{HIDDEN}/*"]}],
}
# What AWS shows to many.
SHOWN: dict[str, Any] = {
    "environment": {"KEY": HIDDEN},
    "command": ["serve", HIDDEN],
    "entryPoint": [HIDDEN],
    "user": HIDDEN,
    "workingDirectory": f"/{HIDDEN}",
    "healthCheck": {"path": f"/{HIDDEN}"},
    "containerHealthCheck": {"command": ["CMD-SHELL", HIDDEN]},
    "tags": {"team": HIDDEN},
}
# The secret itself where its ARN belongs.
MISTAKEN: dict[str, Any] = {"secrets": {"KEY": HIDDEN}}
# What AWS does not have, and refuses by its name.
REFUSED: dict[str, Any] = {
    "certificateArn": ARN("acm", f"certificate/{HIDDEN}"),
    "logKmsKeyId": ARN("kms", f"key/{HIDDEN}"),
    "taskRolePolicyArns": [f"arn:aws:iam::aws:policy/{HIDDEN}"],
    "permissionsBoundary": f"arn:aws:iam::aws:policy/{HIDDEN}",
    "secrets": {"KEY": ARN("secretsmanager", f"secret:{HIDDEN}-AbCdEf")},
    "monitoring": {"alarmActions": [ARN("sns", HIDDEN)]},
}


def texts(value: Any, secret: str) -> str:
    """The value in the program's language, each text in it secret."""
    if isinstance(value, str):
        return f"{secret}({json.dumps(value)})"
    if isinstance(value, list):
        return f"[{', '.join(texts(it, secret) for it in value)}]"
    return "{" + ", ".join(f"{json.dumps(name)}: {texts(it, secret)}" for name, it in value.items()) + "}"


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def typescript(stack: TypeScriptStack, inputs: dict[str, Any]) -> None:
    given = [f"{name}: {texts(value, 'pulumi.secret')}" for name, value in inputs.items()]
    stack.program(f"""
import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const web = new fargate.FargateWebService("web", {{
    useDefaultVpc: true, {", ".join(given)}
}}, {{ customTimeouts: {{ create: "5s" }} }});
export const url = web.url;
""")


def python(stack: PythonStack, inputs: dict[str, Any]) -> None:
    given = [f"{snake(name)}={texts(value, 'pulumi.Output.secret')}" for name, value in inputs.items()]
    stack.program(f"""
import pulumi
import pulumi_fargate as fargate

web = fargate.FargateWebService(
    "web",
    use_default_vpc=True,
    {", ".join(given)},
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5s")),
)
pulumi.export("url", web.url)
""")


@pytest.fixture(params=["typescript", "python"])
def program(request: pytest.FixtureRequest) -> Any:
    """A stack, and how one writes its program."""
    write = {"typescript": typescript, "python": python}[request.param]
    stack: Stack = request.getfixturevalue(f"{request.param}_stack")
    return stack, write


def kept(stack: Stack) -> str:
    """All that the engine has written down."""
    state = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
    return "\n".join(path.read_text() for path in state.rglob("*.json*"))


def test_a_secret_text_is_told_to_nobody(program: Any) -> None:
    stack, write = program
    write(stack, SHOWN | MISTAKEN)
    refused = stack.up("--diff", fails=True)
    refused.says(*(f"`{name}" for name in SHOWN), "under `secrets`", "`secrets.KEY`", "put it under `secretValues`")
    refused.says_not(HIDDEN)
    assert HIDDEN not in kept(stack) and HIDDEN not in json.dumps(stack.cloud.calls())
    assert stack.cloud.objects() == []

    write(stack, HARMLESS)
    for run in (stack.preview(), stack.up("--diff"), stack.refresh(), stack.run("stack", "--show-urns")):
        run.says_not(HIDDEN)
    stack.no_change()
    assert HIDDEN not in kept(stack) and HIDDEN not in json.dumps(stack.export())
    stack.destroy().says_not(HIDDEN)


def test_a_secret_text_that_aws_refuses_is_told_to_nobody(program: Any) -> None:
    stack, write = program
    write(stack, {"image": "public.ecr.aws/nginx/nginx:1", **REFUSED})
    refused = stack.up("--diff", fails=True)
    refused.says("[secret]", "NoSuchEntity")
    refused.says_not(HIDDEN)
    assert HIDDEN not in kept(stack)
