"""Systems Manager: parameters of the Parameter Store, which a task's execution role reads when the task starts; sizes by tier,
keys, tags that go with a create only.

Rates: AWS General Reference, "Systems Manager endpoints and quotas" (`GetParameter` and `GetParameters` 40, `PutParameter` 3);
those of the other calls are guesses.
"""

from localaws.service import JSON, Rate, Service, Tags

SERVICE = Service(
    "ssm",
    words=JSON,
    invalid="ValidationException",
    rates=(
        Rate(("GetParameter", "GetParameters"), 40, 40),
        Rate(("PutParameter",), 3, 3),
        Rate(("*",), 20, 10, each=True),
    ),
    tags=Tags("ValidationException", "TooManyTagsError"),
    about=("Name", "Names", "ResourceId"),
)
