"""Task definitions: each registration is a new revision of its family."""

from __future__ import annotations

import copy

from localaws.context import AwsError, Context

from .definition_rules import check_definition, check_fargate_task
from .fargate import cpu_units, memory_mib
from .model import Json, TaskDefinition
from .pages import at_most, page
from .store import State, state_of

KEPT = (
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "enableFaultInjection",
)


def register_task_definition(params: Json, context: Context) -> Json:
    """Not idempotent; the revision counter of a family survives deletion (aws.md 3)."""
    check_definition(params)
    state = state_of(context)
    family = params["family"]
    revision = state.revision_counters.get(family, 0) + 1
    state.revision_counters[family] = revision
    body = normalised(params) | {
        "taskDefinitionArn": state.arn(f"task-definition/{family}:{revision}"),
        "family": family,
        "revision": revision,
        "status": "ACTIVE",
        "registeredAt": context.clock.now(),
        "registeredBy": context.principal,
    }
    definition = TaskDefinition(body, list(params.get("tags") or []))
    state.families.setdefault(family, []).append(definition)
    answer: Json = {"taskDefinition": body}
    if definition.tags:
        answer["tags"] = definition.tags
    return answer


def normalised(params: Json) -> Json:
    """The members that AWS adds or rewrites (aws.md 3, from Terraform's
    container_definitions.go)."""
    body: Json = {member: params[member] for member in KEPT if member in params}
    body["containerDefinitions"] = [_container(c, params) for c in params["containerDefinitions"]]
    body["volumes"] = copy.deepcopy(params.get("volumes") or [])
    body["placementConstraints"] = copy.deepcopy(params.get("placementConstraints") or [])
    body["compatibilities"] = ["EC2", "FARGATE"] if _fits_fargate(params) else ["EC2"]
    body["requiresAttributes"] = []
    if params.get("cpu"):
        body["cpu"] = str(cpu_units(params["cpu"]))
    if params.get("memory"):
        body["memory"] = str(memory_mib(params["memory"]))
    return body


def _fits_fargate(params: Json) -> bool:
    """AWS finds this out by itself, whether it was asked to check it or not."""
    try:
        check_fargate_task(params)
    except AwsError:
        return False
    return True


def _container(given: Json, params: Json) -> Json:
    container = copy.deepcopy(given)
    container.setdefault("cpu", 0)
    container.setdefault("essential", True)
    for member in ("environment", "mountPoints", "volumesFrom", "systemControls", "portMappings"):
        container.setdefault(member, [])
    for mapping in container["portMappings"]:
        mapping.setdefault("protocol", "tcp")
        if params.get("networkMode") == "awsvpc" and "containerPort" in mapping:
            mapping["hostPort"] = mapping["containerPort"]
        else:
            mapping.setdefault("hostPort", 0)
    health = container.get("healthCheck")
    if health:
        container["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3} | health
    # Empty lists of optional members come back as absent.
    for member in (
        "command",
        "entryPoint",
        "secrets",
        "dependsOn",
        "dnsServers",
        "ulimits",
        "links",
    ):
        if container.get(member) == []:
            del container[member]
    return container


def describe_task_definition(params: Json, context: Context) -> Json:
    """Unknown: `ClientException` "Unable to describe task definition." (moto, after AWS)."""
    definition = state_of(context).find_definition(params["taskDefinition"])
    if definition is None:
        raise AwsError("ClientException", "Unable to describe task definition.")
    answer: Json = {"taskDefinition": definition.body}
    if "TAGS" in (params.get("include") or []):
        answer["tags"] = definition.tags
    return answer


def deregister_task_definition(params: Json, context: Context) -> Json:
    """Needs a revision. Inactive already or unknown: `ClientException` (Terraform and EvalAI#5167
    treat the former as done); messages from memory."""
    reference = params["taskDefinition"].rpartition("/")[2]
    if ":" not in reference:
        raise AwsError("InvalidParameterException", "Revision is missing.")
    definition = state_of(context).find_definition(reference)
    if definition is None:
        raise AwsError("ClientException", "The specified task definition does not exist.")
    if definition.status != "ACTIVE":
        raise AwsError(
            "ClientException",
            "The specified task definition is inactive. You can only deregister active task definitions.",
        )
    definition.body |= {"status": "INACTIVE", "deregisteredAt": context.clock.now()}
    return {"taskDefinition": definition.body}


def delete_task_definitions(params: Json, context: Context) -> Json:
    """Only INACTIVE ones; DELETE_IN_PROGRESS while a service or task uses them (aws.md 3)."""
    state = state_of(context)
    at_most(params["taskDefinitions"], 10, "taskDefinitions")
    deleted, failures = [], []
    for reference in params["taskDefinitions"]:
        definition = state.find_definition(reference)
        if definition is None:
            failures.append(
                {"arn": reference, "reason": "The specified task definition does not exist."}
            )
        elif definition.status == "ACTIVE":
            text = "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
            failures.append({"arn": definition.arn, "reason": text})
        else:
            definition.body |= {
                "status": "DELETE_IN_PROGRESS",
                "deleteRequestedAt": context.clock.now(),
            }
            deleted.append(definition.body)
            if not in_use(state, definition):
                state.families[definition.family].remove(definition)
    return {"taskDefinitions": deleted, "failures": failures}


def in_use(state: State, definition: TaskDefinition) -> bool:
    """By a task or any revision of a living service, since a rollback may go back to it."""
    return any(
        s.status != "INACTIVE"
        and (
            any(r.config["taskDefinition"] == definition.arn for r in s.revisions)
            or any(t.definition is definition and t.last_status != "STOPPED" for t in s.tasks)
        )
        for s in state.services
    )


def list_task_definitions(params: Json, context: Context) -> Json:
    """`familyPrefix` must be the whole family name (botocore: ListTaskDefinitions)."""
    wanted = params.get("status", "ACTIVE")
    families = state_of(context).families
    arns = [
        d.arn
        for family in sorted(families)
        if params.get("familyPrefix") in (None, "", family)
        for d in families[family]
        if d.status == wanted
    ]
    if params.get("sort") == "DESC":
        arns.reverse()
    return page(arns, params, "taskDefinitionArns", 100)


def list_task_definition_families(params: Json, context: Context) -> Json:
    wanted = params.get("status", "ALL")
    prefix = params.get("familyPrefix") or ""
    names = []
    for family, known in sorted(state_of(context).families.items()):
        active = any(d.status == "ACTIVE" for d in known)
        if (
            family.startswith(prefix)
            and known
            and wanted in ("ALL", "ACTIVE" if active else "INACTIVE")
        ):
            names.append(family)
    return page(names, params, "families", 100)
