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
    "DeleteObjects": "DeleteObject",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
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
        return [Ask(action, f"{arn}/{it['Key']}") for it in params["Delete"]["Objects"]]
    return [Ask(action, f"{arn}/{params['Key']}" if params.get("Key") else arn)]
