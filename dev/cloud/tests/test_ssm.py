"""The Parameter Store: sizes, keys, tags, and what the ledger keeps of a value."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud

NAME = "/web/KEY"
PUT: dict[str, Any] = {"Name": NAME, "Value": "hunter2", "Type": "SecureString"}
TAGS = [{"Key": "team", "Value": "a"}]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"Value": "x" * 4097}, "maximum parameter value of 4096"),
        ({"Value": "ü" * 2049}, "maximum parameter value of 4096"),
        ({"Value": "x" * 8193, "Tier": "Advanced"}, "maximum parameter value of 8192"),
        ({"Value": "{{ssm:other}}"}, "can't nest another parameter"),
        ({"Name": "/web/A B"}, "can only include the letters"),
        ({"Name": "/ssm/KEY"}, 'can\'t be prefixed with "ssm"'),
        ({"Overwrite": True, "Tags": TAGS}, "tags and overwrite can't be used together"),
    ],
)
def test_a_parameter_that_is_refused(cloud: Cloud, params: dict[str, Any], says: str) -> None:
    code, message = cloud.refused("ssm", "put_parameter", **PUT | params)
    assert code == "ValidationException" and says in message


def test_a_value_counts_its_versions(cloud: Cloud) -> None:
    ssm = cloud.client("ssm")
    assert ssm.put_parameter(**PUT, Tags=TAGS)["Version"] == 1
    code, _ = cloud.refused("ssm", "put_parameter", **PUT)
    assert code == "ParameterAlreadyExists"
    assert ssm.put_parameter(**PUT, Overwrite=True)["Version"] == 2
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=NAME)
    assert tags["TagList"] == TAGS
    assert cloud.objects()["ssm:parameter"] == [NAME]
    ssm.delete_parameter(Name=NAME)
    assert "ssm:parameter" not in cloud.objects()
    assert ssm.put_parameter(**PUT)["Version"] == 1
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=NAME)
    assert tags["TagList"] == []
    told = cloud.refused(
        "ssm", "list_tags_for_resource", ResourceType="Parameter", ResourceId="/web/none"
    )
    assert told[0] == "InvalidResourceId"


def test_a_key_must_be_there_and_enabled(cloud: Cloud) -> None:
    kms, ssm = cloud.client("kms"), cloud.client("ssm")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    missing = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
    assert cloud.refused("ssm", "put_parameter", **PUT, KeyId=missing)[0] == "InvalidKeyId"
    ssm.put_parameter(**PUT, KeyId=key)
    filters = [{"Key": "Name", "Option": "Equals", "Values": [NAME]}]
    assert ssm.describe_parameters(ParameterFilters=filters)["Parameters"][0]["KeyId"] == key
    kms.disable_key(KeyId=key.rpartition("/")[2])
    code, _ = cloud.refused("ssm", "get_parameter", Name=NAME, WithDecryption=True)
    assert code == "InvalidKeyId"
    # Without one it is AWS's own.
    ssm.put_parameter(**PUT, Overwrite=True)
    found = ssm.describe_parameters(ParameterFilters=filters)["Parameters"][0]
    assert found["KeyId"] == "alias/aws/ssm"


def test_the_ledger_keeps_no_value(cloud: Cloud) -> None:
    cloud.control("PUT", "/ledger", {"answers": True})
    ssm = cloud.client("ssm")
    ssm.put_parameter(**PUT)
    assert ssm.get_parameter(Name=NAME, WithDecryption=True)["Parameter"]["Value"] == PUT["Value"]
    told = cloud.control("GET", "/ledger")["calls"]
    assert told[0]["params"]["Value"] == told[1]["answer"]["Parameter"]["Value"] == "(sensitive)"
    assert "hunter2" not in str(told)
