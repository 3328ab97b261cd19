"""The logs of the load balancer through the real engine."""

from __future__ import annotations

from world import ACCOUNT, REGION, SMALL, Cloud, Stack

BUCKET = f"shop-logs-{ACCOUNT}-{REGION}"
SHOP = SMALL | {"name": "shop"}


def write(cloud: Cloud) -> None:
    cloud.client("s3").put_object(Bucket=BUCKET, Key="access-logs/AWSLogs/1.log.gz", Body=b"GET /")


def test_a_bucket_of_its_own_comes_changes_and_goes(stack: Stack, cloud: Cloud) -> None:
    """At a hundredth of AWS's times: a policy does not count at once."""
    cloud.control("POST", "clock", {"speed": 0.01})
    before = cloud.objects()
    stack.service(**SHOP, loadBalancer={"accessLogs": True, "logsBucket": {"forceDelete": False}})
    stack.up()
    stack.no_change()
    assert f"s3:bucket {BUCKET}" in cloud.objects()
    # Others open it, and a refresh sees it.
    cloud.client("s3").delete_public_access_block(Bucket=BUCKET)
    stack.refresh()
    (step,) = [it for it in stack.plan() if it.name == "web-logs-bucket"]
    assert step.op == "update" and step.diffs == ["blockPublicAccess"]
    logs = {"accessLogs": True, "connectionLogs": True, "logsBucket": {"retentionInDays": 5, "forceDelete": False}}
    stack.service(**SHOP, loadBalancer=logs)
    stack.up()
    stack.refresh()
    stack.no_change()

    # It has logs: all or nothing goes.
    write(cloud)
    there = cloud.objects()
    refused = stack.run("destroy", "--yes", "--skip-preview", fails=True)
    refused.says(
        f"the bucket {BUCKET} holds logs", "loadBalancer.logsBucket.forceDelete: true", "Nothing of it was deleted"
    )
    assert cloud.objects() == there
    stack.service(**SHOP, loadBalancer=logs | {"logsBucket": {"forceDelete": True}})
    stack.up()
    write(cloud)
    stack.destroy()
    assert cloud.objects() == before


def test_a_given_bucket_that_would_refuse_is_refused_in_the_preview(stack: Stack, cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="ours", CreateBucketConfiguration={"LocationConstraint": REGION})
    stack.service(**SHOP, loadBalancer={"accessLogs": {"bucket": "ours", "prefix": "shop"}})
    refused = stack.preview(fails=True)
    refused.says("loadBalancer.accessLogs.bucket", "has no policy", f"ours/shop/AWSLogs/{ACCOUNT}/*")
    (pasted,) = {it for it in refused.text.split("`") if it.startswith('{"Statement"')}
    s3.put_bucket_policy(Bucket="ours", Policy=pasted)
    stack.preview()
    stack.up()
    stack.no_change()
    stack.destroy()
    # What is in a bucket of others stays.
    assert [it["Key"] for it in s3.list_objects_v2(Bucket="ours")["Contents"]]
