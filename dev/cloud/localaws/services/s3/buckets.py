"""Buckets. Names are one for all accounts of a partition.

Sources: S3 API reference (errors), "General purpose bucket naming rules", botocore's shapes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.state import Table


@dataclass
class Bucket:
    name: str
    account: str
    region: str
    since: float
    # What was put, by what it is: `Policy`, `Lifecycle` and so on, as the request had it.
    settings: Params = field(default_factory=dict)
    # Key -> when it was written.
    objects: dict[str, float] = field(default_factory=dict)
    # Key and version -> the same, of what is no longer the newest.
    older: dict[tuple[str, str], float] = field(default_factory=dict)


_buckets: Table[str, Bucket] = Table()
_NAME = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
# API reference, ServerSideEncryptionConfiguration: what every bucket has since January 2023.
_ENCRYPTED: Params = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
        }
    ]
}
_BLOCKED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def known(name: str) -> Bucket | None:
    return _buckets.get(name)


def bucket(context: Context, name: str) -> Bucket:
    found = _buckets.get(name)
    if found is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    where = {"BucketRegion": found.region}
    if found.account != context.account:
        raise AwsError("AccessDenied", "Access Denied", 403, where)
    if found.region != context.region:
        raise AwsError(
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.",
            301,
            where,
        )
    return found


@lists
def listed(context: Context) -> list[Params]:
    return [
        {
            "kind": "s3:bucket",
            "id": f"arn:aws:s3:::{it.name}",
            "name": it.name,
            "tags": {
                tag["Key"]: tag["Value"] for tag in it.settings.get("Tagging", {}).get("TagSet", [])
            },
        }
        for it in _buckets.values()
        if it.account == context.account and it.region == context.region
    ]


@on("s3", "CreateBucket")
def create_bucket(call: Call) -> Params:
    name, context = call.params["Bucket"], call.context
    if not _NAME.fullmatch(name):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
    where = call.params.get("CreateBucketConfiguration", {}).get("LocationConstraint")
    usual = context.region == "us-east-1"
    if (where is None) != usual or (where is not None and where != context.region):
        raise AwsError(
            "IllegalLocationConstraintException",
            f"The {where or 'unspecified'} location constraint is incompatible for the region specific "
            "endpoint this request was sent to.",
        )
    found = _buckets.get(name)
    if found is not None and found.account == context.account:
        # In us-east-1 it succeeds, for what was written before (API reference, CreateBucket).
        if not usual:
            raise AwsError(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                409,
            )
    elif found is not None:
        raise AwsError(
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users "
            "of the system. Please select a different name and try again.",
            409,
        )
    else:
        made = Bucket(name, context.account, context.region, context.clock.now())
        made.settings["Encryption"] = _ENCRYPTED
        made.settings["PublicAccessBlock"] = dict.fromkeys(_BLOCKED, True)
        if tags := call.params.get("CreateBucketConfiguration", {}).get("Tags"):
            made.settings["Tagging"] = _checked_tags(tags)
        _buckets[name] = made
    return {"Location": f"/{name}"}


def _checked_tags(tags: list[Any]) -> Params:
    """User guide, "Using cost allocation S3 bucket tags": 50, reserved and repeated keys."""
    keys = [it["Key"] for it in tags]
    if len(keys) > 50:
        raise AwsError("BadRequest", "Bucket tag count cannot be greater than 50")
    if len(set(keys)) < len(keys):
        raise AwsError("InvalidTag", "Cannot provide multiple Tags with the same key")
    if any(it.lower().startswith("aws:") for it in keys):
        raise AwsError("InvalidTag", "System tags cannot be added/updated by requester")
    return {"TagSet": tags}


@on("s3", "HeadBucket")
def head_bucket(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    return {"BucketRegion": found.region}


@on("s3", "ListBuckets")
def list_buckets(call: Call) -> Params:
    ours = [it for it in _buckets.values() if it.account == call.context.account]
    prefix = call.params.get("Prefix", "")
    return {
        "Buckets": [
            {"Name": it.name, "CreationDate": it.since, "BucketRegion": it.region}
            for it in sorted(ours, key=lambda it: it.name)
            if it.name.startswith(prefix)
        ]
    }


@on("s3", "DeleteBucket")
def delete_bucket(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    if found.objects or found.older:
        raise AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)
    del _buckets[found.name]
    return {}


@on("s3", "PutBucketPolicy")
def put_bucket_policy(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    text = call.params["Policy"]
    try:
        document = json.loads(text)
        statements: list[Any] = document["Statement"]
    except (ValueError, KeyError, TypeError):
        raise AwsError(
            "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"
        ) from None
    of_it = (f"arn:aws:s3:::{found.name}", f"arn:aws:s3:::{found.name}/")
    for statement in statements:
        resources = statement.get("Resource", [])
        resources = [resources] if isinstance(resources, str) else resources
        if not resources or not all(it == of_it[0] or it.startswith(of_it[1]) for it in resources):
            raise AwsError("MalformedPolicy", "Policy has invalid resource")
        if "Principal" not in statement:
            raise AwsError("MalformedPolicy", "Missing required field Principal")
        public = statement["Principal"] in ("*", {"AWS": "*"}) and not statement.get("Condition")
        blocked = found.settings.get("PublicAccessBlock", {}).get("BlockPublicPolicy")
        if statement.get("Effect") == "Allow" and public and blocked:
            raise AwsError("AccessDenied", "User is not authorized to perform: s3:PutBucketPolicy on resource because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.", 403)  # fmt: skip
    found.settings["Policy"] = text
    found.settings["PolicySince"] = call.context.clock.now()
    return {}


# What is put and read as a whole: the operation's name -> the member of the request, and why there is none.
_WHOLE = {
    "BucketEncryption": ("ServerSideEncryptionConfiguration", "Encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    "PublicAccessBlock": ("PublicAccessBlockConfiguration", "PublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    "BucketLifecycleConfiguration": ("LifecycleConfiguration", "Lifecycle", "NoSuchLifecycleConfiguration"),
    "BucketTagging": ("Tagging", "Tagging", "NoSuchTagSet"),
}  # fmt: skip


@on("s3", *(f"Put{it}" for it in _WHOLE))
def put_whole(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    member, name, _ = _WHOLE[call.operation.removeprefix("Put")]
    given = call.params.get(member) or {}
    if name == "Lifecycle":
        _check_lifecycle(given)
    if name == "Tagging":
        given = _checked_tags(given.get("TagSet", []))
    found.settings[name] = given
    return {}


def _check_lifecycle(given: Params) -> None:
    rules = given.get("Rules", [])
    if not 1 <= len(rules) <= 1000:
        raise AwsError(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    for rule in rules:
        if rule.get("Expiration", {}).get("Days", 1) < 1:
            raise AwsError(
                "InvalidArgument", "'Days' for Expiration action must be a positive integer"
            )
        if "Filter" not in rule and "Prefix" not in rule:
            raise AwsError(
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema",
            )


@on("s3", *(f"Get{it}" for it in _WHOLE))
def get_whole(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    member, name, none = _WHOLE[call.operation.removeprefix("Get")]
    if name not in found.settings:
        raise AwsError(none, f"The {name} of the bucket does not exist", 404)
    value = found.settings[name]
    return value if name in ("Lifecycle", "Tagging") else {member: value}


@on("s3", "GetBucketPolicy")
def get_bucket_policy(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    if "Policy" not in found.settings:
        raise AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    return {"Policy": found.settings["Policy"]}


@on("s3", "DeleteBucketPolicy")
def delete_bucket_policy(call: Call) -> Params:
    bucket(call.context, call.params["Bucket"]).settings.pop("Policy", None)
    return {}


@on("s3", "DeleteBucketTagging")
def delete_bucket_tagging(call: Call) -> Params:
    bucket(call.context, call.params["Bucket"]).settings.pop("Tagging", None)
    return {}


@on("s3", "DeletePublicAccessBlock")
def delete_public_access_block(call: Call) -> Params:
    bucket(call.context, call.params["Bucket"]).settings.pop("PublicAccessBlock", None)
    return {}


@on("s3", "DeleteBucketLifecycle")
def delete_bucket_lifecycle(call: Call) -> Params:
    bucket(call.context, call.params["Bucket"]).settings.pop("Lifecycle", None)
    return {}


@on("s3", "PutObject")
def put_object(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    found.objects[call.params["Key"]] = call.context.clock.now()
    return {}


@on("s3", "ListObjectsV2")
def list_objects(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    most = int(call.params.get("MaxKeys", 1000))
    after = call.params.get("ContinuationToken", "")
    begin = call.params.get("Prefix", "")
    keys = [it for it in sorted(found.objects) if it > after and it.startswith(begin)]
    page = keys[:most]
    answer: Params = {
        "Name": found.name,
        "KeyCount": len(page),
        "MaxKeys": most,
        "IsTruncated": len(keys) > most,
        "Contents": [{"Key": key, "Size": 1, "LastModified": found.objects[key]} for key in page],
    }
    return answer | ({"NextContinuationToken": page[-1]} if len(keys) > most else {})


@on("s3", "PutBucketVersioning")
def put_bucket_versioning(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    found.settings["Versioning"] = call.params["VersioningConfiguration"]
    return {}


@on("s3", "ListObjectVersions")
def list_object_versions(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    most = int(call.params.get("MaxKeys", 1000))
    after = (call.params.get("KeyMarker", ""), call.params.get("VersionIdMarker", ""))
    begin = call.params.get("Prefix", "")
    current = [(key, "null", since) for key, since in found.objects.items()]
    all_of_them = sorted(current + [(*it, since) for it, since in found.older.items()])
    entries = [it for it in all_of_them if it[:2] > after and it[0].startswith(begin)]
    page, more = entries[:most], len(entries) > most
    answer: Params = {
        "Name": found.name,
        "MaxKeys": most,
        "IsTruncated": more,
        "Versions": [
            {
                "Key": key,
                "VersionId": version,
                "IsLatest": version == "null",
                "Size": 1,
                "LastModified": since,
            }
            for key, version, since in page
        ],
    }
    last = {"NextKeyMarker": page[-1][0], "NextVersionIdMarker": page[-1][1]} if more else {}
    return answer | last


@on("s3", "DeleteObjects")
def delete_objects(call: Call) -> Params:
    found = bucket(call.context, call.params["Bucket"])
    objects = call.params["Delete"]["Objects"]
    keys = [it["Key"] for it in objects]
    if not 1 <= len(keys) <= 1000:
        raise AwsError(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    keeps = found.settings.get("Versioning", {}).get("Status") == "Enabled"
    for it in objects:
        key, version = it["Key"], it.get("VersionId")
        if version in (None, "null"):
            since = found.objects.pop(key, None)
            # Deleted without its version it only becomes an older one (user guide, "Deleting objects from a versioning-enabled bucket").
            if version is None and keeps and since is not None:
                found.older[key, f"v{len(found.older)}"] = since
        else:
            found.older.pop((key, version), None)
    quiet = call.params["Delete"].get("Quiet")
    return {} if quiet else {"Deleted": [{"Key": key} for key in keys]}
