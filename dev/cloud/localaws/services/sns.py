"""SNS: topics, for the actions of alarms; as moto has them."""

from __future__ import annotations

from dataclasses import replace

from moto.sns.models import sns_backends

from localaws.context import Context
from localaws.rules import Params, lists
from localaws.service import XML, Refusal, Service

# SNS API reference, "Common Errors".
_WORDS = replace(XML, denied=Refusal("AuthorizationError", "", 403))
SERVICE = Service("sns", words=_WORDS, invalid="ValidationError", about=("Name",))


@lists
def objects(context: Context) -> list[Params]:
    topics = sns_backends[context.account][context.region].topics.values()
    return [{"kind": "sns:topic", "id": it.arn, "name": it.name, "tags": {}} for it in topics]
