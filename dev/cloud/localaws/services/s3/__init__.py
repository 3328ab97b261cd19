"""S3: buckets with their policy, encryption, lifecycle, block of public access and tags; objects only as far as others write
them, and as they stand in the way of a deletion. All of it is ours: moto takes any policy.

Rates: S3 user guide, "Best practices design patterns" (3,500 changes and 5,500 reads a second for a prefix; calls about buckets
are not published, and so cautious).
"""

from dataclasses import replace

from localaws.service import XML, Rate, Refusal, Service

SERVICE = Service(
    "s3",
    # S3 API reference, "Error responses".
    words=replace(XML, throttled=Refusal("SlowDown", "Please reduce your request rate.", 503)),
    invalid="InvalidArgument",
    rates=(Rate(("*",), 100, 50),),
    about=("Bucket", "Key"),
    # S3 API reference, "Response Syntax" of each.
    roots={
        "GetBucketTagging": "Tagging",
        "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
        "ListObjectVersions": "ListVersionsResult",
        "ListObjectsV2": "ListBucketResult",
        "ListBuckets": "ListAllMyBucketsResult",
        "DeleteObjects": "DeleteResult",
    },
    id_header="x-amz-request-id",
)
