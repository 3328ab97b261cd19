"""botocore's service models: the source of names, shapes and protocols."""

from __future__ import annotations

from functools import cache

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

# The services that are parsed and checked. Any other request goes to moto as it came.
SERVICES = (
    "ecs",
    "ecr",
    "elbv2",
    "ec2",
    "iam",
    "logs",
    "cloudwatch",
    "application-autoscaling",
    "sts",
    "acm",
    "secretsmanager",
    "ssm",
    "kms",
    "servicediscovery",
    "sns",
)

_loader = Loader()


@cache
def service_model(service: str) -> ServiceModel:
    return ServiceModel(_loader.load_service_model(service, "service-2"), service)


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    model = service_model(service)
    if operation not in model.operation_names:
        return None
    return model.operation_model(operation)


@cache
def by_target_prefix() -> dict[str, str]:
    """X-Amz-Target prefix (also the service part of an rpc-v2-cbor path) -> service."""
    found = {}
    for name in SERVICES:
        prefix = service_model(name).metadata.get("targetPrefix")
        if prefix:
            found[prefix] = name
    return found


@cache
def by_signing_name() -> dict[str, str]:
    """Signing name of the query and ec2 services -> service."""
    found = {}
    for name in SERVICES:
        metadata = service_model(name).metadata
        protocols = metadata.get("protocols", [metadata["protocol"]])
        if "query" in protocols or "ec2" in protocols:
            found[metadata.get("signingName") or metadata["endpointPrefix"]] = name
    return found


def is_known(service: str) -> bool:
    try:
        service_model(service)
    except UnknownServiceError:
        return False
    return True
