"""CloudWatch Logs: names, retention and tags as AWS checks them.

Sources: botocore's texts of CreateLogGroup and PutRetentionPolicy, aws.md 11.
"""

from __future__ import annotations

from typing import Any

from moto.logs.models import logs_backends

from localaws import tagging
from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.services.kms import key_policies, keys
from localaws.state import Table

# (region, group) -> class
_classes: Table[tuple[str, str], str] = Table()

RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
             2922, 3288, 3653)  # fmt: skip


@on("logs", "CreateLogGroup")
def create_log_group(call: Call) -> Params:
    name = call.params["logGroupName"]
    if name.lower().startswith("aws/"):
        raise AwsError(
            "InvalidParameterException", "Log groups starting with AWS/ are reserved for AWS."
        )
    if name in logs_backends[call.context.account][call.context.region].groups:
        raise AwsError("ResourceAlreadyExistsException", "The specified log group already exists")
    _check_key(call)
    _classes[(call.context.region, name)] = call.params.get("logGroupClass", "STANDARD")
    return call.moto()


@on("logs", "AssociateKmsKey", "DisassociateKmsKey")
def associate_kms_key(call: Call) -> Params:
    """moto lacks both."""
    _check_key(call)
    _group(call)
    groups = logs_backends[call.context.account][call.context.region].groups
    groups[call.params["logGroupName"]].kms_key_id = call.params.get("kmsKeyId")
    return {}


# What the key's policy must allow the service (user guide, "Encrypt log data": the statement that it asks for).
_USES = ("Encrypt", "Decrypt", "ReEncryptTo", "GenerateDataKey", "DescribeKey")


def _check_key(call: Call) -> None:
    """One that does not let the service in is refused like one that is not there, as an access denied though the caller
    lacks nothing (transcripts of CreateLogGroup and AssociateKmsKey, such as terraform-aws-modules/terraform-aws-vpc#1097);
    a disabled one otherwise (botocore: AssociateKmsKey)."""
    name = call.params.get("kmsKeyId")
    if not name:
        return
    if not (name.startswith("arn:aws") and ":kms:" in name and ":key/" in name):
        raise AwsError(
            "InvalidParameterException",
            f"The specified KMS key ID '{name}' is not an ARN of a KMS key.",
        )
    context = call.context
    key = keys.find(name, context.account, context.region)
    if key is not None and not keys.is_usable(key):
        raise AwsError("InvalidParameterException", f"The KMS key '{name}' is disabled.")
    group = (
        f"arn:aws:logs:{context.region}:{context.account}:log-group:{call.params['logGroupName']}"
    )
    told = {"kms:EncryptionContext:aws:logs:arn": group}
    service = f"logs.{context.region}.amazonaws.com"
    if key is None or not key_policies.lets_service(key, service, _USES, told):
        raise AwsError(
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{group}'",
        )


@on("logs", "PutRetentionPolicy")
def put_retention_policy(call: Call) -> Params:
    days = call.params["retentionInDays"]
    if days not in RETENTION:
        allowed = ", ".join(map(str, RETENTION))
        raise AwsError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{allowed}]",
        )
    _group(call)
    return call.moto()


@on("logs", "DeleteRetentionPolicy")
def delete_retention_policy(call: Call) -> Params:
    _group(call)
    return call.moto()


@on("logs", "DeleteLogGroup")
def delete_log_group(call: Call) -> Params:
    arn = _group(call).arn
    tagger = logs_backends[call.context.account][call.context.region].tagger
    tagging.forget(tagger, arn, arn.removesuffix(":*"))
    return call.moto()


def _group(call: Call) -> Any:
    groups = logs_backends[call.context.account][call.context.region].groups
    if call.params["logGroupName"] not in groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return groups[call.params["logGroupName"]]


@on("logs", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call) -> Params:
    """The ARN of tags is the one without `:*` (botocore: TagResource)."""
    arn = call.params["resourceArn"]
    if arn.endswith(":*"):
        raise AwsError("InvalidParameterException", f"Invalid resource ARN: {arn}")
    logs = logs_backends[call.context.account][call.context.region]
    if ":log-group:" in arn and arn.split(":log-group:")[1] not in logs.groups:
        raise AwsError("ResourceNotFoundException", "The specified resource does not exist.")
    return call.moto()


@on("logs", "DescribeLogGroups")
def describe_log_groups(call: Call) -> Params:
    """moto forgets the class of a group."""
    result = call.moto()
    for group in result["logGroups"]:
        key = (call.context.region, group["logGroupName"])
        group["logGroupClass"] = _classes.get(key, "STANDARD")
    return result


@on("logs", "GetLogEvents")
def get_log_events(call: Call) -> Params:
    """moto says of a missing stream that the group is missing."""
    params = call.params
    groups = logs_backends[call.context.account][call.context.region].groups
    name = params.get("logGroupName") or params.get("logGroupIdentifier", "").split(":")[-1]
    if name not in groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    if params["logStreamName"] not in groups[name].streams:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    return call.moto()


@lists
def objects(context: Context) -> list[Params]:
    logs = logs_backends[context.account][context.region]
    found = []
    for group in logs.groups.values():
        arn = group.arn.removesuffix(":*")
        tags = logs.list_tags_for_resource(arn)
        found.append({"kind": "logs:log-group", "id": arn, "name": group.name, "tags": tags})
    return found
