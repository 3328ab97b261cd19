"""A SecureString parameter, with one of the values that the program gives."""

from __future__ import annotations

from typing import Any

from account import Cloud
from keyed import by_key, listed, program_tags
from rows import IN_THE_NAME, Facts, Feature, Input, Kind, Place, Row
from state import Entry


def value(cloud: Cloud, name: str) -> str:
    found = cloud.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return str(found["Value"])


def look(cloud: Cloud, it: Entry) -> Facts:
    ssm = cloud.client("ssm")
    (found,) = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Option": "Equals", "Values": [it.id]}])[
        "Parameters"
    ]
    assert (found["Type"], found["Tier"]) == ("SecureString", "Standard")
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=it.id)["TagList"]
    key = found["KeyId"]
    return {
        "value": value(cloud, it.id),
        "keyId": None if key == "alias/aws/ssm" else key,
        "tags": program_tags(by_key(tags)),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    now = look(cloud, it)
    now[path] = value
    key = {"KeyId": now["keyId"]} if now["keyId"] else {}
    cloud.client("ssm").put_parameter(Name=it.id, Value=now["value"], Type="SecureString", Overwrite=True, **key)


def tag(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    ssm = cloud.client("ssm")
    named = {"ResourceType": "Parameter", "ResourceId": it.id}
    if tags:
        ssm.add_tags_to_resource(**named, Tags=listed(tags))
    if gone:
        ssm.remove_tags_from_resource(**named, TagKeys=gone)


def foreign(at: Place, name: str) -> None:
    at.client("ssm").put_parameter(Name=name, Value="theirs", Type="SecureString")


KIND = Kind(
    "fargate:ssm:Parameter",
    {
        "variable": Row("KEY", "OTHER", as_aws_spells=IN_THE_NAME),
        "value": Row("our value", "a second", change=change),
        "keyId": Row("$key1", "$key2", change=change),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("ssm").delete_parameter(Name=it.id),
    tag=tag,
    foreign=foreign,
    upserted=True,
    feature=Feature(
        "secret values in parameters",
        {"secretValues": {"DB_PASSWORD": "hunter2"}, "secretStore": "parameterStore"},
        {"secretStore": Input("secretsManager")},
    ),
)
