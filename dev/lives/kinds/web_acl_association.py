"""Which web ACL sees the requests of a load balancer."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Facts, Feature, Kind, Row, Theirs
from state import Entry


def look(cloud: Cloud, it: Entry) -> Facts:
    found = cloud.client("wafv2").get_web_acl_for_resource(ResourceArn=it.id).get("WebACL", {})
    return {"webAclArn": found.get("ARN"), "resourceArn": it.id}


def change(cloud: Cloud, it: Entry, _path: str, value: Any) -> None:
    cloud.client("wafv2").associate_web_acl(WebACLArn=value, ResourceArn=it.id)


def web_acl(cloud: Cloud, name: str) -> str:
    made = cloud.client("wafv2").create_web_acl(
        Name=name,
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name},
    )
    return str(made["Summary"]["ARN"])


KIND = Kind(
    "fargate:wafv2:WebAclAssociation",
    {
        "webAclArn": Row("$acl1", "$acl2", change=change),
        "resourceArn": Row("$one.loadBalancerArn", "$two.loadBalancerArn"),
    },
    look=look,
    delete=lambda cloud, it: cloud.client("wafv2").disassociate_web_acl(ResourceArn=it.id),
    upserted=True,
    unread=frozenset({"baseName", "tags"}),
    moves={"resourceArn": "$two.loadBalancerArn"},
    ground={
        name: Theirs(
            web_acl, "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/acl1/11111111-1111-1111-1111-111111111111"
        )
        for name in ("acl1", "acl2")
    },
    feature=Feature("web ACL", {"webAclArn": "$acl1"}, {}),
)
