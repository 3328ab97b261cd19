"""Secrets Manager: secrets that an execution role may read, by its policies and those of the keys, when a task starts."""

from __future__ import annotations

from moto.secretsmanager.models import secretsmanager_backends

from localaws.context import Context
from localaws.rules import Params, lists
from localaws.service import JSON, Service

SERVICE = Service("secretsmanager", words=JSON, invalid="ValidationException", about=("Name",))


@lists
def objects(context: Context) -> list[Params]:
    secrets = secretsmanager_backends[context.account][context.region].secrets.values()
    return [
        {"kind": "secretsmanager:secret", "id": it.arn, "name": it.name, "tags": {}}
        for it in secrets
    ]
