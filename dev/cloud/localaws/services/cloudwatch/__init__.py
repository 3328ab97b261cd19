"""CloudWatch: rpc-v2-cbor, alarm rules, tags on creation only, global dashboards with a checked body.

Rates: CloudWatch user guide, "Service quotas".
"""

from localaws.service import XML, Rate, Service, Tags

SERVICE = Service(
    "cloudwatch",
    words=XML,
    invalid="ValidationError",
    rates=(
        Rate(("DescribeAlarms",), 9, 9),
        Rate(("PutMetricAlarm", "DeleteAlarms"), 3, 3, each=True),
        Rate(("*",), 10, 10, each=True),
    ),
    tags=Tags("InvalidParameterValue", "InvalidParameterValue"),
    narrowed_by=("AlarmNames", "AlarmNamePrefix"),
    about=("ResourceARN", "AlarmName", "AlarmNames", "DashboardName", "DashboardNames"),
    moto_reads="query",
)
