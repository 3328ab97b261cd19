"""A role of IAM, with its policies."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from account import Cloud
from keyed import by_key, program_tags
from others import Call, Tags, member
from rows import IN_THE_NAME, Facts, Kind, Place, Row
from samples import AUDIT, READ, READ_ONLY, WRITE
from spelling import ordered, statements
from state import Entry


def document(found: Any) -> Any:
    """A policy, in whichever of its two forms it comes."""
    return json.loads(unquote(found)) if isinstance(found, str) else found


def look(cloud: Cloud, it: Entry) -> Facts:
    iam = cloud.client("iam")
    found = iam.get_role(RoleName=it.id)["Role"]
    inline = iam.list_role_policies(RoleName=it.id)["PolicyNames"]
    # Without those that it has until a service has moved (test_secret_values.py sees them go): here is none.
    statements = [
        statement
        for name in inline
        for statement in document(iam.get_role_policy(RoleName=it.id, PolicyName=name)["PolicyDocument"])["Statement"]
        if not statement.get("Sid", "").startswith("FargateUntilDeployed")
    ]
    attached = iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]
    return {
        "description": found.get("Description", ""),
        "statements": statements,
        "managedPolicyArns": sorted(policy["PolicyArn"] for policy in attached),
        "permissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "tags": program_tags(by_key(iam.list_role_tags(RoleName=it.id)["Tags"])),
    }


def attached_policies(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    iam = cloud.client("iam")
    have = {policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]}
    for arn in have - set(value):
        iam.detach_role_policy(RoleName=it.id, PolicyArn=arn)
    for arn in set(value) - have:
        iam.attach_role_policy(RoleName=it.id, PolicyArn=arn)


def another_statement(cloud: Cloud, it: Entry, _path: str, _value: Any) -> None:
    """Another than ours, whatever ours was."""
    iam = cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=it.id)["PolicyNames"]
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::others/*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=it.id, PolicyName=name, PolicyDocument=text)


def delete(cloud: Cloud, it: Entry) -> None:
    iam = cloud.client("iam")
    for name in iam.list_role_policies(RoleName=it.id)["PolicyNames"]:
        iam.delete_role_policy(RoleName=it.id, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=it.id)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=it.id, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=it.id)


def foreign(at: Place, name: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)


KIND = Kind(
    "fargate:iam:Role",
    {
        "purpose": Row("task", "execution", as_aws_spells=IN_THE_NAME),
        "description": Row("One", "Another", change=Call("iam", "update_role", "RoleName", member("Description"))),
        "statements": Row([READ], [WRITE], as_aws_spells=statements, change=another_statement),
        "managedPolicyArns": Row([AUDIT, READ_ONLY], [READ_ONLY], as_aws_spells=ordered, change=attached_policies),
        "permissionsBoundary": Row(
            READ_ONLY,
            AUDIT,
            change=Call("iam", "put_role_permissions_boundary", "RoleName", member("PermissionsBoundary")),
        ),
    },
    look=look,
    delete=delete,
    tag=Tags("iam", "tag_role", "untag_role", "RoleName", lambda it: it.id),
    foreign=foreign,
    everywhere=True,
)
