"""Whom a KMS key lets in: its policy, and what the account's IAM policies say where it leaves that to them.

Source: KMS developer guide, "Key policies in AWS KMS": who is not named by the key's policy may do nothing with it; a
statement for the account (`arn:…:iam::<account>:root`), as in the default policy, lets the account's IAM policies decide
for its users and roles, but names no service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localaws.ask import Ask
from localaws.authorization import policies, role_documents
from localaws.context import Context

from . import keys


def usable(name: str, context: Context) -> Any | None:
    """The key, if there is one that can be used in this region."""
    key = keys.find(name, context.account, context.region)
    return key if key is not None and keys.is_usable(key) else None


def lets_service(key: Any, service: str, actions: tuple[str, ...], told: Mapping[str, str]) -> bool:
    """Whether the service may do all of this in its own name, with this said of the call."""
    return all(
        policies.lets_in(key.policy, Ask(f"kms:{it}", key.arn, told), "Service", {service})
        for it in actions
    )


def lets_role(key: Any, role: str, action: str, told: Mapping[str, str], context: Context) -> bool:
    """Whether a role of the account may do it, by the key's policy or, where that leaves it to them, by its own."""
    ask = Ask(f"kms:{action}", key.arn, told)
    if policies.lets_in(key.policy, ask, "AWS", {role, "*"}):
        return True
    account = {context.account, f"arn:aws:iam::{context.account}:root"}
    documents = role_documents(role)
    return (
        policies.lets_in(key.policy, ask, "AWS", account)
        and policies.decide(documents, ask).allowed
    )
