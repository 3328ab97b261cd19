"""What IAM says to a call: nobody but an IAM user of this account is held to policies.

Whoever signs with the access key of such a user (CreateUser, CreateAccessKey) may do what the
user's and its groups' policies allow, and nothing else. All other credentials are taken for a
developer who may do everything, so that the local AWS can be used without setting up anything.

`localaws.ask` says which actions on which resources a call asks for, `policies` whether a policy allows
them, `refusals` how each service words a no, and `signatures` who calls at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localaws.ask import Ask, asked
from localaws.context import ACCOUNT, Context
from localaws.documents import read
from localaws.identify import HttpRequest
from localaws.services.iam import identities

from . import policies, refusals, signatures

DEVELOPER = f"arn:aws:iam::{ACCOUNT}:user/developer"


@dataclass(frozen=True)
class Verdict:
    """One ask and who allowed it: what the ledger shows."""

    action: str
    resource: str
    allowed_by: list[str]


def principal(access_key: str) -> str:
    """The ARN of whoever signs with this key."""
    user = _user(access_key)
    return user.arn if user else DEVELOPER


def authorize(
    service: str, operation: str, params: dict[str, Any], context: Context
) -> list[Verdict]:
    """Refuse the call if its caller may not do all that it asks for."""
    user = _user(context.access_key)
    if user is None:
        return []
    documents = _documents(user)
    verdicts = []
    for ask in asked(service, operation, params, context):
        decision = policies.decide(documents, ask)
        if ask.tried and not decision.allowed:
            continue
        if not decision.allowed:
            raise refusals.refusal(service, user.arn, ask, decision)
        verdicts.append(Verdict(ask.action, ask.resource, decision.allowed_by))
    return verdicts


def may(asks: list[Ask], context: Context) -> bool:
    """For what a service tries as the caller, and leaves if the caller may not."""
    user = _user(context.access_key)
    documents = _documents(user) if user else []
    return user is None or all(policies.decide(documents, ask).allowed for ask in asks)


def role_documents(arn: str) -> list[dict[str, Any]]:
    """The policies of a role of this account; none if it is not there."""
    roles = identities.backend(ACCOUNT).roles.values()
    return [it for role in roles if role.arn == arn for it in _of_holders(role)]


def authenticate(request: HttpRequest, service: str, access_key: str) -> None:
    """Refuse a call of a session that is over, or with the key of an IAM user that is switched off or that another
    secret signed."""
    signatures.check_session(service)
    key = _key(access_key)
    if key is not None and key.status != "Active":
        raise signatures.unknown_key(service)
    if key is not None:
        signatures.check(request, service, key)


def _key(access_key: str) -> Any:
    keys = (key for user in identities.backend(ACCOUNT).users.values() for key in user.access_keys)
    return next((key for key in keys if key.access_key_id == access_key), None)


def _user(access_key: str) -> Any:
    key = _key(access_key)
    return None if key is None else identities.backend(ACCOUNT).users[key.user_name]


def _documents(user: Any) -> list[dict[str, Any]]:
    return _of_holders(user, *identities.backend(ACCOUNT).get_groups_for_user(user.name))


def _of_holders(*holders: Any) -> list[dict[str, Any]]:
    texts: list[Any] = []
    for holder in holders:
        texts += holder.policies.values()
        for policy in holder.managed_policies.values():
            texts += [it.document for it in policy.versions if it.is_default]
    return [read(text) for text in texts]
