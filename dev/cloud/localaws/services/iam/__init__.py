"""IAM: the policies of IAM users, evaluated for each call of theirs (`localaws.authorization`), propagation,
service-linked roles, trust and identity documents, limits, delete conflicts.

No rates are published: these are guesses, low on purpose. Tags: IAM user guide, "Tags for IAM resources" (keys are not
case-sensitive).
"""

from localaws.service import LOOKS, XML, Rate, Service, Tags

SERVICE = Service(
    "iam",
    words=XML,
    invalid="ValidationError",
    rates=(Rate(LOOKS, 50, 15), Rate(("*",), 20, 5)),
    tags=Tags("InvalidInput", "LimitExceeded", any_case=True),
    narrowed_by=("PolicyNames",),
    about=("PolicyName", "RoleName"),
)
