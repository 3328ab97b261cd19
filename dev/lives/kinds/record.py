"""A record in a hosted zone. AWS has no tags for it, and its place is not made of the base name."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import ABSENT, Facts, Kind, Place, Row
from state import Entry

from kinds._route53 import GROUND, change, plain


def place(it: Entry) -> tuple[str, str, str]:
    zone, _, rest = it.id.partition("_")
    name, _, type = rest.rpartition("_")
    return zone, name, type


def found_at(cloud: Cloud, it: Entry) -> dict[str, Any]:
    zone, name, type = place(it)
    (found,) = cloud.client("route53").list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=name, StartRecordType=type, MaxItems="1"
    )["ResourceRecordSets"]
    found["Name"] = found["Name"].replace("\\052", "*")
    assert (found["Name"], found["Type"]) == (f"{name}.", type)
    return dict(found)


def look(cloud: Cloud, it: Entry) -> Facts:
    found = found_at(cloud, it)
    alias = found.get("AliasTarget")
    return {
        "hostedZoneId": place(it)[0],
        "name": found["Name"],
        "type": found["Type"],
        "ttl": found.get("TTL"),
        "values": sorted(value["Value"] for value in found.get("ResourceRecords", [])) or None,
        "aliasName": alias and alias["DNSName"],
        "aliasZoneId": alias and alias["HostedZoneId"],
    }


def with_dot(name: str) -> str:
    return f"{name.lower()}."


def others_change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    now = found_at(cloud, it)
    if path == "ttl":
        now["TTL"] = value
    elif path == "values":
        now["ResourceRecords"] = [{"Value": one} for one in value]
    else:
        now["AliasTarget"] |= {"DNSName": value}
    change(cloud, place(it)[0], "UPSERT", now)


def foreign(at: Place, name: str) -> None:
    zone, _, rest = name.partition("_")
    change(at.cloud, zone, "CREATE", plain(rest.rpartition("_")[0], "A", ["198.51.100.7"]))


def delete(cloud: Cloud, it: Entry) -> None:
    change(cloud, place(it)[0], "DELETE", found_at(cloud, it))


ALIAS = {"ttl": ABSENT, "values": ABSENT}
KIND = Kind(
    "fargate:route53:Record",
    {
        "hostedZoneId": Row("$zone1", "$zone2"),
        "name": Row("life.example.com", "other.example.com", as_aws_spells=with_dot),
        "type": Row("A", "AAAA", changes_with={"values": ["2001:db8::1"]}),
        "ttl": Row(60, 300, needed=True, change=others_change),
        "values": Row(["192.0.2.1"], ["192.0.2.2", "192.0.2.3"], needed=True, change=others_change),
        "aliasName": Row(
            "$one.loadBalancerDnsName",
            "$two.loadBalancerDnsName",
            needed=True,
            needs=ALIAS | {"aliasZoneId": "$one.loadBalancerZoneId"},
            as_aws_spells=with_dot,
            change=others_change,
        ),
        "aliasZoneId": Row(
            "$one.loadBalancerZoneId",
            "$zone1",
            needed=True,
            needs=ALIAS | {"aliasName": "$one.loadBalancerDnsName"},
            changes_with={"aliasName": "target.example.com"},
            not_alone="what it is an alias of is in one zone only",
        ),
    },
    look=look,
    delete=delete,
    foreign=foreign,
    name=lambda _cloud, it: it.id,
    unread=frozenset({"baseName", "tags"}),
    ground=GROUND,
)
