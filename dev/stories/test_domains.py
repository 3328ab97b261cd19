"""A domain through the real engine: in a zone of the account, at another provider, with a wildcard, and one that CAA forbids."""

from __future__ import annotations

from typing import Any

from world import SMALL, Cloud, Stack

NAME = "shop.example.com"
SHOP: dict[str, Any] = SMALL | {"domainName": NAME}


def zone(cloud: Cloud) -> str:
    made = cloud.client("route53").create_hosted_zone(Name="example.com", CallerReference="story")
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def caa(cloud: Cloud, zone: str, *authorities: str) -> None:
    values = [{"Value": f'0 issue "{it}"'} for it in authorities]
    record = {"Name": "example.com", "Type": "CAA", "TTL": 300, "ResourceRecords": values}
    changes = [{"Action": "UPSERT", "ResourceRecordSet": record}]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def leading(cloud: Cloud, zone: str) -> dict[str, str]:
    """Names, and the load balancers that they lead to."""
    found = cloud.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    aliases = {it["Name"].rstrip(".").replace("\\052", "*"): it["AliasTarget"] for it in found if "AliasTarget" in it}
    return {name: it["DNSName"].rstrip(".") for name, it in aliases.items()}


def least_serving(cloud: Cloud) -> int:
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    return int(service["least"])


def test_a_domain_comes_to_a_living_service_grows_and_goes(stack: Stack, cloud: Cloud) -> None:
    """From plain HTTP to a name, to a wildcard and a further name, to another name and back, and something serves all the time."""
    id = zone(cloud)
    before = cloud.objects()
    plain = SMALL | {"desiredCount": 2}
    stack.service(**plain)
    stack.up()
    assert cloud.control("POST", "ecs/serving")
    wide = {"subjectAlternativeNames": ["*.shop.example.com", "www.example.com"]}
    for inputs, names in (
        ({"domainName": NAME}, {NAME}),
        ({"domainName": NAME, **wide}, {NAME, "*.shop.example.com", "www.example.com"}),
        ({"domainName": "store.example.com"}, {"store.example.com"}),
        ({}, set()),
    ):
        stack.service(**plain, **inputs)
        stack.up()
        assert leading(cloud, id).keys() == names and least_serving(cloud) >= 1
        assert stack.outputs()["url"].startswith(f"https://{inputs['domainName']}" if inputs else "http://web-")
        stack.no_change()
        stack.refresh()
        stack.no_change()
        # The one before is gone.
        assert cloud.kinds()["acm:certificate"] == len(inputs and [inputs])
    stack.destroy()
    assert cloud.objects() == before


def test_the_name_is_at_another_provider(stack: Stack, cloud: Cloud) -> None:
    """The records are shown, and the run goes on when they are there."""
    stack.service(**SHOP, dns=False, options={"customTimeouts": {"create": "3s"}})
    ran = stack.up(fails=True)
    (arn,) = [it["id"] for it in cloud.control("GET", "objects")["objects"] if it["kind"] == "acm:certificate"]
    (option,) = cloud.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    line = f"{option['ResourceRecord']['Name']} 300 IN CNAME {option['ResourceRecord']['Value']}"
    ran.says("create this record where your DNS is", line, "gave up waiting for ACM to issue the certificate")
    ran.says(f"With `dns: false` nothing leads {NAME} to the service.")
    stack.preview().says(line)
    cloud.validate(arn)
    stack.up()
    assert stack.outputs()["url"] == f"https://{NAME}"
    assert stack.resources()["web-https"]["inputs"]["certificateArn"] == arn
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_caa_forbids_the_certificate(stack: Stack, cloud: Cloud) -> None:
    id = zone(cloud)
    caa(cloud, id, "letsencrypt.org")
    stack.service(**SHOP)
    stack.up(fails=True).says(
        "CAA_ERROR", f'{NAME}. 300 IN CAA 0 issue "amazon.com"', "run `pulumi refresh` and `pulumi up`"
    )
    caa(cloud, id, "letsencrypt.org", "amazon.com")
    stack.refresh()
    stack.up()
    assert leading(cloud, id).keys() == {NAME}
    stack.no_change()
    stack.destroy()
    assert leading(cloud, id) == {}
