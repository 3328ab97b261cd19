"""The transforms of examples/transforms change children of a service; what no child has is refused with the nearest name.

The Node host that the tests have is older than transforms of a stack and does not pass them on. So Pulumi's Automation API
leads the program, which needs no host; the engine and the program are the same.
"""

from __future__ import annotations

import subprocess

from world import Cloud, Ran, TypeScriptStack

LEADER = """
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

async function main(command, options) {
    const program = async () => require("./bin/index.js");
    const chosen = { stackName: "test", projectName: "web", program };
    const stack = await LocalWorkspace.selectStack(chosen, { workDir: __dirname });
    await stack[command]({ ...options, color: "never", onOutput: text => process.stdout.write(text) });
}

main(process.argv[2], JSON.parse(process.argv[3] ?? "{}")).catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
"""
NO_CHANGE = '{"expectNoChanges": true}'


def lead(stack: TypeScriptStack, *words: str, fails: bool = False) -> Ran:
    compiler = "node_modules/typescript/bin/tsc"
    subprocess.run(["node", compiler, "--skipLibCheck", "-p", "."], cwd=stack.folder, check=True)
    (stack.folder / "lead.js").write_text(LEADER)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(["node", "lead.js", *words], cwd=stack.folder, env=stack.env, timeout=240, **streams)
    assert (done.returncode != 0) == fails, f"{words}\n{done.stdout}\n{stack.cloud.tail()}"
    return Ran(done.returncode, done.stdout)


def test_transforms_of_a_stack_change_the_children(typescript_stack: TypeScriptStack, cloud: Cloud) -> None:
    stack = typescript_stack
    stack.example("transforms", "typescript")
    lead(stack, "up")
    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 90
    alarms = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {it["EvaluationPeriods"] for it in alarms} == {10}
    lead(stack, "preview", NO_CHANGE)

    # A name that no alarm has, and a value that CloudWatch does not take.
    program = stack.folder / "index.ts"
    right = program.read_text()
    assert "evaluationPeriods: 10" in right
    program.write_text(right.replace("evaluationPeriods: 10", "evaluationPeriod: 10"))
    said = lead(stack, "preview", fails=True)
    said.says(
        "fargate:cloudwatch:MetricAlarm (web-alarm-",
        "There is no such property. Did you mean `evaluationPeriods`?",
    )
    program.write_text(right.replace("evaluationPeriods: 10", "period: 45"))
    lead(stack, "preview", fails=True).says("45 is not a valid period. Set 10, 20, 30 or a multiple of 60.")

    # What docs/children.md says of the service itself, and of tags.
    service = 'case "fargate:index:FargateWebService":\n return { props: { ...props, cpu: 1024 }, opts };\n default:'
    tags = 'tags: { ...props.tags, Team: "web" }, retentionInDays: pulumi'
    program.write_text(right.replace("default:", service).replace("retentionInDays: pulumi", tags))
    lead(stack, "up")
    definition = stack.resources()["web-task-definition"]["id"]
    described = cloud.client("ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"]
    assert (described["cpu"], described["memory"]) == ("1024", "2048")
    found = cloud.client("logs").list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
    assert found["Team"] == "web"

    program.write_text(right)
    lead(stack, "up")
    lead(stack, "preview", NO_CHANGE)
    stack.destroy()
    assert cloud.objects() == []
