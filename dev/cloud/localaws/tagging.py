"""Tags in requests: what every service refuses (aws.md 1.6): reserved keys, twins, more than 50.

The limits are one for all of AWS; the codes are each service's own, in its record.
"""

from __future__ import annotations

from typing import Any

from . import services
from .context import AwsError
from .service import Tags

TAGS_PER_RESOURCE = 50


def check(service: str, params: dict[str, Any]) -> None:
    """Raise the service's error if the request brings tags that AWS does not take."""
    codes = services.known()[service].tags
    if codes is None:
        return
    for keys in _tag_keys(params):
        _check_keys(codes, keys)


def _tag_keys(params: dict[str, Any]) -> list[list[str]]:
    lists = [params.get("Tags"), params.get("tags")]
    lists += [entry.get("Tags") for entry in params.get("TagSpecifications", [])]
    found = []
    for tags in lists:
        if isinstance(tags, dict):
            found.append(list(tags))
        elif isinstance(tags, list):
            found.append([tag.get("Key", tag.get("key", "")) for tag in tags])
    return found


def _check_keys(codes: Tags, keys: list[str]) -> None:
    bad = codes.bad_key
    if codes.any_case and len({key.lower() for key in keys}) < len(set(keys)):
        raise AwsError(
            bad, "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    for key in keys:
        if key.lower().startswith("aws:"):
            raise AwsError(
                bad, f"Tag keys starting with 'aws:' are reserved for internal use: '{key}'"
            )
        if keys.count(key) > 1:
            raise AwsError(codes.twice or bad, f"Tag key was specified more than once: {key}")
    if len(keys) > TAGS_PER_RESOURCE:
        raise AwsError(codes.too_many, f"A resource can have at most {TAGS_PER_RESOURCE} tags")


def forget(tagger: Any, *arns: str) -> None:
    """Tags go with what they are on. moto keeps some: the next object of the name would seem to be the old one's maker's."""
    for arn in arns:
        tagger.delete_all_tags_for_resource(arn)
