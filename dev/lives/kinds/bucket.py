"""The bucket of a load balancer's logs."""

from __future__ import annotations

from typing import Any

from account import Cloud
from botocore.exceptions import ClientError
from keyed import by_key, listed, program_tags
from rows import Facts, Feature, Input, Kind, Place, Row
from state import Entry

CLOSED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def look(cloud: Cloud, it: Entry) -> Facts:
    s3 = cloud.client("s3")
    encryption = s3.get_bucket_encryption(Bucket=it.id)["ServerSideEncryptionConfiguration"]
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=it.id)["Rules"]
    block = s3.get_public_access_block(Bucket=it.id)["PublicAccessBlockConfiguration"]
    try:
        policy = s3.get_bucket_policy(Bucket=it.id)["Policy"]
    except ClientError:
        policy = ""
    return {
        "retentionInDays": lifecycle["Expiration"]["Days"],
        "logDelivery": "logdelivery.elasticloadbalancing.amazonaws.com" in policy,
        "encryption": encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "blockPublicAccess": all(block[name] for name in CLOSED),
        "tags": program_tags(by_key(s3.get_bucket_tagging(Bucket=it.id)["TagSet"])),
    }


def days(cloud: Cloud, it: Entry, _path: str, value: int) -> None:
    s3 = cloud.client("s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket=it.id)["Rules"]
    rules[0]["Expiration"] = {"Days": value}
    s3.put_bucket_lifecycle_configuration(Bucket=it.id, LifecycleConfiguration={"Rules": rules})


def no_policy(cloud: Cloud, it: Entry, _path: str, _value: bool) -> None:
    cloud.client("s3").delete_bucket_policy(Bucket=it.id)


def encrypt(cloud: Cloud, it: Entry, _path: str, value: str) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": value}}
    cloud.client("s3").put_bucket_encryption(Bucket=it.id, ServerSideEncryptionConfiguration={"Rules": [rule]})


def block(cloud: Cloud, it: Entry, _path: str, value: bool) -> None:
    s3 = cloud.client("s3")
    s3.put_public_access_block(Bucket=it.id, PublicAccessBlockConfiguration=dict.fromkeys(CLOSED, value))


def tag(cloud: Cloud, it: Entry, tags: dict[str, str], gone: list[str]) -> None:
    """S3 takes all tags at once."""
    s3 = cloud.client("s3")
    now: dict[str, Any] = by_key(s3.get_bucket_tagging(Bucket=it.id)["TagSet"])
    now = {key: value for key, value in now.items() if key not in gone} | tags
    s3.put_bucket_tagging(Bucket=it.id, Tagging={"TagSet": listed(now)})


def delete(cloud: Cloud, it: Entry) -> None:
    s3 = cloud.client("s3")
    for found in s3.list_objects_v2(Bucket=it.id).get("Contents", []):
        s3.delete_objects(Bucket=it.id, Delete={"Objects": [{"Key": found["Key"]}]})
    s3.delete_bucket(Bucket=it.id)


def foreign(at: Place, name: str) -> None:
    at.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


KIND = Kind(
    "fargate:s3:Bucket",
    {
        "retentionInDays": Row(30, 90, change=days),
        "logDelivery": Row(True, False, change=no_policy),
        "encryption": Row("AES256", "aws:kms", change=encrypt),
        "blockPublicAccess": Row(True, False, change=block),
        "forceDelete": Row(False, True),
    },
    look=look,
    delete=delete,
    tag=tag,
    foreign=foreign,
    feature=Feature(
        "a bucket for logs",
        {"loadBalancer": {"accessLogs": {"own": True}}},
        {
            "loadBalancer.accessLogs.own": Input(False),
            "loadBalancer.connectionLogs.own": Input(True),
            "loadBalancer.healthCheckLogs.own": Input(True),
            "loadBalancer.logsBucket.retentionInDays": Input(400),
            "loadBalancer.logsBucket.forceDelete": Input(False),
        },
    ),
)
