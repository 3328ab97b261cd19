"""The logs of the load balancer: a bucket of the component, and buckets that the program gives."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from life import Life
from state import ROOT_URN, urn_of
from values import Output
from world import ACCOUNT, IMAGE, REGION, Caller, Cloud

SHOP: dict[str, Any] = {"useDefaultVpc": True, "name": "shop", "image": IMAGE, "preset": "dev"}
BUCKET = f"shop-logs-{ACCOUNT}-{REGION}"
# Any resource does.
SOURCE = "fargate:cloudwatch:LogGroup"
WRITER = "logdelivery.elasticloadbalancing.amazonaws.com"


def attributes(cloud: Cloud) -> dict[str, str]:
    elb = cloud.client("elbv2")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    found = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    return {it["Key"]: it["Value"] for it in found if "_logs" in it["Key"]}


def write(cloud: Cloud, bucket: str, key: str = "access-logs/AWSLogs/1.log.gz") -> None:
    # boto3 waits a second with each object, to hear first whether it may send it.
    scope = f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/s3/aws4_request, SignedHeaders=host, Signature=0"
    put = urllib.request.Request(f"{cloud.url}/{bucket}/{key}", b"GET /", {"Authorization": scope}, method="PUT")
    with urllib.request.urlopen(put, timeout=60):
        pass


def make(cloud: Cloud, name: str, region: str = REGION) -> Any:
    s3 = cloud.seen_from(region).client("s3")
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where)
    return s3


def logs(life: Life, **more: Any) -> Life:
    return life.service("web", None, **SHOP, loadBalancer=more)


def test_true_is_all_that_logs_need(life: Life, cloud: Cloud) -> None:
    before = cloud.objects()
    logs(life, accessLogs=True)
    life.up()
    assert life.outputs()["logsBucketName"] == BUCKET
    found = attributes(cloud)
    assert found["access_logs.s3.enabled"] == "true" and found["access_logs.s3.bucket"] == BUCKET
    assert found["access_logs.s3.prefix"] == "access-logs" and found["connection_logs.s3.enabled"] == "false"
    (statement,) = json.loads(cloud.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": WRITER}
    source = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop-*"
    life.no_change()

    # All kinds go to one bucket, each below a prefix of its own.
    logs(life, accessLogs=True, connectionLogs={"own": True, "prefix": "who"}, healthCheckLogs=True)
    life.up()
    found = attributes(cloud)
    prefixes = [found[f"{it}.s3.prefix"] for it in ("access_logs", "connection_logs", "health_check_logs")]
    assert prefixes == ["access-logs", "who", "health-check-logs"]
    life.refresh()
    life.no_change()
    # What Elastic Load Balancing wrote to try the bucket is no log.
    life.service("web", None, **SHOP)
    life.up()
    assert not [it for it in cloud.objects() if it.startswith("s3")]
    life.destroy()
    assert cloud.objects() == before


def test_a_bucket_with_logs_is_not_lost_without_a_word(life: Life, cloud: Cloud) -> None:
    before = cloud.objects()
    logs(life, accessLogs=True, logsBucket={"forceDelete": False})
    life.up()
    write(cloud, BUCKET)
    there = cloud.objects()
    refused = life.destroy(fails=True)
    refused.says(
        f"the bucket {BUCKET} holds logs", "loadBalancer.logsBucket.forceDelete: true", "Nothing of it was deleted"
    )
    assert cloud.objects() == there
    logs(life, accessLogs=True)
    life.up()
    # Earlier versions go too, should somebody have had them kept.
    s3 = cloud.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "access-logs/AWSLogs/1.log.gz"}]})
    write(cloud, BUCKET)
    life.destroy()
    assert cloud.objects() == before


def test_logs_that_are_switched_off_are_not_lost_either(life: Life, cloud: Cloud) -> None:
    logs(life, accessLogs=True, logsBucket={"forceDelete": False})
    life.up()
    write(cloud, BUCKET)
    logs(life, accessLogs=False)
    life.up(fails=True).says(BUCKET, "loadBalancer.logsBucket.forceDelete: true")
    assert attributes(cloud)["access_logs.s3.enabled"] == "false"
    cloud.client("s3").delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "access-logs/AWSLogs/1.log.gz"}]})
    life.up()
    assert not [it for it in cloud.objects() if it.startswith("s3")]
    life.no_change()


def test_more_than_a_page_of_logs_goes_with_the_bucket(life: Life, cloud: Cloud) -> None:
    logs(life, accessLogs=True)
    life.up()
    for n in range(1001):
        write(cloud, BUCKET, f"access-logs/{n:04}")
    before = cloud.calls()
    life.destroy()
    pages = [it for it in cloud.calls()[len(before) :] if it["operation"] == "DeleteObjects"]
    assert len(pages) == 2
    assert not [it for it in cloud.objects() if it.startswith("s3")]


def test_a_given_bucket_that_would_refuse_is_told_before_the_balancer_is_made(life: Life, cloud: Cloud) -> None:
    before = cloud.objects()
    logs(life, accessLogs={"bucket": "ours", "prefix": "shop"})
    for ran in (life.preview(fails=True), life.up(fails=True)):
        ran.says("loadBalancer.accessLogs.bucket", "There is no bucket ours")
    make(cloud, "ours", "us-east-1")
    life.preview(fails=True).says("ours is in us-east-1", f"Name a bucket in {REGION}")
    cloud.seen_from("us-east-1").client("s3").delete_bucket(Bucket="ours")

    s3 = make(cloud, "ours")
    kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="ours", ServerSideEncryptionConfiguration={"Rules": [kms]})
    refused = life.preview(fails=True)
    refused.says("encrypted with aws:kms", "has no policy", "Give it this one")
    assert "CreateLoadBalancer" not in {it["operation"] for it in cloud.calls()}
    # As it is told, so it is enough.
    pasted = next(it for it in refused.text.split("`") if it.startswith("{"))
    s3.put_bucket_policy(Bucket="ours", Policy=pasted)
    aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket="ours", ServerSideEncryptionConfiguration={"Rules": [aes]})
    life.up()
    assert attributes(cloud)["access_logs.s3.prefix"] == "shop"
    life.no_change()
    # Another prefix is another place.
    logs(life, accessLogs={"bucket": "ours", "prefix": "other"})
    life.preview(fails=True).says("Add this to its statements", f"other/AWSLogs/{ACCOUNT}/*")
    life.destroy()
    assert cloud.objects() == sorted([*before, *(it for it in cloud.objects() if it.startswith("s3"))])


def test_a_bucket_whose_policy_the_program_makes_is_refused_in_the_run_only(life: Life, cloud: Cloud) -> None:
    """The preview cannot know what another resource does before the load balancer's turn."""
    s3 = make(cloud, "ours")
    bucket = Output("ours", dependencies=frozenset({urn_of(SOURCE, "policy", ROOT_URN)}))
    logs(life, accessLogs={"bucket": bucket})
    life.child(SOURCE, "policy", baseName="policy")
    # The source comes first.
    life.program = life.program[1:] + life.program[:1]
    told = life.preview()
    told.says("loadBalancer.accessLogs.bucket", "has no policy", "Unless this run changes it")
    life.up(fails=True).says("has no policy", "Give it this one")
    pasted = next(it for it in told.text.split("`") if it.startswith("{"))
    s3.put_bucket_policy(Bucket="ours", Policy=pasted)
    life.up()
    life.no_change()


@pytest.mark.parametrize("action", ["s3:GetBucketPolicy", "s3:ListBucket"])
def test_a_bucket_that_shows_itself_in_part_is_tried(life: Life, cloud: Cloud, action: str) -> None:
    s3 = make(cloud, "ours")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": WRITER},
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::ours/*",
    }
    s3.put_bucket_policy(Bucket="ours", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    life.act_as(Caller(cloud, without=action))
    logs(life, accessLogs={"bucket": "ours"})
    life.up()
    assert attributes(cloud)["access_logs.s3.bucket"] == "ours"


def test_from_the_own_bucket_to_a_given_one_and_back(life: Life, cloud: Cloud) -> None:
    s3 = make(cloud, "ours")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": WRITER},
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::ours/*",
    }
    s3.put_bucket_policy(Bucket="ours", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    logs(life, accessLogs=True)
    life.up()
    logs(life, accessLogs={"bucket": "ours"})
    life.up()
    assert attributes(cloud)["access_logs.s3.bucket"] == "ours"
    assert not [it for it in cloud.objects() if BUCKET in it]
    logs(life, accessLogs=True)
    life.up()
    assert attributes(cloud)["access_logs.s3.bucket"] == BUCKET
    life.no_change()
