"""S3: calls about a bucket have its ARN, calls about an object that of the object (Service Authorization Reference, Amazon S3)."""

from __future__ import annotations

from typing import Any

from localaws.ask import Ask, asks
from localaws.context import Context

# Operations whose action is called otherwise.
_ACTIONS = {
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "DeleteObjects": "DeleteObject",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
}


@asks("s3")
def of_a_call(operation: str, params: dict[str, Any], context: Context) -> list[Ask] | None:
    action = f"s3:{_ACTIONS.get(operation, operation)}"
    if operation == "ListBuckets":
        return [Ask(action)]
    arn = f"arn:aws:s3:::{params['Bucket']}"
    if operation == "DeleteObjects":
        objects = params["Delete"]["Objects"]
        of_a_version = {True: "s3:DeleteObjectVersion", False: action}
        return [Ask(of_a_version["VersionId" in it], f"{arn}/{it['Key']}") for it in objects]
    if operation == "CreateBucket" and params.get("CreateBucketConfiguration", {}).get("Tags"):
        # botocore, CreateBucketConfiguration: tags need `s3:TagResource`.
        return [Ask(action, arn), Ask("s3:TagResource", arn)]
    return [Ask(action, f"{arn}/{params['Key']}" if params.get("Key") else arn)]
