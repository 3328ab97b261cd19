"""A listener of another stack: it is looked up, and stands in the state."""

from __future__ import annotations

from rows import ABSENT, Kind, Row

KIND = Kind(
    "fargate:lb:GivenListener",
    {
        "listenerArn": Row(
            "$one.httpListenerArn", "$two.httpListenerArn", changes_with={"securityGroupId": "$two.albSecurityGroupId"}
        ),
        "httpsOnly": Row(False, ABSENT),
        "authenticates": Row(False, ABSENT),
        "signsIn": Row(False, ABSENT),
        "ports": Row([80], [80, 8080]),
        "vpcId": Row("$vpc1", "$vpc1"),
        "securityGroupId": Row("$one.albSecurityGroupId", "$one.albSecurityGroupId"),
    },
)
