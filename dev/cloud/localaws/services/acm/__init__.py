"""ACM: certificates that are requested are issued when their validation records can be seen in DNS (`localaws.services.route53.dns`),
and fail by what forbids it. Imported ones are moto's.

No rates are published.
"""

from localaws.service import JSON, Service, Tags

SERVICE = Service(
    "acm",
    words=JSON,
    invalid="ValidationException",
    tags=Tags("InvalidTagException", "TooManyTagsException"),
    about=("CertificateArn", "DomainName"),
)
