"""nextToken and maxResults, the same for every List operation."""

from __future__ import annotations

from localaws.context import AwsError

from .model import Json


def page(items: list[str] | list[Json], params: Json, member: str, default: int) -> Json:
    """The token is the place to go on from. A foreign one: `InvalidParameterException` (botocore:
    List*)."""
    token = params.get("nextToken")
    try:
        start = int(token) if token else 0
    except ValueError:
        raise AwsError("InvalidParameterException", "Invalid token") from None
    size = params.get("maxResults") or default
    answer: Json = {member: items[start : start + size]}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer


def at_most(values: list[str], limit: int, member: str) -> None:
    """Batch limits of aws.md 17.2; the wording is from memory."""
    if len(values) > limit:
        raise AwsError("InvalidParameterException", f"{member} can have at most {limit} items.")
