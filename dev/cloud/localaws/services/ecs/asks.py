"""ECS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context
from localaws.services.iam.linked_roles import linked_role_asks

_WITHOUT_RESOURCES = (
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "ListClusters",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
    "ListServices",
)
_ON_A_CLUSTER = (
    "DeleteCluster",
    "PutClusterCapacityProviders",
    "UpdateCluster",
    "UpdateClusterSettings",
)
_ON_A_SERVICE = ("DeleteService", "ListServiceDeployments", "UpdateService")


@asks("ecs")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"ecs:{operation}"
    if operation in _WITHOUT_RESOURCES:
        return [Ask(action)]
    if operation in ("ListTagsForResource", "TagResource", "UntagResource"):
        return [Ask(action, params["resourceArn"])]
    if operation == "CreateCluster":
        cluster = _cluster(context, params.get("clusterName"))
        # "Amazon ECS attempts to create the Amazon ECS service-linked role" (botocore)
        tries = [replace(it, tried=True) for it in linked_role_asks(context, "ecs.amazonaws.com")]
        return [Ask(action, cluster), *_tags(operation, params, cluster), *tries]
    if operation == "DescribeClusters":
        names = params.get("clusters") or ["default"]
        return [Ask(action, _cluster(context, name)) for name in names]
    cluster = _cluster(context, params.get("cluster"))
    if operation in _ON_A_CLUSTER:
        return [Ask(action, cluster)]
    return _tasks(operation, params, context, cluster) or _services(
        operation, params, context, cluster
    )


def _tasks(
    operation: str, params: dict[str, Any], context: Context, cluster: str
) -> list[Ask] | None:
    action, name, keys = (
        f"ecs:{operation}",
        cluster.rsplit("/", maxsplit=1)[-1],
        {"ecs:cluster": cluster},
    )
    if operation == "RegisterTaskDefinition":
        family = arn(context, "ecs", f"task-definition/{params['family']}:*")
        passed = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
        roles = [params.get("executionRoleArn"), params.get("taskRoleArn")]
        # ECS developer guide, task execution role: whoever registers passes the roles.
        return [
            Ask(action, family),
            *(Ask("iam:PassRole", role, passed) for role in roles if role),
            *_tags(operation, params, family),
        ]
    if operation == "DeleteTaskDefinitions":
        named = params["taskDefinitions"]
        prefix = arn(context, "ecs", "task-definition/")
        return [Ask(action, it if it.startswith("arn:") else f"{prefix}{it}") for it in named]
    if operation == "ListTasks":
        return [Ask(action, arn(context, "ecs", f"container-instance/{name}/*"), keys)]
    if operation in ("DescribeTasks", "StopTask"):
        named = params["tasks"] if operation == "DescribeTasks" else [params["task"]]
        prefix = arn(context, "ecs", f"task/{name}/")
        return [Ask(action, f"{prefix}{it.split('/')[-1]}", keys) for it in named]
    return None


def _services(
    operation: str, params: dict[str, Any], context: Context, cluster: str
) -> list[Ask] | None:
    action, keys = f"ecs:{operation}", {"ecs:cluster": cluster}

    def service(named: str) -> str:
        name = named.rsplit("/", maxsplit=1)[-1]
        return arn(context, "ecs", f"service/{cluster.rsplit('/', maxsplit=1)[-1]}/{name}")

    if operation == "CreateService":
        made = service(params["serviceName"])
        return [
            Ask(action, made, keys),
            *_tags(operation, params, made),
            *_passed_and_read(params),
        ]
    if operation == "DescribeServices":
        return [Ask(action, service(it), keys) for it in params["services"]]
    if operation in _ON_A_SERVICE:
        return [Ask(action, service(params["service"]), keys), *_passed_and_read(params)]
    if operation == "DescribeServiceDeployments":
        named = params["serviceDeploymentArns"]
        return [ask for it in named for ask in _of_a_part(action, it, "deployment")]
    if operation == "DescribeServiceRevisions":
        named = params["serviceRevisionArns"]
        return [ask for it in named for ask in _of_a_part(action, it, "revision")]
    if operation in ("StopServiceDeployment", "ContinueServiceDeployment"):
        # The reference does not have ContinueServiceDeployment yet: taken to be like StopServiceDeployment.
        return _of_a_part(action, params["serviceDeploymentArn"], "deployment")
    return None


def _of_a_part(action: str, named: str, part: str) -> list[Ask]:
    """Service Authorization Reference, of deployments: both the service and its deployment are required. A revision is
    taken to be like that."""
    of = named.replace(f":service-{part}/", ":service/").rpartition("/")[0]
    return [Ask(action, of), Ask(action, named)]


def _passed_and_read(params: dict[str, Any]) -> list[Ask]:
    """Roles for ECS itself are passed ("Amazon ECS infrastructure IAM role"), and alarms are looked at in the caller's
    name ("How CloudWatch alarms detect Amazon ECS deployment failures": `cloudwatch:DescribeAlarms`)."""
    configuration = params.get("deploymentConfiguration") or {}
    balancers = params.get("loadBalancers") or []
    advanced = [it.get("advancedConfiguration") or {} for it in balancers]
    hooks = configuration.get("lifecycleHooks") or []
    roles = {it["roleArn"]: None for it in [*advanced, *hooks] if it.get("roleArn")}
    passed = {"iam:PassedToService": "ecs.amazonaws.com"}
    asked = [Ask("iam:PassRole", role, passed) for role in roles]
    watched = (configuration.get("alarms") or {}).get("enable")
    return [*asked, *([Ask("cloudwatch:DescribeAlarms")] if watched else [])]


def _cluster(context: Context, named: str | None) -> str:
    named = named or "default"
    return named if named.startswith("arn:") else arn(context, "ecs", f"cluster/{named}")


def _tags(operation: str, params: dict[str, Any], resource: str) -> list[Ask]:
    """ECS developer guide, "Grant permission to tag resources on creation"."""
    if not params.get("tags"):
        return []
    return [Ask("ecs:TagResource", resource, {"ecs:CreateAction": operation})]
