"""Application Load Balancing: adoption of the same name and settings, subnets and zones, names, provisioning, deletion
protection, interfaces that linger, attributes with ranges and defaults, health check rules, target states, listeners, TLS,
rules, quotas, `ResourceInUse`; and what the ECS model asks of it.

Sources: botocore's elbv2 texts, "Quotas for your Application Load Balancers", Terraform's elbv2/*.go, aws.md 1.3 and 7.
Rates: ELB user guide, "Request throttling for the ELB API".
"""

from localaws.service import LOOKS, XML, Rate, Service, Tags

SERVICE = Service(
    "elbv2",
    words=XML,
    invalid="ValidationError",
    rates=(Rate(LOOKS, 40, 10), Rate(("*",), 20, 3)),
    tags=Tags("ValidationError", "TooManyTags", twice="DuplicateTagKeys"),
    narrowed_by=("LoadBalancerArns", "TargetGroupArns", "Names"),
    about=(
        "RuleArn",
        "ListenerArn",
        "TargetGroupArn",
        "LoadBalancerArn",
        "Name",
        "Names",
        "LoadBalancerArns",
        "TargetGroupArns",
        "ListenerArns",
        "ResourceArns",
    ),
)
