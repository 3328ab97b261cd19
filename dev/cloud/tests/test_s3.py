"""Buckets, and whether a load balancer may write its logs to one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from balancers import make_balancer
from botocore.exceptions import ClientError
from conftest import Cloud


def allow(name: str, **statement: Any) -> str:
    usual = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/AWSLogs/123456789012/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [usual | statement]})


def code(call: Any, *args: Any, **params: Any) -> str:
    """With which code AWS refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(*args, **params)
    return str(refused.value.response["Error"]["Code"])


def make_bucket(cloud: Cloud, name: str) -> Any:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return s3


def enable(cloud: Cloud, balancer: str, name: str, prefix: str = "") -> None:
    attributes = {"enabled": "true", "bucket": name} | ({"prefix": prefix} if prefix else {})
    cloud.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer,
        Attributes=[
            {"Key": f"access_logs.s3.{key}", "Value": it} for key, it in attributes.items()
        ],
    )


def test_logs_need_a_bucket_that_lets_the_load_balancer_write(cloud: Cloud) -> None:
    arn = make_balancer(cloud)["LoadBalancerArn"]
    with pytest.raises(ClientError, match="Access Denied for bucket: logs"):
        enable(cloud, arn, "logs")
    s3 = make_bucket(cloud, "logs")
    with pytest.raises(ClientError, match="Access Denied for bucket: logs"):
        enable(cloud, arn, "logs")
    s3.put_bucket_policy(Bucket="logs", Policy=allow("logs", Resource="arn:aws:s3:::logs/other/*"))
    with pytest.raises(ClientError, match="Access Denied"):
        enable(cloud, arn, "logs")
    source = {
        "ArnLike": {
            "aws:SourceArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/*"
        }
    }
    s3.put_bucket_policy(Bucket="logs", Policy=allow("logs", Condition=source))
    enable(cloud, arn, "logs")
    with pytest.raises(ClientError, match="Access Denied"):
        enable(cloud, arn, "logs", "a/prefix")
    # The test object stands in the way.
    assert code(s3.delete_bucket, Bucket="logs") == "BucketNotEmpty"
    (written,) = s3.list_objects_v2(Bucket="logs")["Contents"]
    s3.delete_objects(Bucket="logs", Delete={"Objects": [{"Key": written["Key"]}]})
    s3.delete_bucket(Bucket="logs")


def test_a_key_of_kms_is_no_encryption_for_logs(cloud: Cloud) -> None:
    arn = make_balancer(cloud)["LoadBalancerArn"]
    s3 = make_bucket(cloud, "logs")
    s3.put_bucket_policy(Bucket="logs", Policy=allow("logs"))
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="logs", ServerSideEncryptionConfiguration={"Rules": [rule]})
    with pytest.raises(ClientError, match="Access Denied"):
        enable(cloud, arn, "logs")


def test_a_bucket_is_read_back_as_it_was_put(cloud: Cloud) -> None:
    s3 = make_bucket(cloud, "files")
    assert s3.head_bucket(Bucket="files")["BucketRegion"] == "eu-central-1"
    assert code(s3.get_bucket_policy, Bucket="files") == "NoSuchBucketPolicy"
    assert code(s3.get_bucket_tagging, Bucket="files") == "NoSuchTagSet"
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="files", LifecycleConfiguration={"Rules": [rule]})
    (found,) = s3.get_bucket_lifecycle_configuration(Bucket="files")["Rules"]
    assert found["Expiration"] == {"Days": 30}
    blocked = s3.get_public_access_block(Bucket="files")["PublicAccessBlockConfiguration"]
    assert blocked["BlockPublicPolicy"] is True
    everybody = allow("files", Principal="*", Resource="arn:aws:s3:::files/*")
    assert code(s3.put_bucket_policy, Bucket="files", Policy=everybody) == "AccessDenied"
    s3.put_bucket_tagging(Bucket="files", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_bucket_tagging(Bucket="files")["TagSet"] == [{"Key": "a", "Value": "b"}]
    s3.delete_bucket(Bucket="files")
    assert code(s3.get_bucket_policy, Bucket="files") == "NoSuchBucket"


def test_a_name_is_one_for_all(cloud: Cloud) -> None:
    s3 = make_bucket(cloud, "files")
    where = {"LocationConstraint": "eu-central-1"}
    assert (
        code(s3.create_bucket, Bucket="files", CreateBucketConfiguration=where)
        == "BucketAlreadyOwnedByYou"
    )
    assert code(s3.create_bucket, Bucket="others") == "IllegalLocationConstraintException"
    assert (
        code(s3.create_bucket, Bucket="No", CreateBucketConfiguration=where) == "InvalidBucketName"
    )


def test_versions_of_objects_stand_in_the_way_until_each_is_deleted(cloud: Cloud) -> None:
    s3 = make_bucket(cloud, "files")
    s3.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "b", "c"):
        s3.put_object(Bucket="files", Key=key, Body=b"")
    s3.delete_objects(Bucket="files", Delete={"Objects": [{"Key": "a"}]})
    assert [it["Key"] for it in s3.list_objects_v2(Bucket="files")["Contents"]] == ["b", "c"]
    assert code(s3.delete_bucket, Bucket="files") == "BucketNotEmpty"
    page = s3.list_object_versions(Bucket="files", MaxKeys=2)
    assert page["IsTruncated"]
    rest = s3.list_object_versions(
        Bucket="files", KeyMarker=page["NextKeyMarker"], VersionIdMarker=page["NextVersionIdMarker"]
    )
    found = [
        {"Key": it["Key"], "VersionId": it["VersionId"]}
        for it in page["Versions"] + rest["Versions"]
    ]
    assert len(found) == 3
    s3.delete_objects(Bucket="files", Delete={"Objects": found})
    s3.delete_bucket(Bucket="files")


def test_where_a_bucket_is_stands_in_a_header_of_each_refusal(cloud: Cloud) -> None:
    make_bucket(cloud, "files")
    # By that boto3 asks again in the right region.
    elsewhere = cloud.client("s3", region="eu-west-1")
    assert code(elsewhere.get_bucket_policy, Bucket="files") == "NoSuchBucketPolicy"
    assert elsewhere.head_bucket(Bucket="files")["BucketRegion"] == "eu-central-1"


def test_tags_come_with_the_bucket(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-central-1"}
    twice = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}
    assert (
        code(s3.create_bucket, Bucket="files", CreateBucketConfiguration=where | twice)
        == "InvalidTag"
    )
    reserved = {"Tags": [{"Key": "aws:a", "Value": "1"}]}
    assert (
        code(s3.create_bucket, Bucket="files", CreateBucketConfiguration=where | reserved)
        == "InvalidTag"
    )
    s3.create_bucket(
        Bucket="files", CreateBucketConfiguration=where | {"Tags": [{"Key": "a", "Value": "1"}]}
    )
    assert s3.get_bucket_tagging(Bucket="files")["TagSet"] == [{"Key": "a", "Value": "1"}]
    many = {"TagSet": [{"Key": f"{n}", "Value": ""} for n in range(51)]}
    assert code(s3.put_bucket_tagging, Bucket="files", Tagging=many) == "BadRequest"
