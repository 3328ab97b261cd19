"""What the things of Route 53 share: zones in which they are."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import Theirs

ZONES = {"zone1": "example.com", "zone2": "life.example.com"}
LIKE = "Z0123456789ABCDEFGHIJ"


def zone(cloud: Cloud, name: str) -> str:
    """A public zone, to which its registrar or the zone above delegates, and a record in it."""
    above = found(cloud, ZONES["zone1"])
    if name == "zone1" and above:
        return above
    if name == "zone2" and not above:
        above = zone(cloud, "zone1")
    made = cloud.client("route53").create_hosted_zone(Name=ZONES[name], CallerReference=name)
    id = str(made["HostedZone"]["Id"]).rpartition("/")[2]
    change(cloud, id, "CREATE", plain(f"target.{ZONES[name]}", "A", ["192.0.2.9"]))
    if above:
        change(cloud, above, "CREATE", plain(ZONES[name], "NS", made["DelegationSet"]["NameServers"]))
    return id


def found(cloud: Cloud, name: str) -> str:
    """The id of a zone that is there."""
    zones = cloud.client("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    return next((it["Id"].rpartition("/")[2] for it in zones if it["Name"] == f"{name}."), "")


GROUND = {name: Theirs(zone, LIKE) for name in ZONES}


def plain(name: str, type: str, values: list[str], ttl: int = 300) -> dict[str, Any]:
    return {"Name": name, "Type": type, "TTL": ttl, "ResourceRecords": [{"Value": it} for it in values]}


def change(cloud: Cloud, zone: str, action: str, record: dict[str, Any]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": record}]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
