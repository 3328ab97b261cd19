"""CloudWatch: alarms and dashboards.

Sources: botocore's texts of PutMetricAlarm and PutDashboard, "Dashboard body structure and syntax",
Terraform's cloudwatch/metric_alarm.go, aws.md 13.
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from localaws import tagging
from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.services.application_autoscaling.policies import policy_alarms

from . import dashboards

_PERIODS = (10, 20, 30)
_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_ANOMALY = (
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
WEEK, DAY = 604800, 86400


def backend(context: Context) -> Any:
    return cloudwatch_backends[context.account][context.region]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


@on("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(call: Call) -> Params:
    """Overwrites everything but the state; tags count on creation only (botocore)."""
    params = call.params
    _check_alarm(params)
    existing = backend(call.context).alarms.get(params["AlarmName"])
    if existing is None:
        return call.moto()
    params.pop("Tags", None)
    result = call.moto()
    changed = backend(call.context).alarms[params["AlarmName"]]
    changed.state_value, changed.state_reason = existing.state_value, existing.state_reason
    changed.state_updated_timestamp = existing.state_updated_timestamp
    return result


def _check_alarm(params: Params) -> None:
    sources = [key for key in ("MetricName", "Metrics", "EvaluationCriteria") if params.get(key)]
    if len(sources) != 1:
        raise invalid("Exactly one of MetricName, Metrics and EvaluationCriteria must be specified")
    if sources == ["EvaluationCriteria"]:
        return
    _require(params, "ComparisonOperator", "EvaluationPeriods")
    if sources == ["MetricName"]:
        _check_single_metric(params)
    else:
        _check_metrics(params)
    periods = params["EvaluationPeriods"]
    if params.get("DatapointsToAlarm", 1) > periods:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    anomaly = params["ComparisonOperator"] in _ANOMALY
    if anomaly != ("ThresholdMetricId" in params):
        raise invalid(
            "ThresholdMetricId goes with the anomaly detection operators, and only with them"
        )
    if anomaly == ("Threshold" in params):
        raise invalid("Exactly one of Threshold and ThresholdMetricId must be specified")
    missing = params.get("TreatMissingData", "missing")
    if missing not in ("missing", "notBreaching", "breaching", "ignore"):
        raise invalid(f"Invalid value '{missing}' for TreatMissingData")
    for state in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in params.get(state, []):
            if not arn.startswith("arn:"):
                raise invalid(f"Invalid arn syntax: {arn}")


def _require(params: Params, *names: str) -> None:
    for name in names:
        if name not in params:
            raise AwsError("MissingParameter", f"The parameter {name} is required.")


def _check_single_metric(params: Params) -> None:
    _require(params, "Namespace", "Period")
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise invalid("Exactly one of Statistic and ExtendedStatistic must be specified")
    if "EvaluateLowSampleCountPercentile" in params and "ExtendedStatistic" not in params:
        raise invalid("EvaluateLowSampleCountPercentile goes with percentiles only")
    period = params["Period"]
    if period not in _PERIODS and (period < 60 or period % 60):
        raise invalid("Metric Period must be 10, 20, 30 or a multiple of 60")
    limit = WEEK if period >= 3600 else DAY
    if period * params["EvaluationPeriods"] > limit:
        raise invalid(f"Metrics cannot be checked across more than {limit // DAY} day(s)")
    names = [dimension["Name"] for dimension in params.get("Dimensions", [])]
    if len(set(names)) != len(names):
        raise invalid("No repeated dimension names")


def _check_metrics(params: Params) -> None:
    for name in ("Namespace", "Period", "Statistic", "ExtendedStatistic", "Dimensions", "Unit"):
        if name in params:
            raise invalid(f"{name} cannot be specified together with Metrics")
    metrics = params["Metrics"]
    ids = [entry["Id"] for entry in metrics]
    if len(set(ids)) != len(ids):
        raise invalid("The ids of Metrics must be unique")
    shown = [entry for entry in metrics if entry.get("ReturnData", True)]
    if len(shown) != 1:
        raise invalid("Exactly one element of the metrics list should return data.")
    for entry in metrics:
        if ("Expression" in entry) == ("MetricStat" in entry):
            raise invalid("Each metric has either an Expression or a MetricStat")


@on("cloudwatch", "DeleteAlarms")
def delete_alarms(call: Call) -> Params:
    missing = [
        name for name in call.params["AlarmNames"] if name not in backend(call.context).alarms
    ]
    if missing:
        raise AwsError("ResourceNotFound", f"Alarms not found: {', '.join(missing)}", 404)
    for name in call.params["AlarmNames"]:
        tagging.forget(backend(call.context).tagger, backend(call.context).alarms[name].alarm_arn)
    return call.moto()


@on("cloudwatch", "DescribeAlarms")
def describe_alarms(call: Call) -> Params:
    """Without AlarmTypes only metric alarms come back (botocore)."""
    result = call.moto()
    if not call.params.get("AlarmTypes"):
        result["CompositeAlarms"] = []
    return result


@on("cloudwatch", "TagResource", "UntagResource", "ListTagsForResource")
def tags(call: Call) -> Params:
    arn = call.params["ResourceARN"]
    if ":dashboard/" in arn:
        return _dashboard_tags(call, arn)
    if not any(alarm.alarm_arn == arn for alarm in backend(call.context).alarms.values()):
        if call.operation == "ListTagsForResource":
            # An alarm that is gone has no tags, and that is all (localstack's snapshot of AWS,
            # test_tagging_metric_alarm).
            return {"Tags": []}
        raise AwsError("ResourceNotFoundException", f"Resource not found: {arn}", 404)
    return call.moto()


def _dashboard_tags(call: Call, arn: str) -> Params:
    if not dashboards.exists(call.context, arn.rsplit("/", 1)[1]):
        raise AwsError("ResourceNotFoundException", f"Resource not found: {arn}", 404)
    tagger = cloudwatch_backends[call.context.account][dashboards.HOME].tagger
    if call.operation == "TagResource":
        tagger.tag_resource(arn, call.params["Tags"])
    elif call.operation == "UntagResource":
        tagger.untag_resource_using_names(arn, call.params["TagKeys"])
    else:
        return tagger.list_tags_for_resource(arn)
    return {}


@lists
def objects(context: Context) -> list[Params]:
    """Alarms that a living scaling policy made belong to that policy."""
    cloudwatch = backend(context)
    owned = policy_alarms(context)
    found = []
    for alarm in cloudwatch.alarms.values():
        if alarm.name not in owned:
            tags = cloudwatch.tagger.get_tag_dict_for_resource(alarm.alarm_arn)
            found.append(
                {
                    "kind": "cloudwatch:alarm",
                    "id": alarm.alarm_arn,
                    "name": alarm.name,
                    "tags": tags,
                }
            )
    return found
