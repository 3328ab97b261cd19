"""ACM: certificates are issued after a while; nobody checks their DNS records."""

from localaws.service import JSON, Service, Tags

SERVICE = Service(
    "acm",
    words=JSON,
    invalid="ValidationException",
    tags=Tags("InvalidTagException", "TooManyTagsException"),
)
