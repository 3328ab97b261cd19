"""ACM: all about one certificate has its ARN; a request has that of any (ACM user guide, "ACM API permissions"). Tags in a request
need acm:AddTagsToCertificate too (Service Authorization Reference, operations of AWS Certificate Manager)."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, arn, asks
from localaws.context import Context

_ON_A_CERTIFICATE = (
    "AddTagsToCertificate",
    "DeleteCertificate",
    "DescribeCertificate",
    "ListTagsForCertificate",
    "RemoveTagsFromCertificate",
)


@asks("acm")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"acm:{operation}"
    if operation == "ListCertificates":
        return [Ask(action)]
    if operation == "RequestCertificate":
        any_of_them = arn(context, "acm", "certificate/*")
        tags = [Ask("acm:AddTagsToCertificate", any_of_them)] if params.get("Tags") else []
        return [Ask(action, any_of_them), *tags]
    if operation in _ON_A_CERTIFICATE:
        return [Ask(action, params["CertificateArn"])]
    return None
