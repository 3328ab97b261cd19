"""ECR: digests, tags that move and leave an untagged image, immutable tags, indexes and what they name, lifecycle policies
carried out once a day of the clock, keys told by their ARN; a pull fails if the image is gone or has no manifest for the
processor.

No rates are published: these are guesses, low on purpose.
"""

from localaws.context import AwsError
from localaws.service import JSON, Rate, Service, Tags, Violation


def _invalid(item: Violation) -> AwsError:
    constraint = item.constraint or "Member must not be null"
    return AwsError(
        "InvalidParameterException",
        f"Invalid parameter at '{item.path}' failed to satisfy constraint: '{constraint}'",
    )


SERVICE = Service(
    "ecr",
    words=JSON,
    invalid=_invalid,
    rates=(Rate(("*",), 20, 10, each=True),),
    tags=Tags("InvalidTagParameterException", "TooManyTagsException"),
    narrowed_by=("repositoryNames",),
    about=("repositoryName", "resourceArn"),
)
