"""A domain is one line: its certificate, its records, and what others have in DNS."""

from __future__ import annotations

from typing import Any

import pytest
from deaths import dies_before_the_answer
from life import Life
from places import certificate, network
from world import IMAGE, Cloud

SMALL: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
NAME = "shop.example.com"
SHOP = SMALL | {"domainName": NAME}
# For what never comes: nobody waits for it for long.
SHORT = {"customTimeouts": {"create": "2s"}}


def zone(cloud: Cloud, name: str = "example.com", vpc: str = "") -> str:
    where = {"VPC": {"VPCRegion": cloud.region, "VPCId": vpc}} if vpc else {}
    many = len(cloud.client("route53").list_hosted_zones()["HostedZones"])
    made = cloud.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name} {many}", **where)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def servers(cloud: Cloud, zone: str) -> list[str]:
    return list(cloud.client("route53").get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"])


def change(cloud: Cloud, zone: str, action: str, name: str, type: str, *values: str, ttl: int = 300) -> None:
    record = {"Name": name, "Type": type, "TTL": ttl, "ResourceRecords": [{"Value": it} for it in values]}
    changes = [{"Action": action, "ResourceRecordSet": record}]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def records(cloud: Cloud, zone: str) -> dict[tuple[str, str], str]:
    """What a zone has beside its own records: values, or what it is an alias of."""
    found = cloud.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    told: dict[tuple[str, str], str] = {}
    for it in found:
        name = it["Name"].rstrip(".").replace("\\052", "*")
        if it["Type"] not in ("NS", "SOA"):
            alias = it.get("AliasTarget", {}).get("DNSName", "").rstrip(".")
            told[(name, it["Type"])] = alias or it["ResourceRecords"][0]["Value"]
    return told


def leading(cloud: Cloud, zone: str) -> set[tuple[str, str]]:
    """Names and types of the records that lead to a load balancer."""
    return {key for key, value in records(cloud, zone).items() if ".elb." in value}


def certificates(cloud: Cloud, *statuses: str) -> list[str]:
    keys = {"keyTypes": ["RSA_2048"]}
    asked = {"CertificateStatuses": list(statuses)} if statuses else {}
    found = cloud.client("acm").list_certificates(Includes=keys, **asked)["CertificateSummaryList"]
    return [it["CertificateArn"] for it in found]


def least_serving(cloud: Cloud) -> int:
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    return int(service["least"])


def test_a_domain_has_all_that_it_needs(life: Life, cloud: Cloud) -> None:
    """At AWS's pace: records and certificates take a while, and a listener holds on to what it had."""
    cloud.control("POST", "clock", {"speed": 0.01})
    id = zone(cloud)
    before = cloud.objects()
    wanted = {"subjectAlternativeNames": ["*.shop.example.com", "example.com"]}
    life.service("web", None, **SHOP, **wanted, loadBalancer={"ipAddressType": "ipv4"}).up()
    outputs = life.outputs()
    assert outputs["url"] == f"https://{NAME}"
    target = outputs["loadBalancerDnsName"].lower()
    names = [NAME, "*.shop.example.com", "example.com"]
    assert {key: it for key, it in records(cloud, id).items() if key[1] == "A"} == {(it, "A"): target for it in names}
    # One for `shop.example.com` and its wildcard.
    validation = {f"{name}": it for (name, type), it in records(cloud, id).items() if type == "CNAME"}
    assert len(validation) == 2 and outputs["validationRecords"] == validation
    (arn,) = certificates(cloud, "ISSUED")
    assert outputs["certificateArn"] == arn
    (listener,) = cloud.client("elbv2").describe_listeners(ListenerArns=[outputs["httpsListenerArn"]])["Listeners"]
    assert listener["Certificates"] == [{"CertificateArn": arn}]
    (plain,) = cloud.client("elbv2").describe_listeners(ListenerArns=[outputs["httpListenerArn"]])["Listeners"]
    assert plain["DefaultActions"][0]["Type"] == "redirect"
    cloud.forget_calls()
    life.no_change()
    assert [it for it in cloud.calls() if it["service"] != "sts"] == []
    assert life.refresh().steps == []
    life.no_change()
    life.destroy()
    assert cloud.objects() == before


def test_a_name_moves_without_a_gap(life: Life, cloud: Cloud) -> None:
    """HTTP to a domain, another one, one more, and back: at each moment a task that is reached is there."""
    cloud.control("POST", "clock", {"speed": 0.002})
    id = zone(cloud)
    plain = SMALL | {"desiredCount": 2}
    life.service("web", None, **plain).up()
    assert cloud.control("POST", "ecs/serving")
    way = [
        ({"domainName": NAME}, {NAME}),
        ({"domainName": "store.example.com"}, {"store.example.com"}),
        (
            {"domainName": "store.example.com", "subjectAlternativeNames": ["*.store.example.com", NAME]},
            {"store.example.com", "*.store.example.com", NAME},
        ),
        ({"domainName": NAME, "listenerPort": 8443}, {NAME}),
        ({"domainName": NAME, "certificateArn": certificate(cloud)}, {NAME}),
        ({"domainName": NAME}, {NAME}),
        ({}, set()),
    ]
    for inputs, names in way:
        life.service("web", None, **plain, **inputs)
        planned = sorted(map(str, life.plan()))
        done = sorted(str(it) for it in life.up().changes())
        assert done == [it for it in planned if it in done] and least_serving(cloud) >= 1, inputs
        assert {name for name, _ in leading(cloud, id)} == names
        live = certificates(cloud, "ISSUED", "PENDING_VALIDATION")
        # The one that the program gives is there from the beginning.
        assert len(live) - 1 == int(bool(names) and "certificateArn" not in inputs)
        life.no_change()
        assert life.refresh().steps == []
    assert records(cloud, id) == {}
    life.destroy()


def test_another_load_balancer_gets_the_name_when_the_service_has_moved(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    here = network(cloud) | {"image": IMAGE, "domainName": NAME}
    life.service("web", None, **here).up()
    was = records(cloud, id)[(NAME, "A")]
    assert cloud.control("POST", "ecs/serving")
    life.service("web", None, **here, internal=True)
    life.up()
    now = records(cloud, id)[(NAME, "A")]
    assert now != was and now.startswith("internal-") and least_serving(cloud) >= 1
    calls = [(it["operation"], it["n"]) for it in cloud.calls() if it["outcome"] == "ok"]
    moved = max(n for operation, n in calls if operation == "UpdateService")
    led = max(n for operation, n in calls if operation == "ChangeResourceRecordSets")
    left = max(n for operation, n in calls if operation == "DeleteLoadBalancer")
    assert moved < led < left
    life.no_change()
    life.destroy()
    assert records(cloud, id) == {}


def test_both_families_have_a_record(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    ec2 = cloud.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], AmazonProvidedIpv6CidrBlock=True)
    for n, subnet in enumerate(ec2.describe_subnets()["Subnets"], 1):
        ec2.associate_subnet_cidr_block(SubnetId=subnet["SubnetId"], Ipv6CidrBlock=f"2001:db8:0:{n}::/64")
    life.service("web", None, **SHOP, loadBalancer={"ipAddressType": "dualstack"}).up()
    assert leading(cloud, id) == {(NAME, "A"), (NAME, "AAAA")}
    life.service("web", None, **SHOP, loadBalancer={"ipAddressType": "dualstack-without-public-ipv4"}).up()
    assert leading(cloud, id) == {(NAME, "AAAA")}
    life.service("web", None, **SHOP).up()
    assert leading(cloud, id) == {(NAME, "A")}


def test_the_zone_is_the_public_one_with_the_longest_name(life: Life, cloud: Cloud) -> None:
    above = zone(cloud)
    private = zone(cloud, NAME, cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])
    below = zone(cloud, NAME)
    change(cloud, above, "CREATE", NAME, "NS", *servers(cloud, below))
    life.service("web", None, **SHOP).up()
    assert leading(cloud, below) == {(NAME, "A")}
    assert records(cloud, above) == records(cloud, private) == {}
    # The program may choose another.
    change(cloud, above, "DELETE", NAME, "NS", *servers(cloud, below))
    life.service("web", None, **SHOP, hostedZoneId=above).up()
    assert leading(cloud, above) == {(NAME, "A")} and records(cloud, below) == {}
    life.no_change()


def test_a_zone_that_cannot_be_chosen_is_told_in_the_preview(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **SHOP)
    life.preview(fails=True).says(
        f"`domainName`: There is no public hosted zone for {NAME} in this account: {NAME} and example.com do not exist."
    )
    private = zone(cloud, "example.com", cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])
    life.preview(fails=True).says(f"Private zones, which are only seen inside of their VPCs, exist: {private}")
    first, second = zone(cloud), zone(cloud)
    twins = " and ".join(sorted((first, second)))
    life.preview(fails=True).says(f"there are 2 public hosted zones example.com: {twins}. Set `hostedZoneId`")
    other = zone(cloud, "example.org")
    life.service("web", None, **SHOP, hostedZoneId=other)
    life.preview(fails=True).says(f"`hostedZoneId`: The zone {other} is that of example.org")
    life.service("web", None, **SHOP, hostedZoneId="Z0")
    life.preview(fails=True).says("`hostedZoneId`: There is no hosted zone Z0 in this account")
    # Nothing was created for it.
    assert certificates(cloud) == []
    life.service("web", None, **SHOP, hostedZoneId=first)
    life.preview()


def test_an_internal_service_is_in_the_private_zone_of_its_vpc(life: Life, cloud: Cloud) -> None:
    place = network(cloud)
    public, theirs = zone(cloud), zone(cloud, NAME, cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])
    private = zone(cloud, "example.com", place["vpcId"])
    inputs = place | {"image": IMAGE, "preset": "dev", "domainName": NAME, "internal": True}
    life.service("web", None, **inputs).up()
    assert leading(cloud, private) == {(NAME, "A")} and records(cloud, theirs) == {}
    # A certificate is validated in public.
    assert {type for _, type in records(cloud, public)} == {"CNAME"}
    life.no_change()
    # With a certificate of one's own nothing has to be public.
    life.service("web", None, **inputs, certificateArn=certificate(cloud), hostedZoneId=private).up()
    assert records(cloud, public) == {} and leading(cloud, private) == {(NAME, "A")}
    life.destroy()
    assert records(cloud, private) == {}


def test_names_whose_dns_is_elsewhere(life: Life, cloud: Cloud) -> None:
    """The records are shown, and the next run goes on when they are there."""
    inputs = SHOP | {"dns": False, "subjectAlternativeNames": ["*.shop.example.com"]}
    life.service("web", SHORT, **inputs)
    life.preview().says("With `dns: false` nothing leads shop.example.com and the other names to the service.")
    ran = life.up(fails=True)
    (arn,) = certificates(cloud)
    (option, _) = cloud.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    record = option["ResourceRecord"]
    line = f"{record['Name']} 300 IN CNAME {record['Value']}"
    ran.says(
        "To validate the certificate, create this record where your DNS is.", line, "gave up waiting for ACM to issue"
    )
    # The next preview shows it too, and requests nothing again.
    life.preview().says(line)
    cloud.validate(arn)
    life.service("web", None, **inputs)
    life.preview().says_not(line)
    life.up()
    assert certificates(cloud, "ISSUED") == [arn]
    outputs = life.outputs()
    assert outputs["url"] == f"https://{NAME}"
    assert outputs["validationRecords"] == {record["Name"].rstrip("."): record["Value"].rstrip(".")}
    assert not [it for it in life.resources().values() if ":route53:" in it["type"]]
    life.no_change()
    life.destroy()
    assert cloud.objects() == []


def test_a_certificate_that_caa_forbids(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, "CREATE", "example.com", "CAA", '0 issue "letsencrypt.org"')
    life.service("web", None, **SHOP)
    life.up(fails=True).says("CAA_ERROR", 'add `0 issue "amazon.com"`', f'{NAME}. 300 IN CAA 0 issue "amazon.com"')
    # Without the record nothing gets better.
    life.up(fails=True).says("CAA_ERROR")
    change(cloud, id, "UPSERT", "example.com", "CAA", '0 issue "letsencrypt.org"', '0 issue "amazon.com"')
    assert [str(it) for it in life.refresh().steps] == ["delete web-certificate"]
    life.up()
    assert len(certificates(cloud, "ISSUED")) == 1
    life.no_change()
    life.destroy()
    # What failed goes with the service.
    assert certificates(cloud) == []


def test_a_validation_that_times_out_or_is_not_seen(life: Life, cloud: Cloud) -> None:
    above = zone(cloud)
    dead = zone(cloud, NAME)
    life.service("web", SHORT, **SHOP)
    told = f"the zone example.com has no NS record for {NAME}"
    life.preview().says(f"The records of the hosted zone {dead} ({NAME}) are not visible: {told}")
    life.up(fails=True).says(
        f"ACM does not see the validation record of {NAME} (CNAME _",
        "These records must be visible in public DNS:",
        f"The zone example.com has no NS record for {NAME}, so its records in the zone {dead} are not visible",
        servers(cloud, dead)[0],
    )
    change(cloud, above, "CREATE", NAME, "NS", "ns1.other.net")
    life.up(fails=True).says(f"The zone example.com delegates {NAME} to ns1.other.net")
    cloud.wait_days(3.1)
    life.up(fails=True).says(
        "it did not see the validation record of shop.example.com within 72 hours", "pulumi refresh"
    )
    change(cloud, above, "UPSERT", NAME, "NS", *servers(cloud, dead))
    life.refresh()
    life.service("web", None, **SHOP).up()
    life.no_change()


def test_a_zone_whose_delegation_nobody_here_knows(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    cloud.control("PUT", "dns", {"name": "example.com", "nameServers": ["ns1.other.net"]})
    life.service("web", SHORT, **SHOP)
    life.up(fails=True).says(
        f"Check that example.com is delegated to the zone {id}: `dig +short NS example.com` must show"
    )


def test_a_record_of_others_is_never_overwritten(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, "CREATE", NAME, "A", "192.0.2.1")
    life.service("web", None, **SHOP)
    life.up(fails=True).says(f"the zone {id} has a record {NAME} A, 192.0.2.1 (TTL 300)", "set `dnsRecords: false`")
    assert records(cloud, id)[(NAME, "A")] == "192.0.2.1"
    # It is left alone by a destroy, too.
    life.destroy()
    assert records(cloud, id) == {(NAME, "A"): "192.0.2.1"}
    life.up(fails=True)
    life.service("web", None, **SHOP, dnsRecords=False).up()
    assert records(cloud, id)[(NAME, "A")] == "192.0.2.1"
    # Its owner leads it here: then it is the service's.
    life.service("web", None, **SHOP)
    outputs = life.outputs()
    target = {"DNSName": outputs["loadBalancerDnsName"], "HostedZoneId": outputs["loadBalancerZoneId"]}
    alias = {"Name": NAME, "Type": "A", "AliasTarget": target | {"EvaluateTargetHealth": False}}
    changes = [{"Action": "UPSERT", "ResourceRecordSet": alias}]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=id, ChangeBatch={"Changes": changes})
    life.up()
    life.no_change()
    assert life.refresh().steps == []
    life.destroy()
    assert records(cloud, id) == {}


def test_a_cname_in_the_place_of_the_name(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    change(cloud, id, "CREATE", NAME, "CNAME", "old.example.org")
    life.service("web", None, **SHOP)
    life.up(fails=True).says("a conflicting RRSet of type CNAME", "A name that has a CNAME record has no others.")
    change(cloud, id, "DELETE", NAME, "CNAME", "old.example.org")
    life.up()


def test_a_record_that_others_changed_is_told(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    life.service("web", None, **SHOP).up()
    change(cloud, id, "UPSERT", NAME, "A", "192.0.2.1")
    seen = life.refresh().steps
    assert [str(it) for it in seen] == [f"update web-record-{NAME}"]
    life.up()
    assert leading(cloud, id) == {(NAME, "A")}
    # Not seen before the destroy, it stays: it is not what this state made.
    change(cloud, id, "UPSERT", NAME, "A", "192.0.2.1")
    life.destroy().says(f"The record {NAME} A was not deleted: it was changed outside of Pulumi")
    assert records(cloud, id) == {(NAME, "A"): "192.0.2.1"}


def test_two_services_share_a_validation_record(life: Life, cloud: Cloud) -> None:
    """Each destroyed first: the other one's certificate can still be renewed."""
    id = zone(cloud)
    first, second = life, Life(cloud)
    for one, other in ((first, second), (second, first)):
        one.service("web", None, **SHOP).up()
        other.service(
            "site", None, **SMALL, domainName="site.example.com", subjectAlternativeNames=[NAME], dnsRecords=False
        )
        other.up()
        validation = {name for name, type in records(cloud, id) if type == "CNAME"}
        assert len(validation) == 2
        one.destroy().says("another certificate of the account needs it")
        assert {name for name, type in records(cloud, id) if type == "CNAME"} == validation
        other.no_change()
        assert other.refresh().steps == []
        other.destroy()
        # That of the first one is nobody's by now.
        (left,) = records(cloud, id)
        change(cloud, id, "DELETE", left[0], "CNAME", records(cloud, id)[left])


def test_another_name_of_the_service_keeps_the_record(life: Life, cloud: Cloud) -> None:
    """All of it is replaced, but the place of a record is the same."""
    id = zone(cloud)
    life.service("web", None, **SHOP, name="one").up()
    was = records(cloud, id)
    life.service("web", None, **SHOP, name="two").up()
    now = records(cloud, id)
    assert now.keys() == was.keys() and now[(NAME, "A")].startswith("two-")
    life.no_change()
    assert life.refresh().steps == []
    life.destroy()
    assert records(cloud, id) == {}


@pytest.mark.parametrize(
    ("service", "operation"),
    [("acm", "RequestCertificate"), ("route53", "ChangeResourceRecordSets"), ("acm", "DeleteCertificate")],
)
def test_after_a_plugin_that_died_there_is_one_of_each(life: Life, cloud: Cloud, service: str, operation: str) -> None:
    id = zone(cloud)
    if operation.startswith("Delete"):
        life.service("web", None, **SHOP).up()
        life.service("web", None, **SMALL)
    else:
        life.service("web", None, **SHOP)
    dies_before_the_answer(life, service, operation)
    life.up()
    life.no_change()
    assert len(certificates(cloud)) == int(not operation.startswith("Delete"))
    life.destroy()
    assert certificates(cloud) == [] and leading(cloud, id) == set()


def test_a_certificate_that_loses_its_record_is_told(life: Life, cloud: Cloud) -> None:
    id = zone(cloud)
    life.service("web", None, **SHOP).up()
    cloud.wait_days(140)
    assert life.refresh().steps == []
    ((name, _),) = [it for it in records(cloud, id) if it[1] == "CNAME"]
    change(cloud, id, "DELETE", name, "CNAME", records(cloud, id)[(name, "CNAME")])
    cloud.wait_days(140)
    seen = life.refresh()
    seen.says("ACM cannot renew the certificate", f"{name}. 300 IN CNAME")
    assert [str(it) for it in seen.steps] == [f"delete web-validation-{NAME}"]
    life.up()
    life.refresh().says_not("cannot renew")


def test_a_validation_record_stays_where_nobody_may_look(life: Life, cloud: Cloud) -> None:
    """Some companies forbid all regions but their own."""
    id = zone(cloud)
    life.service("web", None, **SHOP).up()
    cloud.fault("acm", "ListCertificates", "denied", occurrence=2)
    life.destroy().says("kept the record _", "or may need it")
    assert [type for _, type in records(cloud, id)] == ["CNAME"]
