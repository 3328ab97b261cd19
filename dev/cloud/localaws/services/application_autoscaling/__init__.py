"""Application Auto Scaling: services must exist, clamping, upserts that keep ARNs, alarms of policies, resource labels,
scheduled actions (kept, not carried out).

No rates are published: these are guesses, low on purpose.
"""

from localaws.service import JSON, LOOKS, Rate, Service, Tags

SERVICE = Service(
    "application-autoscaling",
    words=JSON,
    invalid="ValidationException",
    rates=(Rate(LOOKS, 20, 10, each=True), Rate(("*",), 10, 5, each=True)),
    tags=Tags("ValidationException", "TooManyTagsException"),
    narrowed_by=("PolicyNames", "ResourceIds", "ResourceId"),
    about=("PolicyName", "ResourceARN", "ResourceId", "ResourceIds"),
)
