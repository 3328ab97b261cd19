"""What CreateService and UpdateService refuse.

Sources: aws.md 4.1 and 4.2 (Terraform's retry list, botocore), and the issue named beside a
message; messages without one are worded from memory, their code is certain.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from localaws.context import Context

from . import neighbours
from .clusters import check_strategy
from .model import Cluster, Json, TaskDefinition
from .refusing import refuse
from .store import state_of
from .targets import target_group


def usable_definition(reference: str, context: Context) -> TaskDefinition:
    """Inactive: `ClientException` "TaskDefinition is inactive" (Cloud-CV/EvalAI#5167)."""
    definition = state_of(context).find_definition(reference)
    if definition is None:
        refuse("TaskDefinition not found.", "ClientException")
    if definition.status != "ACTIVE":
        refuse("TaskDefinition is inactive", "ClientException")
    return definition


def check_capacity(config: Json, cluster: Cluster, definition: TaskDefinition) -> None:
    if config.get("launchType") and config.get("capacityProviderStrategy"):
        refuse(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    strategy = config.get("capacityProviderStrategy")
    if strategy:
        check_strategy(strategy, cluster.capacity_providers)
        if not any(item.get("weight") for item in strategy):
            refuse(
                "The specified capacity provider strategy must have at least one capacity provider "
                "with a weight greater than 0."
            )
    if (strategy or config.get("launchType") == "FARGATE") and "FARGATE" not in definition.body[
        "compatibilities"
    ]:
        refuse("Task definition does not support launch_type FARGATE.")


def check_network(config: Json, definition: TaskDefinition, context: Context) -> None:
    """Needed with awsvpc (message: public transcripts of Terraform; moto), at most 16 subnets and 5
    groups, all there and of one VPC (botocore: AwsVpcConfiguration)."""
    if definition.body.get("networkMode") != "awsvpc":
        return
    network = (config.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not network or not network.get("subnets"):
        refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    if len(network["subnets"]) > 16:
        refuse("subnets can have at most 16 items.")
    if len(network.get("securityGroups") or []) > 5:
        refuse("securityGroups can have at most 5 items.")
    vpcs = {_vpc_of_subnet(subnet, context) for subnet in network["subnets"]}
    if len(vpcs) > 1:
        refuse("All subnets must be in the same VPC.")
    for group in network.get("securityGroups") or []:
        if _vpc_of_group(group, context) not in vpcs:
            refuse(
                f"Security Group {group} does not appear to belong to the same VPC as the input subnets."
            )


def _ec2(context: Context) -> Any:
    return ec2_backends[context.account][context.region]


def _vpc_of_subnet(subnet: str, context: Context) -> str:
    """ECS passes EC2's code on in brackets."""
    for by_id in _ec2(context).subnets.values():
        if subnet in by_id:
            return str(by_id[subnet].vpc_id)
    refuse(
        f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist "
        "(ErrorCode: InvalidSubnetID.NotFound)"
    )


def _vpc_of_group(group: str, context: Context) -> str:
    for vpc, by_id in _ec2(context).groups.items():
        if group in by_id:
            return str(vpc)
    refuse(
        f"Error retrieving security group information for [{group}]: The security group '{group}' does not exist "
        "(ErrorCode: InvalidGroup.NotFound)"
    )


def check_balancers(config: Json, definition: TaskDefinition, context: Context) -> None:
    """Container and port: aws/amazon-ecs-agent#1276, pulumi/pulumi-awsx#1172. Group without
    balancer: aws.md 4.1. Group that is not there: what ECS says when it cannot validate one
    (Terraform's retry list)."""
    balancers = config.get("loadBalancers") or []
    if len(balancers) > 5:
        refuse("loadBalancers can have at most 5 items.")
    for balancer in balancers:
        name, port = balancer.get("containerName"), balancer.get("containerPort")
        container = definition.container(name) if name else None
        if container is None:
            refuse(f"The container {name} does not exist in the task definition.")
        if all(m.get("containerPort") != port for m in container["portMappings"]):
            refuse(f"The container {name} did not have a container port {port} defined.")
        arn = balancer.get("targetGroupArn")
        if arn:
            check_target_group(arn, definition, context)
            _check_alternate(balancer, definition, context)


def _check_alternate(balancer: Json, definition: TaskDefinition, context: Context) -> None:
    """Whether a rule forwards to it shows later, in the status reason. That the two must be alike is in the developer
    guide ("Application Load Balancer resources for blue/green deployments"), the words are ours."""
    arn = (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
    if not arn:
        return
    check_target_group(arn, definition, context, attached=False)
    first, second = target_group(balancer["targetGroupArn"], context), target_group(arn, context)
    assert first is not None and second is not None
    if (first.vpc_id, first.protocol) != (second.vpc_id, second.protocol):
        refuse(
            f"The target groups {balancer['targetGroupArn']} and {arn} must have the same VPC and protocol."
        )


def check_target_group(
    arn: str, definition: TaskDefinition, context: Context, attached: bool = True
) -> None:
    group = target_group(arn, context)
    if group is None:
        refuse(
            "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service "
            "role being passed has the proper permissions."
        )
    kind = getattr(group, "target_type", None) or "instance"
    if definition.body.get("networkMode") == "awsvpc" and kind != "ip":
        refuse(
            f"The provided target group {arn} has target type {kind}, which is incompatible with the awsvpc network "
            "mode specified in the task definition."
        )
    if attached and not neighbours.group_is_attached(context, arn):
        refuse(
            f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        )


def check_linked_role(context: Context) -> None:
    """aws.md 4.1, 5.8."""
    if not neighbours.linked_role_exists(context):
        refuse(
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists."
        )


def check_deployment(configuration: Json, rebalancing: str | None) -> None:
    """100/100 can never deploy (aws.md 4.1)."""
    least, most = configuration["minimumHealthyPercent"], configuration["maximumPercent"]
    if least < 0 or least > 100:
        refuse("minimumHealthyPercent must be between 0 and 100.")
    if most < 100:
        refuse("maximumPercent must be 100 or greater.")
    if least == 100 and most == 100:
        refuse(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
        )
    if rebalancing == "ENABLED" and most <= 100:
        refuse(
            "maximumPercent must be greater than 100 when availabilityZoneRebalancing is ENABLED."
        )


def check_count(desired: Any, scheduling: str) -> None:
    if scheduling == "REPLICA" and desired is None:
        refuse("The desired count must be specified for the REPLICA scheduling strategy.")
    if desired is not None and desired < 0:
        refuse("desiredCount must be 0 or greater.")
    if desired is not None and desired > 5000:
        refuse("Desired count exceeds limit.")
