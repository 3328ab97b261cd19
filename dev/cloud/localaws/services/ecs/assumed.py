"""What a role of the customer's lets ECS do in its name, and IAM's words where it does not."""

from __future__ import annotations

from localaws.ask import Ask
from localaws.authorization import policies, role_documents


def denied(role: str, session: str, action: str, resource: str) -> str | None:
    """None if it may. Words: the developer guide's "Troubleshooting Amazon ECS blue/green deployments"."""
    decision = policies.decide(role_documents(role), Ask(action, resource))
    return None if decision.allowed else words(role, session, action, resource, decision.denied)


def words(role: str, session: str, action: str, resource: str, forbidden: bool = False) -> str:
    caller = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + f"/{session}"
    why = "with an explicit deny in an identity-based policy"
    if not forbidden:
        why = f"because no identity-based policy allows the {action} action"
    return f"User: {caller} is not authorized to perform: {action} on resource: {resource} {why}"
