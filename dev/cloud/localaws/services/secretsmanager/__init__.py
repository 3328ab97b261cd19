"""Secrets Manager: secrets and their versions, which a task's execution role reads when the task starts; the window in which
a deleted secret still has its name and can be restored; the keys under which values lie.

Rates: Secrets Manager user guide, "AWS Secrets Manager quotas".
"""

from localaws.service import JSON, Rate, Service, Tags

SERVICE = Service(
    "secretsmanager",
    words=JSON,
    invalid="ValidationException",
    rates=(
        Rate(("DescribeSecret", "GetSecretValue"), 10_000, 10_000),
        Rate(("*",), 50, 50, each=True),
    ),
    tags=Tags("InvalidParameterException", "InvalidParameterException"),
    about=("Name", "SecretId"),
)
