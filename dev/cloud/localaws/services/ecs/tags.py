"""TagResource, UntagResource, ListTagsForResource, PutAccountSetting."""

from __future__ import annotations

from localaws.context import AwsError, Context

from .model import Json
from .store import State, state_of


def _tags(state: State, arn: str) -> list[Json]:
    """The list itself. Gone clusters are `ClusterNotFoundException`, the rest
    `ResourceNotFoundException` (botocore: TagResource); wording from memory."""
    # arn:aws:ecs:region:account:kind/...; a task definition's has a colon more.
    kind = arn.split(":", 5)[-1].partition("/")[0]
    if kind == "cluster":
        return state.cluster(arn).tags
    if kind == "service":
        found = [s for s in state.services if s.arn == arn and s.status == "ACTIVE"]
        if found:
            return found[-1].tags
    if kind == "task-definition":
        definition = state.find_definition(arn)
        if definition is not None and definition.status == "ACTIVE":
            return definition.tags
    if kind == "task":
        for service in state.services:
            for task in service.tasks:
                if task.arn == arn:
                    return task.tags
    raise AwsError("ResourceNotFoundException", "The specified resource wasn't found.")


def tag_resource(params: Json, context: Context) -> Json:
    """50 tags, no `aws:` prefix (aws.md 1.6); wording from memory."""
    tags = _tags(state_of(context), params["resourceArn"])
    added = {t["key"]: t.get("value", "") for t in params["tags"]}
    if any(key.lower().startswith("aws:") for key in added):
        raise AwsError("InvalidParameterException", "Tag keys cannot start with the prefix aws:.")
    merged = {t["key"]: t.get("value", "") for t in tags} | added
    if len(merged) > 50:
        raise AwsError("InvalidParameterException", "A resource can have at most 50 tags.")
    tags[:] = [{"key": key, "value": value} for key, value in merged.items()]
    return {}


def untag_resource(params: Json, context: Context) -> Json:
    tags = _tags(state_of(context), params["resourceArn"])
    tags[:] = [t for t in tags if t["key"] not in params["tagKeys"]]
    return {}


def list_tags_for_resource(params: Json, context: Context) -> Json:
    return {"tags": list(_tags(state_of(context), params["resourceArn"]))}


def put_account_setting(params: Json, context: Context) -> Json:
    state_of(context).settings[params["name"]] = params["value"]
    return {
        "setting": {
            "name": params["name"],
            "value": params["value"],
            "principalArn": context.principal,
        }
    }
