"""Hosted zones: public ones with name servers, private ones with VPCs.

Sources: botocore's texts; wording as moto has it from transcripts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, lists, on
from localaws.state import Table

from . import names

_KEPT_BY_AWS = ("NS", "SOA")


@dataclass
class Record:
    """A record set; `rest` is what else a request may say of it (weights, regions, health checks)."""

    id: str
    name: str
    type: str
    ttl: int | None = None
    values: list[str] = field(default_factory=list)
    alias: Params | None = None
    set_identifier: str = ""
    rest: Params = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.name, self.type, self.set_identifier

    def told(self) -> Params:
        found: Params = {"Name": self.name, "Type": self.type}
        if self.set_identifier:
            found["SetIdentifier"] = self.set_identifier
        if self.alias is not None:
            found["AliasTarget"] = self.alias
        else:
            found["TTL"] = self.ttl
            found["ResourceRecords"] = [{"Value": it} for it in self.values]
        return found | self.rest


@dataclass
class Zone:
    id: str
    name: str
    caller_reference: str
    comment: str
    # (region, VPC); none: it is public
    vpcs: list[tuple[str, str]]
    name_servers: list[str]
    records: dict[tuple[str, str, str], Record] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return bool(self.vpcs)

    def told(self) -> Params:
        return {
            "Id": f"/hostedzone/{self.id}",
            "Name": self.name,
            "CallerReference": self.caller_reference,
            "Config": {"Comment": self.comment, "PrivateZone": self.private},
            "ResourceRecordSetCount": len(self.records),
        }


zones: Table[str, Zone] = Table()
# change id -> AWS time
changes: Table[str, float] = Table()


def zone(id: str) -> Zone:
    found = zones.get(id.rpartition("/")[2])
    if found is None:
        raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {id}", 404)
    return found


def listed() -> list[Zone]:
    return sorted(zones.values(), key=lambda it: (names.order(it.name), it.id))


def change(context: Context) -> Params:
    """A change that begins now."""
    id = "C" + _letters(f"change {len(changes)}", 20)
    changes[id] = context.clock.now()
    return change_info(id, context)


def change_info(id: str, context: Context) -> Params:
    since = changes[id]
    done = context.clock.elapsed(since, "route53_insync")
    return {
        "Id": f"/change/{id}",
        "Status": "INSYNC" if done else "PENDING",
        "SubmittedAt": datetime.fromtimestamp(since, UTC),
    }


@on("route53", "GetChange")
def get_change(call: Call) -> Params:
    id = call.params["Id"].rpartition("/")[2]
    if id not in changes:
        raise AwsError("NoSuchChange", f"Could not find resource with ID: {id}", 404)
    return {"ChangeInfo": change_info(id, call.context)}


@on("route53", "CreateHostedZone")
def create_hosted_zone(call: Call) -> Params:
    name, reference = names.normal(call.params["Name"]), call.params["CallerReference"]
    if any(it.caller_reference == reference for it in zones.values()):
        raise AwsError(
            "HostedZoneAlreadyExists",
            f"A hosted zone has already been created with the specified caller reference: {reference}",
            409,
        )
    if name.count(".") < 2 and "VPC" not in call.params:
        # botocore, InvalidDomainName; a top level domain cannot be a public zone.
        raise AwsError("InvalidDomainName", f"{name} is reserved by AWS!")
    vpcs = []
    if vpc := call.params.get("VPC"):
        vpcs = [_vpc(call.context, vpc)]
    number = len(zones)
    id = "Z" + _letters(f"zone {number} {name}", 20)
    servers = [] if vpcs else _servers(id)
    found = Zone(
        id,
        name,
        reference,
        call.params.get("HostedZoneConfig", {}).get("Comment", ""),
        vpcs,
        servers,
    )
    _keep_own_records(found)
    zones[id] = found
    result: Params = {
        "HostedZone": found.told(),
        "ChangeInfo": change(call.context),
        "Location": f"https://route53.amazonaws.com/2013-04-01/hostedzone/{id}",
    }
    return result | _where(found, call.context, only_one=True)


def _keep_own_records(found: Zone) -> None:
    """A private zone has name servers too, which nobody is delegated to."""
    servers = found.name_servers or _servers(found.id)
    soa = f"{servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    for type, ttl, values in (
        ("NS", 172800, [f"{it}." for it in servers]),
        ("SOA", 900, [soa]),
    ):
        record = Record(f"{found.id}_{found.name}_{type}", found.name, type, ttl, values)
        found.records[record.key] = record


def _vpc(context: Context, asked: Params) -> tuple[str, str]:
    region, id = asked.get("VPCRegion", context.region), asked.get("VPCId", "")
    backend: Any = ec2_backends[context.account][region]
    if id not in backend.vpcs:
        raise AwsError("InvalidVPCId", "Invalid or missing VPC Id.")
    return region, id


def _where(found: Zone, context: Context, only_one: bool = False) -> Params:
    if not found.private:
        return {"DelegationSet": {"NameServers": found.name_servers}}
    told = [{"VPCRegion": region, "VPCId": id} for region, id in found.vpcs]
    return {"VPC": told[0]} if only_one else {"VPCs": told}


@on("route53", "GetHostedZone")
def get_hosted_zone(call: Call) -> Params:
    found = zone(call.params["Id"])
    return {"HostedZone": found.told()} | _where(found, call.context)


@on("route53", "DeleteHostedZone")
def delete_hosted_zone(call: Call) -> Params:
    found = zone(call.params["Id"])
    more = [it for it in found.records.values() if not _is_own(found, it)]
    if more:
        raise AwsError(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        )
    del zones[found.id]
    return {"ChangeInfo": change(call.context)}


def _is_own(found: Zone, record: Record) -> bool:
    return record.name == found.name and record.type in _KEPT_BY_AWS


@on("route53", "AssociateVPCWithHostedZone")
def associate(call: Call) -> Params:
    found = zone(call.params["HostedZoneId"])
    if not found.private:
        raise AwsError(
            "PublicZoneVPCAssociation",
            "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC "
            "with a public hosted zone.",
        )
    vpc = _vpc(call.context, call.params["VPC"])
    if vpc not in found.vpcs:
        found.vpcs.append(vpc)
    return {"ChangeInfo": change(call.context)}


@on("route53", "ListHostedZones")
def list_hosted_zones(call: Call) -> Params:
    return {"HostedZones": [it.told() for it in listed()], "IsTruncated": False, "MaxItems": "100"}


@on("route53", "ListHostedZonesByName")
def list_hosted_zones_by_name(call: Call) -> Params:
    """It begins at the name and goes on to others: who looks for one compares (API reference)."""
    start, id = call.params.get("DNSName"), call.params.get("HostedZoneId", "")
    if id and not start:
        raise AwsError("InvalidInput", "DNSName is required when HostedZoneId is specified")
    most = int(call.params.get("MaxItems", 100))
    if not 1 <= most <= 100:
        # API reference: more than 100 are never returned.
        most = max(1, min(most, 100))
    found = listed()
    if start:
        begin = (names.order(names.normal(start)), id.rpartition("/")[2])
        found = [it for it in found if (names.order(it.name), it.id) >= begin]
    page, rest = found[:most], found[most:]
    result: Params = {
        "HostedZones": [it.told() for it in page],
        "IsTruncated": bool(rest),
        "MaxItems": str(most),
    }
    if start:
        result["DNSName"] = start
    if rest:
        result |= {"NextDNSName": rest[0].name, "NextHostedZoneId": rest[0].id}
    return result


def _letters(text: str, many: int) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(alphabet[it % len(alphabet)] for it in digest[:many])


def _servers(id: str) -> list[str]:
    number = int(hashlib.sha256(id.encode()).hexdigest()[:4], 16) % 2000
    ends = ("com", "net", "org", "co.uk")
    return [f"ns-{number + at}.awsdns-{at:02}.{end}" for at, end in enumerate(ends)]


@lists
def objects(context: Context) -> list[Params]:
    found: list[Params] = []
    for it in zones.values():
        kind = "route53:private-zone" if it.private else "route53:zone"
        found.append({"kind": kind, "id": it.id, "name": it.name, "tags": {}})
        found += [
            {
                "kind": "route53:record",
                "id": record.id,
                "name": f"{record.name} {record.type}",
                "tags": {},
            }
            for record in it.records.values()
            if not _is_own(it, record)
        ]
    return found
