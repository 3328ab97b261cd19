"""CloudWatch dashboards: one global namespace, and a body that is read before it is stored.

Source: "Dashboard body structure and syntax" (CloudWatch API reference), aws.md 13.2.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from localaws import tagging
from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on

HOME = "us-east-1"  # where moto keeps what AWS has only once
WIDGETS, METRICS_PER_WIDGET, METRICS = 500, 500, 2500
_TYPES = ("metric", "text", "log", "alarm", "explorer", "table", "custom")


def _global(call: Call) -> Call:
    return replace(call, context=replace(call.context, region=HOME))


def _dashboards(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = cloudwatch_backends[context.account][HOME].dashboards
    return found


def exists(context: Context, name: str) -> bool:
    return name in _dashboards(context)


@on("cloudwatch", "PutDashboard")
def put_dashboard(call: Call) -> Params:
    """Create or replace; tags count on creation only (botocore)."""
    name = call.params["DashboardName"]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", name):
        # localstack's snapshot of AWS, test_invalid_dashboard_name
        raise AwsError(
            "InvalidParameterValue",
            f"The value {name} for field DashboardName contains invalid characters. It can only "
            "contain alphanumerics, dash (-) and underscore (_).",
        )
    hard, soft = check_body(call.params["DashboardBody"])
    if hard:
        raise AwsError(
            "InvalidParameterInput",
            f"The field DashboardBody must be a valid JSON object: {json.dumps(hard)}",
            extra={"dashboardValidationMessages": hard},
        )
    fresh = not exists(call.context, call.params["DashboardName"])
    tags = call.params.pop("Tags", [])
    result = _global(call).moto()
    if fresh and tags:
        arn = _arn(call.context, call.params["DashboardName"])
        cloudwatch_backends[call.context.account][HOME].tagger.tag_resource(arn, tags)
    result["DashboardValidationMessages"] = soft
    return result


@on("cloudwatch", "GetDashboard", "DeleteDashboards")
def get_or_delete(call: Call) -> Params:
    names = call.params.get("DashboardNames") or [call.params.get("DashboardName", "")]
    missing = [name for name in names if not exists(call.context, name)]
    if missing:
        wording = f"[{', '.join(missing)}]" if "DashboardNames" in call.params else missing[0]
        raise AwsError(
            "ResourceNotFound", f"The specified dashboard does not exist. {wording}", 404
        )
    if call.operation == "DeleteDashboards":
        tagger = cloudwatch_backends[call.context.account][HOME].tagger
        for name in names:
            tagging.forget(tagger, _arn(call.context, name))
    return _global(call).moto()


@on("cloudwatch", "ListDashboards")
def list_dashboards(call: Call) -> Params:
    return _global(call).moto()


def check_body(text: str) -> tuple[list[Params], list[Params]]:
    """Errors, which refuse the dashboard, and warnings, which come back with its success."""
    hard: list[Params] = []
    soft: list[Params] = []
    try:
        body = json.loads(text)
    except ValueError as error:
        return [_message("", f"Unable to parse the dashboard body: {error}")], []
    if not isinstance(body, dict):
        return [_message("", "Should be an object")], []
    widgets = body.get("widgets")
    if not isinstance(widgets, list):
        return [_message("/widgets", "Should have property widgets, an array")], []
    if len(widgets) > WIDGETS:
        hard.append(_message("/widgets", f"Should not have more than {WIDGETS} items"))
    total = 0
    for index, widget in enumerate(widgets):
        total += _check_widget(f"/widgets/{index}", widget, hard, soft)
    if total > METRICS:
        hard.append(_message("/widgets", f"Should not have more than {METRICS} metrics"))
    return hard, soft


def _check_widget(path: str, widget: Any, hard: list[Params], soft: list[Params]) -> int:
    """Append what is wrong with the widget; how many metrics it shows."""
    if not isinstance(widget, dict):
        hard.append(_message(path, "Should be an object"))
        return 0
    kind = widget.get("type")
    if kind not in _TYPES:
        hard.append(_message(f"{path}/type", f"Should be one of {', '.join(_TYPES)}"))
    for key, low, high in (("x", 0, 23), ("y", 0, None), ("width", 1, 24), ("height", 1, 1000)):
        value = widget.get(key)
        if value is None:
            continue
        if not isinstance(value, int) or value < low or (high is not None and value > high):
            hard.append(
                _message(f"{path}/{key}", f"Should be a number from {low} to {high or '…'}")
            )
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        hard.append(_message(f"{path}/properties", "Should have required property 'properties'"))
        return 0
    if kind == "text" and not isinstance(properties.get("markdown"), str):
        hard.append(_message(f"{path}/properties", "Should have required property 'markdown'"))
    if kind == "alarm" and not isinstance(properties.get("alarms"), list):
        hard.append(_message(f"{path}/properties", "Should have required property 'alarms'"))
    if kind in ("metric", "log") and not properties.get("region"):
        hard.append(_message(f"{path}/properties", "Should have required property 'region'"))
    if kind == "log" and not properties.get("query"):
        hard.append(_message(f"{path}/properties", "Should have required property 'query'"))
    if kind != "metric":
        return 0
    metrics = properties.get("metrics")
    if metrics is None and not properties.get("annotations"):
        hard.append(_message(f"{path}/properties", "Should have 'metrics' or 'annotations'"))
        return 0
    if metrics is not None and not isinstance(metrics, list):
        hard.append(_message(f"{path}/properties/metrics", "Should be an array"))
        return 0
    for index, metric in enumerate(metrics or []):
        if not isinstance(metric, list) or not metric:
            hard.append(
                _message(
                    f"{path}/properties/metrics/{index}", "Should be an array that is not empty"
                )
            )
    if len(metrics or []) > METRICS_PER_WIDGET:
        hard.append(
            _message(
                f"{path}/properties/metrics", f"Should have at most {METRICS_PER_WIDGET} items"
            )
        )
    if "stat" in properties and not isinstance(properties["stat"], str):
        soft.append(_message(f"{path}/properties/stat", "Should be a string"))
    return len(metrics or [])


def _message(path: str, text: str) -> Params:
    return {"DataPath": path, "Message": text}


def _arn(context: Context, name: str) -> str:
    return f"arn:aws:cloudwatch::{context.account}:dashboard/{name}"


@lists
def objects(context: Context) -> list[Params]:
    tagger = cloudwatch_backends[context.account][HOME].tagger
    found = []
    for name in _dashboards(context):
        arn = _arn(context, name)
        tags = tagger.get_tag_dict_for_resource(arn)
        found.append({"kind": "cloudwatch:dashboard", "id": arn, "name": name, "tags": tags})
    return found
