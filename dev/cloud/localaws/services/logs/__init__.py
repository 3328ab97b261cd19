"""CloudWatch Logs: names, retention, classes, tag ARNs, missing streams, keys whose policy does not let the service in.

Rates: CloudWatch Logs user guide, "CloudWatch Logs quotas".
"""

from localaws.service import JSON, LOOKS, Rate, Service, Tags

SERVICE = Service(
    "logs",
    words=JSON,
    invalid="InvalidParameterException",
    rates=(Rate(LOOKS, 10, 10, each=True), Rate(("*",), 5, 5, each=True)),
    tags=Tags("InvalidParameterException", "TooManyTagsException"),
    narrowed_by=("logGroupNamePrefix",),
    about=("logGroupName", "resourceArn"),
)
