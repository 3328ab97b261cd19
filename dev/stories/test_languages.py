"""The same service from TypeScript and Python, through our SDKs; and values that no preview knows, in each language."""

from world import IMAGE, Cloud, PythonStack, Stack, TypeScriptStack

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


# What a resource of the same program will tell: nobody knows it in the first preview.
TOLD = {"10.7.0.0/16", "192.0.2.0/24"}

TYPESCRIPT_TOLD = f"""
import * as fargate from "pulumi-fargate";

const first = new fargate.FargateWebService("first", {{
    name: "a7", image: "{IMAGE}", useDefaultVpc: true, preset: "dev",
}});
new fargate.FargateWebService("web", {{
    image: "{IMAGE}",
    useDefaultVpc: true,
    preset: "dev",
    allowedCidrBlocks: ["192.0.2.0/24", first.clusterName.apply(name => `10.${{name.slice(1)}}.0.0/16`)],
}});
"""

PYTHON_TOLD = f"""
import pulumi_fargate as fargate

first = fargate.FargateWebService("first", name="a7", image="{IMAGE}", use_default_vpc=True, preset="dev")
fargate.FargateWebService(
    "web",
    image="{IMAGE}",
    use_default_vpc=True,
    preset="dev",
    allowed_cidr_blocks=["192.0.2.0/24", first.cluster_name.apply(lambda name: f"10.{{name[1:]}}.0.0/16")],
)
"""

SMALL = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
NUMBER = {"fn::select": [1, {"fn::split": ["a", "${first.clusterName}"]}]}
YAML_TOLD = {
    "first": {"type": "fargate:FargateWebService", "properties": SMALL | {"name": "a7"}},
    "web": {
        "type": "fargate:FargateWebService",
        "properties": SMALL | {"allowedCidrBlocks": ["192.0.2.0/24", {"fn::join": ["", ["10.", NUMBER, ".0.0/16"]]}]},
    },
}


def lets_in_what_it_was_told(stack: Stack, cloud: Cloud) -> None:
    stack.preview()
    stack.up()
    group = stack.resources()["web-alb-sg"]["id"]
    rules = cloud.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    assert {it["CidrIpv4"] for it in rules["SecurityGroupRules"] if not it["IsEgress"]} == TOLD
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_blocks_that_a_resource_of_the_typescript_program_will_tell(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    typescript_stack.program(TYPESCRIPT_TOLD)
    lets_in_what_it_was_told(typescript_stack, cloud)


def test_blocks_that_a_resource_of_the_python_program_will_tell(python_stack: PythonStack, cloud: Cloud) -> None:
    python_stack.program(PYTHON_TOLD)
    lets_in_what_it_was_told(python_stack, cloud)


def test_blocks_that_a_resource_of_the_yaml_program_will_tell(stack: Stack, cloud: Cloud) -> None:
    stack.write(resources=YAML_TOLD)
    lets_in_what_it_was_told(stack, cloud)
