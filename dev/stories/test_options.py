"""Options that every Pulumi resource has, on ours: each reaches the children, or says why it does not."""

from typing import Any

from world import ACCOUNT, COMPONENT, IMAGE, SMALL, Cloud, Stack, TypeScriptStack


def urns(stack: Stack) -> dict[str, str]:
    return {name: it["urn"] for name, it in stack.resources().items()}


def steps(stack: Stack) -> list[str]:
    return sorted(str(step) for step in stack.plan() if step.type != COMPONENT)


# All kinds that are something in AWS, by a part that the default service has of each.
PARTS = (
    "logs", "repository", "execution-role", "alb-sg", "alb-in-80-0.0.0.0-0", "cluster", "alb", "target-group", "http",
    "task-definition", "service", "scaling", "scaling-cpu", "alarm-cpu-high", "dashboard",
)  # fmt: skip


def test_what_is_replaced_on_demand_is_there_once_and_goes_on_serving(stack: Stack, cloud: Cloud) -> None:
    """The engine asks for no diff and deletes the old entry last, although both entries mean one object in AWS."""
    stack.service(useDefaultVpc=True)
    stack.up()
    repository = next(it.split()[1] for it in cloud.objects() if it.startswith("ecr:repository"))
    cloud.push(repository, "latest", "one")
    stack.up()
    whole = cloud.objects()
    names = urns(stack)
    stack.up(*(word for part in PARTS for word in ("--replace", names[f"web-{part}"]))).says(f"{len(PARTS)} replaced")
    assert cloud.objects() == whole

    # The same by a mark in the state.
    stack.run("state", "taint", names["web-scaling-cpu"], "--yes")
    stack.up().says("1 replaced")
    assert cloud.objects() == whole
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says("holds images")
    assert cloud.objects() == whole


def test_a_protected_service_is_not_destroyed_and_a_retained_one_stays_in_aws(stack: Stack, cloud: Cloud) -> None:
    stack.service(options={"protect": True}, **SMALL)
    stack.up()
    whole = cloud.objects()
    stack.run("destroy", "--yes", "--skip-preview", fails=True).says("protected")
    assert cloud.objects() == whole

    stack.service(options={"retainOnDelete": True}, **SMALL)
    stack.up()
    stack.destroy()
    assert cloud.objects() == whole


def test_a_target_is_changed_alone(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up()
    stack.service(**SMALL, logRetentionInDays=14, idleTimeout=30)
    stack.up("--target", urns(stack)["web-logs"])
    assert steps(stack) == ["update web-alb"]

    # A service that is not there yet, of which only some parts are asked for: the engine leaves the others out.
    of_web = urns(stack)
    stack.service("site", **SMALL)
    wanted = [of_web[f"web{part}"].replace("::web", "::site") for part in ("", "-name", "-logs")]
    stack.up(*(word for urn in wanted for word in ("--target", urn)))
    assert "site-logs" in stack.resources() and "site-alb" not in stack.resources()
    stack.up()
    stack.no_change()


def test_a_renamed_component_with_an_alias_changes_nothing(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up()
    whole = cloud.objects()
    stack.service("site", options={"aliases": [{"name": "web"}]}, **SMALL)
    assert steps(stack) == []
    cloud.forget_calls()
    stack.up()
    assert cloud.objects() == whole and cloud.counts() == {}
    stack.service("site", **SMALL)
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_ignored_changes_change_nothing_and_what_cannot_be_ignored_is_told(stack: Stack) -> None:
    stack.service(**SMALL)
    stack.up()
    # `containerPort` ends in the rules of both groups, the task definition and the service: ignored in all of them.
    ignored = {"ignoreChanges": ["cpu", "memory", "containerPort", "preset", "cpus"]}
    stack.service(options=ignored, **SMALL)
    told = stack.up()
    stack.service(options=ignored, **SMALL, cpu=512, memory=1024, containerPort=8080)
    assert steps(stack) == []
    told.says("`ignoreChanges` of `preset` has no effect: it decides which resources there are")
    told.says("`ignoreChanges` of `cpus` has no effect: there is no such input. Did you mean `cpu`?")
    told.says_not("`containerPort` has no effect")
    # What is made of two inputs is ignored with both of them only.
    stack.service(options={"ignoreChanges": ["taskRoleStatements"]}, **SMALL, enableExecuteCommand=True, taskRoleStatements=[{"actions": ["s3:GetObject"], "resources": ["*"]}])  # fmt: skip
    assert "update web-task-role" in steps(stack)
    stack.up().says("`task-role.statements` comes from `enableExecuteCommand` too")


def test_a_change_replaces_where_the_program_says_so(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.up()
    whole = cloud.objects()
    stack.service(options={"replaceOnChanges": ["logRetentionInDays"], "deleteBeforeReplace": True}, **SMALL, logRetentionInDays=14)  # fmt: skip
    assert "replace web-logs" in steps(stack)
    stack.up().says("`deleteBeforeReplace` has no effect")
    assert cloud.objects() == whole


def test_an_output_is_secret_where_the_program_says_so(stack: Stack) -> None:
    stack.service(options={"additionalSecretOutputs": ["url"]}, **SMALL)
    stack.up("--show-secrets=false").says("[secret]")
    exported = stack.resources()["web"]["outputs"]
    assert "ciphertext" in exported["url"] and isinstance(exported["clusterArn"], str)
    stack.no_change()


def test_a_service_that_is_too_slow_for_the_programs_patience_says_so(stack: Stack, cloud: Cloud) -> None:
    stack.service(options={"customTimeouts": {"create": "2s"}}, **SMALL)
    cloud.control("POST", "clock", {"speed": 0.5})
    stack.up(fails=True).says("customTimeouts")


PROVIDERS: dict[str, Any] = {
    name: {"type": "pulumi:providers:fargate", "properties": {"region": region}}
    for name, region in [("ireland", "eu-west-1"), ("frankfurt", "eu-central-1")]
}


def of(provider: str) -> dict[str, Any]:
    return {"type": "fargate:FargateWebService", "properties": dict(SMALL), "options": {"provider": f"${{{provider}}}"}}


def test_two_regions_in_one_program_without_a_default_provider(stack: Stack, cloud: Cloud) -> None:
    stack.write(resources=PROVIDERS | {"web": of("ireland"), "site": of("frankfurt")})
    stack.run("config", "set", "--path", "pulumi:disable-default-providers[0]", "*")
    stack.up()
    made = stack.resources()
    assert f":eu-west-1:{ACCOUNT}:" in made["web-service"]["id"]
    assert f":eu-central-1:{ACCOUNT}:" in made["site-service"]["id"]
    assert sorted(name for name in made if name.startswith("default")) == []
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_default_provider_that_is_forbidden_says_so(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    stack.run("config", "set", "--path", "pulumi:disable-default-providers[0]", "fargate")
    stack.up(fails=True).says("fargate")
    assert cloud.objects() == []


TRANSFORMED = f"""
import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

new fargate.FargateWebService("web", {{ image: "{IMAGE}", useDefaultVpc: true, preset: "dev" }}, {{
    transforms: [args => args.type == "fargate:cloudwatch:LogGroup"
        ? {{ props: {{ ...args.props, retentionInDays: 60 }}, opts: args.opts }}
        : undefined],
}});
"""


def test_a_transform_of_the_program_changes_a_child(typescript_stack: TypeScriptStack, cloud: Cloud) -> None:
    stack = typescript_stack
    stack.program(TRANSFORMED)
    stack.up()
    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 60
    stack.no_change()


RETAINED = f"""
import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

new fargate.FargateWebService("web", {{ image: "{IMAGE}", useDefaultVpc: true, preset: "dev" }}, {{
    transforms: [args => ["fargate:cloudwatch:LogGroup", "fargate:ecs:Cluster"].includes(args.type)
        ? {{ props: args.props, opts: pulumi.mergeOptions(args.opts, {{ retainOnDelete: true }}) }}
        : undefined],
}});
"""


def test_what_a_transform_retains_of_a_service_stays_after_destroy(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    stack = typescript_stack
    stack.program(RETAINED)
    stack.up()
    retained = [stack.resources()[name]["id"] for name in ("web-logs", "web-cluster")]
    destroyed = stack.destroy()
    for id in retained:
        destroyed.says(f"{id} was left in AWS")
    assert sorted(it.split()[0] for it in cloud.objects()) == ["ecs:cluster", "logs:log-group"]
