"""Batches of changes: all of one or nothing, and each refusal in AWS's words.

Sources of the messages: "already exists": widdix/node-route53-updater#3; "was not found": boto/boto#2887; "do not match the
current values": hashicorp/terraform#18509; CNAMEs beside others: RJPearson94/terraform-aws-open-next#24 and
ansible-collections/amazon.aws#2694; alias targets: harmony-one/harmony-ops#491 and barnybug/cli53#227; alias or values:
agorapulse/grails-aws-sdk#95; outside of the zone and the limit: moto, from transcripts. Apex and addresses: Route 53 developer
guide, "Supported DNS record types" (words: ours).
"""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.elbv2.models import elbv2_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from . import names
from .zones import Record, Zone, change, zone

# Developer guide, "Quotas": elements in a batch, UPSERT counts twice.
ELEMENTS = 1000
LENGTH = 32000
_REST = (
    "Weight",
    "Region",
    "GeoLocation",
    "Failover",
    "MultiValueAnswer",
    "HealthCheckId",
    "TrafficPolicyInstanceId",
    "CidrRoutingConfig",
    "GeoProximityLocation",
)


@on("route53", "ChangeResourceRecordSets")
def change_record_sets(call: Call) -> Params:
    found = zone(call.params["HostedZoneId"])
    asked = call.params["ChangeBatch"]["Changes"]
    _check_size(asked)
    after, wrong = dict(found.records), []
    for item in asked:
        action, given = item["Action"], item["ResourceRecordSet"]
        _check_whole(action, given)
        record = _record(found, given)
        problem = _apply(found, after, action, record, call.context)
        if problem:
            wrong.append(problem)
    if not wrong:
        wrong = _kept(found, after)
    if wrong:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(wrong)}]")
    found.records = after
    return {"ChangeInfo": change(call.context)}


def _check_size(asked: list[Params]) -> None:
    elements, length = 0, 0
    for item in asked:
        values = item["ResourceRecordSet"].get("ResourceRecords", [])
        twice = 2 if item["Action"] == "UPSERT" else 1
        elements += twice * max(1, len(values))
        length += twice * sum(len(it["Value"]) for it in values)
    if elements > ELEMENTS:
        raise AwsError("InvalidChangeBatch", f"Number of records limit of {ELEMENTS} exceeded.")
    if length > LENGTH:
        raise AwsError("InvalidChangeBatch", f"[Maximum length of {LENGTH} characters exceeded]")


def _check_whole(action: str, given: Params) -> None:
    """Either an alias or values with a TTL."""
    has = {name for name in ("AliasTarget", "TTL", "ResourceRecords") if name in given}
    if has in ({"AliasTarget"}, {"TTL", "ResourceRecords"}):
        return
    found = "none" if not has else "more than one" if "AliasTarget" in has else "incomplete data"
    raise AwsError(
        "InvalidInput",
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
        f"TrafficPolicyInstanceId], but found {found} in Change with [Action={action}, Name={given['Name']}, "
        f"Type={given['Type']}, SetIdentifier={given.get('SetIdentifier', 'null')}]",
    )


def _record(found: Zone, given: Params) -> Record:
    name = names.normal(given["Name"])
    alias = given.get("AliasTarget")
    if alias is not None:
        alias = {
            "HostedZoneId": alias["HostedZoneId"],
            "DNSName": names.normal(alias["DNSName"]),
            "EvaluateTargetHealth": bool(alias["EvaluateTargetHealth"]),
        }
    identifier = given.get("SetIdentifier", "")
    suffix = f"_{identifier}" if identifier else ""
    return Record(
        f"{found.id}_{name}_{given['Type']}{suffix}",
        name,
        given["Type"],
        given.get("TTL"),
        [it["Value"] for it in given.get("ResourceRecords", [])],
        alias,
        identifier,
        {key: given[key] for key in _REST if key in given},
    )


def _apply(
    found: Zone,
    after: dict[tuple[str, str, str], Record],
    action: str,
    record: Record,
    context: Context,
) -> str:
    """What is wrong with the change; nothing, and it is done."""
    named = f"[name='{record.name}', type='{record.type}']"
    if record.set_identifier:
        named = f"{named[:-1]}, set identifier='{record.set_identifier}']"
    if not names.lies_in(record.name, found.name):
        return f"RRSet with DNS name {record.name} is not permitted in zone {found.name}"
    there = after.get(record.key)
    if action == "DELETE":
        if there is None:
            return f"Tried to delete resource record set {named} but it was not found"
        if not _same(there, record):
            return (
                f"Tried to delete resource record set {named} but the values provided do not match the current "
                "values"
            )
        del after[record.key]
        return ""
    if action == "CREATE" and there is not None:
        return f"Tried to create resource record set {named} but it already exists"
    problem = _value_problem(record) or _name_problem(found, after, record)
    problem = problem or _alias_problem(found, after, record, context)
    if not problem:
        after[record.key] = record
    return problem


def _same(there: Record, given: Record) -> bool:
    """Values in any order; what only routes may be left out (getmoto/moto#7153)."""
    return (
        there.ttl == given.ttl
        and sorted(there.values) == sorted(given.values)
        and there.alias == given.alias
        and all(there.rest.get(key) == value for key, value in given.rest.items())
    )


def _value_problem(record: Record) -> str:
    kinds = {
        "A": (
            ipaddress.IPv4Address,
            "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)",
        ),
        "AAAA": (
            ipaddress.IPv6Address,
            "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)",
        ),
    }
    if record.alias is None and record.type in kinds:
        reads, words = kinds[record.type]
        for value in record.values:
            try:
                reads(value)
            except ValueError:
                return (
                    f"Invalid Resource Record: 'FATAL problem: {words} encountered with '{value}''"
                )
    if record.type == "CNAME" and len(record.values) > 1:
        return (
            f"Invalid Resource Record: 'FATAL problem: CNAMERRSetWithMultipleRR (CNAME resource record set with multiple "
            f"resource records) encountered with '{record.name}''"
        )
    return ""


def _name_problem(found: Zone, after: dict[tuple[str, str, str], Record], record: Record) -> str:
    if record.type == "CNAME" and record.name == found.name:
        return (
            f"RRSet of type CNAME with DNS name {record.name} is not permitted at apex in zone "
            f"{found.name}"
        )
    others = {type for name, type, _ in after if name == record.name} - {record.type}
    if record.type == "CNAME" and others:
        return (
            f"RRSet of type CNAME with DNS name {record.name} is not permitted as it conflicts with other records "
            f"with the same DNS name in zone {found.name}"
        )
    if "CNAME" in others:
        return (
            f"RRSet of type {record.type} with DNS name {record.name} is not permitted because a conflicting RRSet of "
            f"type CNAME with the same DNS name already exists in zone {found.name}"
        )
    return ""


def _alias_problem(
    found: Zone, after: dict[tuple[str, str, str], Record], record: Record, context: Context
) -> str:
    """The target is in the zone that is named: a load balancer's, or a record of this zone itself."""
    if record.alias is None:
        return ""
    target, where = record.alias["DNSName"], record.alias["HostedZoneId"]
    begin = (
        f"Tried to create an alias that targets {target}, type {record.type} in zone {where}, but "
    )
    if where == found.id:
        if not names.lies_in(target, found.name):
            return f"{begin}the alias target name does not lie within the target zone"
        there = any((name, type) == (target, record.type) for name, type, _ in after)
        return "" if there else f"{begin}that target was not found"
    if where != OF_ELB:
        return f"{begin}the alias target name does not lie within the target zone"
    there = target.removeprefix("dualstack.") in _balancers(context)
    return "" if there else f"{begin}that target was not found"


# The hosted zone that moto gives to every load balancer (AWS has one a region).
OF_ELB = "Z2P70J7EXAMPLE"


def _balancers(context: Context) -> set[str]:
    """DNS names in all regions: Route 53 has none."""
    backends: Any = elbv2_backends[context.account]
    return {
        names.normal(it.dns_name)
        for backend in backends.values()
        for it in backend.load_balancers.values()
    }


def _kept(found: Zone, after: dict[tuple[str, str, str], Record]) -> list[str]:
    if (found.name, "SOA", "") not in after:
        return ["A HostedZone must contain exactly one SOA record."]
    if (found.name, "NS", "") not in after:
        return ["A HostedZone must contain at least one NS record for the zone itself."]
    return []


@on("route53", "ListResourceRecordSets")
def list_record_sets(call: Call) -> Params:
    """By labels from the right, then by type; at most 300 (API reference)."""
    found = zone(call.params["HostedZoneId"])
    start, type = call.params.get("StartRecordName"), call.params.get("StartRecordType", "")
    identifier = call.params.get("StartRecordIdentifier", "")
    if type and not start:
        raise AwsError("InvalidInput", "StartRecordType requires StartRecordName to be specified")
    if identifier and not type:
        raise AwsError("InvalidInput", "The input is not valid: StartRecordIdentifier needs a type")
    most = max(1, min(int(call.params.get("MaxItems", 300)), 300))

    def at(it: Record) -> tuple[tuple[str, ...], str, str]:
        return names.order(it.name), it.type, it.set_identifier

    records = sorted(found.records.values(), key=at)
    if start:
        begin = (names.order(names.normal(start)), type, identifier)
        records = [it for it in records if at(it) >= begin]
    page, rest = records[:most], records[most:]
    result: Params = {
        "ResourceRecordSets": [it.told() for it in page],
        "IsTruncated": bool(rest),
        "MaxItems": str(most),
    }
    if rest:
        result |= {"NextRecordName": rest[0].name, "NextRecordType": rest[0].type}
        if rest[0].set_identifier:
            result["NextRecordIdentifier"] = rest[0].set_identifier
    return result
