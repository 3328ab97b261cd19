"""botocore's service models: the source of names, shapes and protocols."""

from __future__ import annotations

from functools import cache

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from . import services

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
    for name in services.known():
        prefix = service_model(name).metadata.get("targetPrefix")
        if prefix:
            found[prefix] = name
    return found


@cache
def by_signing_name(*spoken: str) -> dict[str, str]:
    """Signing name of the services that speak one of these protocols -> service."""
    found = {}
    for name in services.known():
        metadata = service_model(name).metadata
        if not {metadata["protocol"], *metadata.get("protocols", ())}.isdisjoint(spoken):
            found[metadata.get("signingName") or metadata["endpointPrefix"]] = name
    return found


def is_known(service: str) -> bool:
    try:
        service_model(service)
    except UnknownServiceError:
        return False
    return True
