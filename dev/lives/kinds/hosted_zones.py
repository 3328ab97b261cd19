"""The hosted zones of a service's names: looked up, and kept in the state."""

from __future__ import annotations

from rows import Feature, Input, Kind, Row

KIND = Kind(
    "fargate:route53:HostedZones",
    {
        "names": Row(["life.example.com"], ["life.example.com", "other.example.com"]),
        "hostedZoneId": Row("$zone1", "$zone2"),
        "vpcId": Row("$vpc1", "$vpc2"),
        "aliases": Row(True, False),
        "validations": Row(False, True),
    },
    feature=Feature(
        "names",
        {"domainName": "shop.example.com", "hostedZoneId": "$zone1"},
        {
            "domainName": Input("store.example.com"),
            "hostedZoneId": Input("$zone2", changes_with={"domainName": "shop.life.example.com"}),
            "subjectAlternativeNames": Input(["*.shop.example.com"]),
            "dnsRecords": Input(False),
            "dns": Input(False, changes_with={"hostedZoneId": None}),
        },
    ),
)
