"""Cloud Map, as moto has it: namespaces, their services, and the zones that private namespaces bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.route53.models import route53_backends
from moto.servicediscovery.models import servicediscovery_backends

from localaws.context import Context
from localaws.rules import Params, lists
from localaws.service import JSON, Refusal, Service

SERVICE = Service(
    "servicediscovery",
    words=replace(JSON, throttled=Refusal("RequestLimitExceeded", "Rate exceeded")),
    invalid="InvalidInput",
    about=("Name",),
    moto_reads="json",
)


@lists
def objects(context: Context) -> list[Params]:
    backend: Any = servicediscovery_backends[context.account][context.region]
    kinds = {"namespace": backend.namespaces, "service": backend.services}
    found: list[Params] = [
        {
            "kind": f"servicediscovery:{kind}",
            "id": it.arn,
            "name": it.name,
            "tags": backend.tagger.get_tag_dict_for_resource(it.arn),
        }
        for kind, things in kinds.items()
        for it in things.values()
    ]
    zones = route53_backends[context.account]["aws"].zones.values()
    found += [
        {"kind": "route53:hosted-zone", "id": it.id, "name": it.name, "tags": {}} for it in zones
    ]
    return found
