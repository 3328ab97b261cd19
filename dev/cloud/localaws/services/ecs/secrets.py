"""The secrets of a task, which ECS fetches with the execution role before it starts any container.

Sources: ECS developer guide, "Pass sensitive data to a container"; Secrets Manager user guide, "Secret encryption and
decryption"; wording: GiamPy5/terraform-aws-directus#10 (KMS), aws/copilot-cli#5639 (SSM), transcripts of
"unable to retrieve secret from asm".
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from moto.ssm.models import ssm_backends

from localaws.context import Context
from localaws.services.kms import key_policies
from localaws.services.secretsmanager import secrets

from .assumed import denied
from .model import Task

_FAILED = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
_ASM = "unable to retrieve secret from asm: "
_RETRIED = "service call has been retried 1 time(s): "
# Keys of AWS's own, which let in whoever may use the service.
_AWS_KEYS = ("alias/aws/secretsmanager", "alias/aws/ssm")


def problem(task: Task, context: Context) -> str | None:
    """Why the task cannot have its secrets, if it cannot."""
    role = str(task.definition.body.get("executionRoleArn", ""))
    for container in task.definition.containers:
        for secret in container.get("secrets") or []:
            named = str(secret["valueFrom"])
            of_manager = ":secretsmanager:" in named
            look = _of_manager if of_manager else _of_parameters
            found = look(named, role, task, context)
            if found is not None:
                return f"{_FAILED}{found}"
    return None


def _of_manager(named: str, role: str, task: Task, context: Context) -> str | None:
    parts = named.split(":")
    # `<arn>:<JSON key>:<stage>:<version>` (ECS developer guide, "Pass Secrets Manager secrets").
    arn, (key, stage, version, *_) = ":".join(parts[:7]), [*parts[7:], "", "", ""]
    there = replace(context, region=parts[3])
    secrets.end_recovery_windows(there)
    found = secrets.find(there, arn)
    failed = f"{_ASM}{_RETRIED}failed to fetch secret {arn} from secrets manager: "
    if found is None:
        return (
            f"{failed}ResourceNotFoundException: Secrets Manager can't find the specified secret."
        )
    # IAM compares with the whole ARN, however the secret was asked for.
    refused = _denied("secretsmanager:GetSecretValue", found.arn, role, task)
    if refused:
        return f"{failed}{refused}"
    if _no_key(found.kms_key_id, f"secretsmanager.{parts[3]}.amazonaws.com", role, context):
        return f"{failed}AccessDeniedException: Access to KMS is not allowed"
    if found.is_deleted():
        told = "You can't perform this operation on the secret because it was marked for deletion."
        return f"{failed}InvalidRequestException: {told}"
    text = _text(found, stage, version)
    if text is None:
        of = f"VersionId: {version}" if version else f"staging label: {stage or 'AWSCURRENT'}"
        told = f"Secrets Manager can't find the specified secret value for {of}"
        return f"{failed}ResourceNotFoundException: {told}"
    if key and key not in _members(text):
        return f"{_ASM}retrieved secret from Secrets Manager did not contain json key {key}"
    return None


def _text(found: Any, stage: str, version: str) -> str | None:
    """The text of a version: of the one that is named, else of the current one."""
    for id, it in found.versions.items():
        labelled = (stage or "AWSCURRENT") in it["version_stages"]
        if (id == version and (labelled or not stage)) or (not version and labelled):
            return str(it.get("secret_string", ""))
    return None


def _members(text: str | None) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}


def _of_parameters(named: str, role: str, task: Task, context: Context) -> str | None:
    region = named.split(":")[3] if named.startswith("arn:") else context.region
    name = named.partition(":parameter")[2] or named
    backend: Any = ssm_backends[context.account][region]
    found = backend.get_parameter(name) or backend.get_parameter(name.removeprefix("/"))
    failed = f"unable to retrieve secrets from ssm: {_RETRIED}"
    arn = f"arn:aws:ssm:{region}:{context.account}:parameter/{name.removeprefix('/')}"
    refused = _denied("ssm:GetParameters", arn, role, task)
    if refused:
        return f"{failed}{refused}"
    if found is None:
        return f"{failed}invalid parameters: {name}"
    if _no_key(found.keyid, f"ssm.{region}.amazonaws.com", role, context):
        return (
            f"{failed}AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does "
            "not exist in this region, or you are not allowed to access."
        )
    return None


def _denied(action: str, arn: str, role: str, task: Task) -> str | None:
    found = denied(role, task.id, action, arn)
    return found and f"AccessDeniedException: {found}"


def _no_key(name: str | None, service: str, role: str, context: Context) -> bool:
    """Whether the role may not decrypt with the customer's key under which it lies."""
    if not name or name in _AWS_KEYS:
        return False
    key = key_policies.usable(name, context)
    told = {"kms:ViaService": service}
    return key is None or not key_policies.lets_role(key, role, "Decrypt", told, context)
