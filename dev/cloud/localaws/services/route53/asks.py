"""Route 53. Zones and changes have ARNs without region and account (Service Authorization Reference, Amazon Route 53); listing
zones by name knows no resources."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, asks
from localaws.context import Context

_ON_A_ZONE = ("ChangeResourceRecordSets", "GetHostedZone", "ListResourceRecordSets")


@asks("route53")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"route53:{operation}"
    if operation == "ListHostedZonesByName":
        return [Ask(action)]
    if operation == "GetChange":
        return [Ask(action, f"arn:aws:route53:::change/{params['Id'].rpartition('/')[2]}")]
    if operation in _ON_A_ZONE:
        id = params.get("HostedZoneId") or params["Id"]
        return [Ask(action, f"arn:aws:route53:::hostedzone/{id.rpartition('/')[2]}")]
    return None
