"""Amazon Cognito's user pools and their clients, as moto has them: for who may enter through a load balancer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends

from localaws.context import Context
from localaws.rules import Params, lists
from localaws.service import JSON, Refusal, Service

SERVICE = Service(
    "cognito-idp",
    words=replace(JSON, throttled=Refusal("TooManyRequestsException", "Rate exceeded")),
    invalid="InvalidParameterException",
    about=("UserPoolId", "PoolName"),
)


@lists
def objects(context: Context) -> list[Params]:
    backend: Any = cognitoidp_backends[context.account][context.region]
    return [
        {"kind": "cognito-idp:user-pool", "id": it.id, "name": it.name, "tags": {}}
        for it in backend.user_pools.values()
    ]
