"""EC2: security groups (names, duplicates, dependencies), their rules (CIDRs, ports, sources, ids, quota), the
interfaces of other services; VPCs, subnets, gateways and routes (places, dependencies, quotas, the times of NAT
gateways), and whether tasks get out to the internet.

Rates: EC2 developer guide, "Request throttling for the Amazon EC2 API" (each action by itself). Codes: EC2 API reference,
"Error codes"; a session that is over is called like a clock that is off ("If you're using temporary security credentials,
this error can also occur if the credentials have expired"; transcripts: aws-sdk-go-v2#1674, aws-sdk-java#1443).
"""

from localaws.context import AwsError
from localaws.service import LOOKS, Rate, Refusal, Service, Tags, Violation, Words

# A wrong secret and an unknown key sound alike.
_NOBODY = Refusal(
    "AuthFailure", "AWS was not able to validate the provided access credentials", 401
)


def _invalid(item: Violation) -> AwsError:
    if item.kind == "missing":
        return AwsError("MissingParameter", f"The request must contain the parameter {item.path}")
    return AwsError(
        "InvalidParameterValue",
        f"Value ({item.value}) for parameter {item.path} is invalid. {item.constraint}",
    )


SERVICE = Service(
    "ec2",
    words=Words(
        throttled=Refusal("RequestLimitExceeded", "Request limit exceeded.", 503),
        denied=Refusal(
            "UnauthorizedOperation", "You are not authorized to perform this operation. ", 403
        ),
        unknown_key=_NOBODY,
        wrong_signature=_NOBODY,
        expired_session=Refusal("RequestExpired", "Request has expired."),
    ),
    invalid=_invalid,
    rates=(Rate(LOOKS, 100, 20, each=True), Rate(("*",), 50, 5, each=True)),
    tags=Tags("InvalidParameterValue", "TagLimitExceeded"),
    narrowed_by=(
        "Filters",
        "Filter",
        "GroupIds",
        "SecurityGroupRuleIds",
        "SubnetIds",
        "VpcIds",
        "NetworkInterfaceIds",
        "RouteTableIds",
        "InternetGatewayIds",
        "NatGatewayIds",
        "AllocationIds",
    ),
    about=("GroupId", "GroupName", "GroupIds"),
)
