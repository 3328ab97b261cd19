"""Services that moto models well enough: only their part of `/_cloud/objects`."""

from __future__ import annotations

from typing import Any

from moto.kms.models import kms_backends
from moto.route53.models import route53_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.servicediscovery.models import servicediscovery_backends
from moto.sns.models import sns_backends

from ..context import Context
from . import Params, lists


def _object(kind: str, key: str, name: str, tags: dict[str, str] | None = None) -> Params:
    return {"kind": kind, "id": key, "name": name, "tags": tags or {}}


@lists
def objects(context: Context) -> list[Params]:
    account, region = context.account, context.region
    found: list[Params] = []
    discovery: Any = servicediscovery_backends[account][region]
    for namespace in discovery.namespaces.values():
        tags = discovery.tagger.get_tag_dict_for_resource(namespace.arn)
        found.append(_object("servicediscovery:namespace", namespace.arn, namespace.name, tags))
    for service in discovery.services.values():
        tags = discovery.tagger.get_tag_dict_for_resource(service.arn)
        found.append(_object("servicediscovery:service", service.arn, service.name, tags))
    for zone in route53_backends[account]["aws"].zones.values():
        found.append(_object("route53:hosted-zone", zone.id, zone.name))
    for secret in secretsmanager_backends[account][region].secrets.values():
        found.append(_object("secretsmanager:secret", secret.arn, secret.name))
    for topic in sns_backends[account][region].topics.values():
        found.append(_object("sns:topic", topic.arn, topic.name))
    for key in kms_backends[account][region].keys.values():
        found.append(_object("kms:key", key.arn, key.id))
    return found
