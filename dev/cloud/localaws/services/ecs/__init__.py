"""ECS, a model of its own, without moto: clusters, task definitions, services, deployments, tasks; a task that its
balancer does not reach through both security groups fails its checks.

Rates: ECS API reference, "Request throttling for the Amazon ECS API".
"""

from localaws.context import AwsError
from localaws.service import JSON, LOOKS, Rate, Service, Violation


def _invalid(item: Violation) -> AwsError:
    """ECS answers InvalidParameterException for the shape of every parameter."""
    if item.kind == "missing":
        return AwsError("InvalidParameterException", f"{item.path} can not be blank.")
    return AwsError(
        "InvalidParameterException",
        f"Invalid value '{item.value}' at '{item.path}'. {item.constraint}",
    )


SERVICE = Service(
    "ecs",
    words=JSON,
    invalid=_invalid,
    rates=(
        Rate(
            ("RegisterTaskDefinition", "DeregisterTaskDefinition", "DeleteTaskDefinitions"), 20, 1
        ),
        Rate(("DescribeTaskDefinition", "ListTaskDefinition*"), 50, 20),
        Rate(("DescribeService*", "ListService*"), 100, 20),
        Rate(("CreateService", "UpdateService", "DeleteService"), 50, 5),
        Rate(("DescribeClusters", "ListClusters"), 50, 20),
        Rate(LOOKS, 100, 20),
        Rate(
            ("CreateCluster", "UpdateCluster*", "PutClusterCapacityProviders", "DeleteCluster"),
            20,
            1,
        ),
        Rate(("*",), 50, 5),
    ),
    narrowed_by=("familyPrefix",),
    about=(
        "serviceName",
        "service",
        "family",
        "taskDefinition",
        "clusterName",
        "cluster",
        "resourceArn",
    ),
)
