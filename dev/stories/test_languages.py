"""The same service from TypeScript and Python, through our SDKs."""

from world import IMAGE, Cloud, PythonStack, TypeScriptStack

TYPESCRIPT = f"""
import * as fargate from "pulumi-fargate";

const web = new fargate.FargateWebService("web", {{
    image: "{IMAGE}",
    useDefaultVpc: true,
    preset: "dev",
    healthCheck: {{ path: "/up" }},
}});
export const url = web.url;
"""

PYTHON = f"""
import pulumi
import pulumi_fargate as fargate

web = fargate.FargateWebService(
    "web",
    image="{IMAGE}",
    use_default_vpc=True,
    preset="dev",
    health_check=fargate.HealthCheckArgs(path="/up"),
)
pulumi.export("url", web.url)
"""


def test_a_typescript_program_makes_a_service_and_takes_it_away(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    typescript_stack.program(TYPESCRIPT)
    typescript_stack.up()
    assert typescript_stack.outputs()["url"].startswith("http://")
    typescript_stack.no_change()
    typescript_stack.destroy()
    assert cloud.objects() == []


def test_a_python_program_makes_a_service_and_takes_it_away(python_stack: PythonStack, cloud: Cloud) -> None:
    python_stack.program(PYTHON)
    python_stack.up()
    assert python_stack.outputs()["url"].startswith("http://")
    python_stack.no_change()
    python_stack.destroy()
    assert cloud.objects() == []


def test_a_typescript_program_that_misspells_an_input_does_not_compile(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    typescript_stack.program(TYPESCRIPT.replace("useDefaultVpc", "useDefaultVPC"))
    typescript_stack.up(fails=True).says("useDefaultVPC", "Did you mean to write 'useDefaultVpc'")
    assert cloud.objects() == []
