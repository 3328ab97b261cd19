"""Route 53: zones, batches with all refusals, pages, changes that are pending, and who is delegated to."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud


def zone(cloud: Cloud, name: str = "example.com", vpc: str = "") -> str:
    where = {"VPC": {"VPCRegion": "eu-central-1", "VPCId": vpc}} if vpc else {}
    reference = f"{name} {vpc} {len(cloud.client('route53').list_hosted_zones()['HostedZones'])}"
    made = cloud.client("route53").create_hosted_zone(Name=name, CallerReference=reference, **where)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def record(name: str, type: str = "A", *values: str, ttl: int = 60) -> dict[str, Any]:
    told = [{"Value": it} for it in values or ("192.0.2.1",)]
    return {"Name": name, "Type": type, "TTL": ttl, "ResourceRecords": told}


def batch(*changes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"Changes": [{"Action": action, "ResourceRecordSet": it} for action, it in changes]}


def change(cloud: Cloud, id: str, *changes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    made = cloud.client("route53").change_resource_record_sets(
        HostedZoneId=id, ChangeBatch=batch(*changes)
    )
    found: dict[str, Any] = made["ChangeInfo"]
    return found


def refused(cloud: Cloud, id: str, *changes: tuple[str, dict[str, Any]]) -> str:
    code, message = cloud.refused(
        "route53", "change_resource_record_sets", HostedZoneId=id, ChangeBatch=batch(*changes)
    )
    assert code == "InvalidChangeBatch", (code, message)
    return message


def names(cloud: Cloud, id: str, **asked: Any) -> list[tuple[str, str]]:
    found = cloud.client("route53").list_resource_record_sets(HostedZoneId=id, **asked)
    return [(it["Name"], it["Type"]) for it in found["ResourceRecordSets"]]


def test_zones_are_listed_by_their_labels_from_the_right(cloud: Cloud) -> None:
    for name in ("shop.example.com", "example.org", "example.com", "a.example.com"):
        zone(cloud, name)
    private = zone(cloud, "example.com", cloud.vpc())
    route53 = cloud.client("route53")
    listed = route53.list_hosted_zones_by_name()["HostedZones"]
    by_name = [
        "example.com.",
        "example.com.",
        "a.example.com.",
        "shop.example.com.",
        "example.org.",
    ]
    assert [it["Name"] for it in listed] == by_name
    asked = route53.list_hosted_zones_by_name(DNSName="B.example.com", MaxItems="1")
    assert [it["Name"] for it in asked["HostedZones"]] == ["shop.example.com."]
    assert asked["IsTruncated"] and asked["NextDNSName"] == "example.org."
    found = route53.get_hosted_zone(Id=private)
    assert found["HostedZone"]["Config"]["PrivateZone"] and "DelegationSet" not in found
    assert [it["VPCId"] for it in found["VPCs"]] == [cloud.vpc()]
    assert cloud.refused("route53", "get_hosted_zone", Id="Z0")[0] == "NoSuchHostedZone"
    code, _ = cloud.refused("route53", "list_hosted_zones_by_name", HostedZoneId=private)
    assert code == "InvalidInput"


def test_a_zone_has_records_of_its_own(cloud: Cloud) -> None:
    id = zone(cloud)
    assert names(cloud, id) == [("example.com.", "NS"), ("example.com.", "SOA")]
    change(cloud, id, ("CREATE", record("www.example.com")))
    assert cloud.refused("route53", "delete_hosted_zone", Id=id)[0] == "HostedZoneNotEmpty"
    (ns,) = [
        it
        for it in cloud.client("route53").list_resource_record_sets(HostedZoneId=id)[
            "ResourceRecordSets"
        ]
        if it["Type"] == "NS"
    ]
    assert "must contain at least one NS record" in refused(cloud, id, ("DELETE", ns))
    change(cloud, id, ("DELETE", record("www.example.com")))
    cloud.client("route53").delete_hosted_zone(Id=id)


def test_names_come_back_as_route_53_writes_them(cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, ("CREATE", record("*.Shop.Example.com")), ("CREATE", record("example.com")))
    assert names(cloud, id)[-1] == ("\\052.shop.example.com.", "A")
    start = names(cloud, id, StartRecordName="*.shop.example.com", StartRecordType="A")
    assert start == [("\\052.shop.example.com.", "A")]


def test_records_come_in_pages(cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, *[("CREATE", record(f"{it}.example.com")) for it in "abc"])
    page = cloud.client("route53").list_resource_record_sets(HostedZoneId=id, MaxItems="3")
    assert page["IsTruncated"] and page["NextRecordName"] == "b.example.com."
    rest = names(cloud, id, StartRecordName="b.example.com", StartRecordType=page["NextRecordType"])
    assert [name for name, _ in rest] == ["b.example.com.", "c.example.com."]
    code, _ = cloud.refused(
        "route53", "list_resource_record_sets", HostedZoneId=id, StartRecordType="A"
    )
    assert code == "InvalidInput"


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "Tried to create resource record set [name='www.example.com.', type='A'] but it already exists": (
        "CREATE",
        record("www.example.com"),
    ),
    "Tried to delete resource record set [name='no.example.com.', type='A'] but it was not found": (
        "DELETE",
        record("no.example.com"),
    ),
    "but the values provided do not match the current values": (
        "DELETE",
        record("www.example.com", ttl=61),
    ),
    "RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records": (
        "CREATE",
        record("www.example.com", "CNAME", "a.example.org"),
    ),
    "because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.": (
        "UPSERT",
        record("alias.example.com"),
    ),
    "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.": (
        "CREATE",
        record("example.com", "CNAME", "a.example.org"),
    ),
    "RRSet with DNS name www.example.org. is not permitted in zone example.com.": (
        "CREATE",
        record("www.example.org"),
    ),
    "ARRDATAIllegalIPv4Address": ("CREATE", record("b.example.com", "A", "nowhere")),
    "CNAMERRSetWithMultipleRR": ("CREATE", record("b.example.com", "CNAME", "a.", "b.")),
}


@pytest.mark.parametrize("says", WRONG)
def test_what_route_53_refuses(cloud: Cloud, says: str) -> None:
    id = zone(cloud)
    change(
        cloud,
        id,
        ("CREATE", record("www.example.com")),
        ("CREATE", record("alias.example.com", "CNAME", "www.example.com")),
    )
    before = names(cloud, id)
    # All of a batch or nothing.
    message = refused(cloud, id, ("CREATE", record("new.example.com")), WRONG[says])
    assert says in message and message.startswith("["), message
    assert names(cloud, id) == before


def test_a_batch_is_done_in_its_order(cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, ("CREATE", record("www.example.com")))
    change(
        cloud,
        id,
        ("DELETE", record("www.example.com")),
        ("CREATE", record("www.example.com", "CNAME", "a.example.org")),
    )
    assert names(cloud, id)[-1] == ("www.example.com.", "CNAME")
    twice = ("DELETE", record("www.example.com", "CNAME", "a.example.org"))
    assert "it was not found" in refused(cloud, id, twice, twice)


def test_what_is_neither_alias_nor_values(cloud: Cloud) -> None:
    id = zone(cloud)
    for wrong, found in (
        ({"Name": "a.example.com", "Type": "A"}, "none"),
        ({"Name": "a.example.com", "Type": "A", "TTL": 60}, "incomplete data"),
        (record("a.example.com") | {"AliasTarget": alias("x", "Z1")}, "more than one"),
    ):
        code, message = cloud.refused(
            "route53",
            "change_resource_record_sets",
            HostedZoneId=id,
            ChangeBatch=batch(("CREATE", wrong)),
        )
        assert code == "InvalidInput" and f"but found {found} in Change with" in message


def test_a_batch_has_a_size(cloud: Cloud) -> None:
    id = zone(cloud)
    many = [("UPSERT", record(f"a{it}.example.com")) for it in range(501)]
    assert refused(cloud, id, *many) == "Number of records limit of 1000 exceeded."


def alias(name: str, zone: str) -> dict[str, Any]:
    return {"DNSName": name, "HostedZoneId": zone, "EvaluateTargetHealth": True}


def test_an_alias_points_to_what_is_there(cloud: Cloud) -> None:
    id = zone(cloud)
    elb = cloud.client("elbv2")
    (made,) = elb.create_load_balancer(Name="web", Subnets=cloud.subnets())["LoadBalancers"]
    there = alias(made["DNSName"], made["CanonicalHostedZoneId"])

    def to(target: dict[str, Any], name: str = "shop.example.com") -> tuple[str, dict[str, Any]]:
        return "CREATE", {"Name": name, "Type": "A", "AliasTarget": target}

    elsewhere = refused(cloud, id, to(there | {"HostedZoneId": "Z35SXDOTRQ7X7K"}))
    assert "but the alias target name does not lie within the target zone" in elsewhere
    gone = refused(cloud, id, to(there | {"DNSName": "gone-1.eu-central-1.elb.amazonaws.com"}))
    assert "but that target was not found" in gone
    assert "that target was not found" in refused(cloud, id, to(alias("b.example.com", id)))
    change(cloud, id, to(there))
    change(cloud, id, to(alias("shop.example.com", id), "www.example.com"))
    found = cloud.client("route53").list_resource_record_sets(
        HostedZoneId=id, StartRecordName="shop.example.com", MaxItems="1"
    )["ResourceRecordSets"][0]
    assert found["AliasTarget"]["DNSName"] == made["DNSName"].lower() + "."
    assert "TTL" not in found
    assert "example.com. A" not in cloud.objects()["route53:record"]
    assert "shop.example.com. A" in cloud.objects()["route53:record"]


def test_a_change_is_pending_for_a_while(cloud: Cloud) -> None:
    id = zone(cloud)
    cloud.control("POST", "/clock", {"speed": 1})
    made = change(cloud, id, ("CREATE", record("www.example.com")))
    assert made["Status"] == "PENDING"
    route53 = cloud.client("route53")
    assert route53.get_change(Id=made["Id"])["ChangeInfo"]["Status"] == "PENDING"
    cloud.control("POST", "/clock", {"advance": 31})
    assert route53.get_change(Id=made["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    assert cloud.refused("route53", "get_change", Id="C0")[0] == "NoSuchChange"


def seen(cloud: Cloud, name: str, type: str = "A") -> list[str]:
    found: list[str] = cloud.control("GET", "/dns", {"name": name, "type": type})["values"]
    return found


def test_only_what_is_delegated_is_seen(cloud: Cloud) -> None:
    parent = zone(cloud)
    dead, below = zone(cloud, "shop.example.com"), zone(cloud, "shop.example.com")
    for id, value in ((dead, "192.0.2.1"), (below, "192.0.2.2")):
        change(cloud, id, ("CREATE", record("www.shop.example.com", "A", value)))
    change(cloud, parent, ("CREATE", record("www.example.com", "A", "192.0.2.3")))
    assert seen(cloud, "www.example.com") == ["192.0.2.3"]
    assert seen(cloud, "www.shop.example.com") == []
    servers = cloud.client("route53").get_hosted_zone(Id=below)["DelegationSet"]["NameServers"]
    change(cloud, parent, ("CREATE", record("shop.example.com", "NS", *servers)))
    assert seen(cloud, "www.shop.example.com") == ["192.0.2.2"]
    # What is below a delegation is not seen in the zone above.
    change(cloud, parent, ("CREATE", record("a.shop.example.com")))
    assert seen(cloud, "a.shop.example.com") == []


def test_a_registrar_may_delegate_elsewhere(cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, ("CREATE", record("www.example.com")))
    cloud.control("PUT", "/dns", {"name": "example.com", "nameServers": ["ns1.other.net"]})
    assert seen(cloud, "www.example.com") == []
    records = [{"name": "www.example.com", "type": "A", "values": ["198.51.100.1"]}]
    cloud.control("PUT", "/dns", {"records": records})
    assert seen(cloud, "www.example.com") == ["198.51.100.1"]
    # A private zone is for its VPCs only.
    private = zone(cloud, "inside.org", cloud.vpc())
    change(cloud, private, ("CREATE", record("www.inside.org")))
    assert seen(cloud, "www.inside.org") == []
