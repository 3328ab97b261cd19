"""A dashboard of CloudWatch: one text, which has the tags too."""

from __future__ import annotations

import json
from typing import Any

from account import REGION, Cloud
from keyed import program_tags
from rows import OWNERS, Facts, Kind, Place, Row
from state import Entry


class Somewhere:
    """A text that stands somewhere in a dashboard's body."""

    def __init__(self, body: str) -> None:
        self.body = body

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Somewhere):
            return other.body == self.body
        return isinstance(other, str) and other in self.body

    def __repr__(self) -> str:
        return self.body


def look(cloud: Cloud, it: Entry) -> Facts:
    body = cloud.client("cloudwatch").get_dashboard(DashboardName=it.outputs["name"])["DashboardBody"]
    header, *others = json.loads(body)["widgets"]
    _, tags = json.loads(header["properties"]["markdown"].splitlines()[-1].strip("`"))
    widgets = json.dumps(others)
    names = (
        "clusterName",
        "serviceName",
        "loadBalancer",
        "targetGroup",
        "alternateTargetGroup",
        "furtherTargetGroups",
        "logGroupName",
    )
    return {name: Somewhere(widgets) for name in names} | {
        "containerInsights": "ECS/ContainerInsights" in widgets,
        "tags": program_tags(tags),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    """A widget that somebody changed by hand; which input it was made of, nobody can tell."""
    cloudwatch = cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=it.id)["DashboardBody"])
    body["widgets"][1]["properties"]["title"] = f"{path} {value}"
    cloudwatch.put_dashboard(DashboardName=it.id, DashboardBody=json.dumps(body))


def disown(cloud: Cloud, it: Entry) -> None:
    """Its first widget has the tags."""
    cloudwatch = cloud.client("cloudwatch")
    body = json.loads(cloudwatch.get_dashboard(DashboardName=it.id)["DashboardBody"])
    header = body["widgets"][0]["properties"]
    *text, tags = header["markdown"].splitlines()
    inputs, kept = json.loads(tags.strip("`"))
    for name in OWNERS:
        del kept[name]
    header["markdown"] = "\n".join([*text, f"`{json.dumps([inputs, kept])}`"])
    cloudwatch.put_dashboard(DashboardName=it.id, DashboardBody=json.dumps(body))


def foreign(at: Place, name: str) -> None:
    metric = {"metrics": [["AWS/SQS", "NumberOfMessagesSent"]], "region": REGION}
    widget = {"type": "metric", "x": 0, "y": 0, "width": 6, "height": 6, "properties": metric}
    at.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=json.dumps({"widgets": [widget]}))


KIND = Kind(
    "fargate:cloudwatch:Dashboard",
    {
        "clusterName": Row("one-cluster", "other-cluster", change=change),
        "serviceName": Row("one-service", "other-service", change=change),
        "loadBalancer": Row("app/one/1a", "app/other/2b", change=change),
        "targetGroup": Row("targetgroup/one/3c", "targetgroup/other/4d", change=change),
        # Without one the body names none, as any body does.
        "alternateTargetGroup": Row("targetgroup/one/5e", "targetgroup/other/6f", absent="", change=change),
        "furtherTargetGroups": Row(
            ["targetgroup/one/7a"], ["targetgroup/other/8b"], absent="", as_aws_spells=lambda it: it[0], change=change
        ),
        "logGroupName": Row("/one", "/other", change=change),
        "containerInsights": Row(False, True, change=change),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("cloudwatch").delete_dashboards(DashboardNames=[it.id]),
    disown=disown,
    foreign=foreign,
    upserted=True,
    one_text=True,
    everywhere=True,
)
