"""ACM: certificates that are issued when their records are seen, and what they fail by."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Cloud
from test_route53 import change, record, zone

HOUR = 3600.0


def request(cloud: Cloud, name: str = "shop.example.com", *more: str, **asked: Any) -> str:
    also = {"SubjectAlternativeNames": list(more)} if more else {}
    made = cloud.client("acm").request_certificate(
        DomainName=name, ValidationMethod="DNS", **also, **asked
    )
    return str(made["CertificateArn"])


def described(cloud: Cloud, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("acm").describe_certificate(CertificateArn=arn)[
        "Certificate"
    ]
    return found


def validate(cloud: Cloud, id: str, arn: str) -> None:
    """All its records in this zone."""
    options = described(cloud, arn)["DomainValidationOptions"]
    records = {it["ResourceRecord"]["Name"]: it["ResourceRecord"]["Value"] for it in options}
    change(
        cloud, id, *[("UPSERT", record(name, "CNAME", value)) for name, value in records.items()]
    )


def test_a_certificate_is_issued_when_its_records_are_seen(cloud: Cloud) -> None:
    id = zone(cloud)
    arn = request(cloud, "shop.example.com", "*.shop.example.com", "www.example.com")
    found = described(cloud, arn)
    assert found["Status"] == "PENDING_VALIDATION"
    options = {it["DomainName"]: it["ResourceRecord"] for it in found["DomainValidationOptions"]}
    assert (
        options["shop.example.com"] == options["*.shop.example.com"] != options["www.example.com"]
    )
    assert found["SubjectAlternativeNames"][0] == "shop.example.com"
    assert found["KeyAlgorithm"] == "RSA-2048"
    validate(cloud, id, arn)
    assert described(cloud, arn)["Status"] == "ISSUED"
    # The same records serve every request of the account, in each region.
    assert described(cloud, request(cloud))["Status"] == "ISSUED"


def test_records_and_certificates_take_a_while(cloud: Cloud) -> None:
    id = zone(cloud)
    cloud.control("POST", "/clock", {"speed": 1})
    arn = request(cloud)
    assert "ResourceRecord" not in described(cloud, arn)["DomainValidationOptions"][0]
    cloud.control("POST", "/clock", {"advance": 6})
    validate(cloud, id, arn)
    found = described(cloud, arn)
    assert found["Status"] == "PENDING_VALIDATION"
    assert found["DomainValidationOptions"][0]["ValidationStatus"] == "SUCCESS"
    cloud.control("POST", "/clock", {"advance": 61})
    assert described(cloud, arn)["Status"] == "ISSUED"


def test_a_zone_to_which_nobody_delegates_validates_nothing(cloud: Cloud) -> None:
    zone(cloud)
    dead = zone(cloud, "shop.example.com")
    arn = request(cloud)
    validate(cloud, dead, arn)
    assert described(cloud, arn)["Status"] == "PENDING_VALIDATION"
    cloud.control("POST", "/clock", {"advance": 72 * HOUR + 1})
    assert described(cloud, arn)["Status"] == "VALIDATION_TIMED_OUT"


@pytest.mark.parametrize(
    ("caa", "name", "status"),
    [
        (['0 issue "letsencrypt.org"'], "shop.example.com", "FAILED"),
        (['0 issue "letsencrypt.org"', '0 issue "amazon.com"'], "shop.example.com", "ISSUED"),
        (['0 issue "amazontrust.com; cansignhttpexchanges=yes"'], "shop.example.com", "ISSUED"),
        (['0 issue ";"'], "shop.example.com", "FAILED"),
        (['0 iodef "mailto:a@example.com"'], "shop.example.com", "ISSUED"),
        (['0 issue "amazon.com"', '0 issuewild "other.org"'], "shop.example.com", "ISSUED"),
        (['0 issue "amazon.com"', '0 issuewild "other.org"'], "*.shop.example.com", "FAILED"),
        (['0 issue "amazon.com"'], "*.shop.example.com", "ISSUED"),
    ],
)
def test_what_the_closest_caa_records_allow(
    cloud: Cloud, caa: list[str], name: str, status: str
) -> None:
    id = zone(cloud)
    change(cloud, id, ("CREATE", record("example.com", "CAA", *caa)))
    arn = request(cloud, name)
    validate(cloud, id, arn)
    found = described(cloud, arn)
    assert (found["Status"], found.get("FailureReason")) == (
        status,
        "CAA_ERROR" if status == "FAILED" else None,
    )
    # What failed stays so.
    change(cloud, id, ("UPSERT", record("example.com", "CAA", '0 issue "amazon.com"')))
    assert described(cloud, arn)["Status"] == status


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shop.internal", "INVALID_PUBLIC_DOMAIN"),
        ("web-1.eu-central-1.elb.amazonaws.com", "ADDITIONAL_VERIFICATION_REQUIRED"),
    ],
)
def test_names_that_get_no_certificate(cloud: Cloud, name: str, reason: str) -> None:
    found = described(cloud, request(cloud, name))
    assert (found["Status"], found["FailureReason"]) == ("FAILED", reason)


def test_a_request_has_limits(cloud: Cloud) -> None:
    names = [f"a{it}.example.com" for it in range(10)]
    for expected, asked in (
        ("LimitExceededException", {"SubjectAlternativeNames": names}),
        ("InvalidDomainValidationOptionsException", {"DomainName": f"{'a' * 53}.example.com"}),
        ("ValidationException", {"DomainName": "shop_1.example.com"}),
        ("ValidationException", {"DomainName": "shop.*.com"}),
        ("ValidationException", {"DomainName": "example.com."}),
        ("ValidationException", {"KeyAlgorithm": "RSA_1024"}),
        ("ValidationException", {"IdempotencyToken": "a-b"}),
    ):
        params = {"DomainName": "shop.example.com", "ValidationMethod": "DNS"} | asked
        code, message = cloud.refused("acm", "request_certificate", **params)
        assert code == expected, (asked, message)


def test_a_token_makes_one_certificate(cloud: Cloud) -> None:
    one = request(cloud, IdempotencyToken="a1")
    assert request(cloud, IdempotencyToken="a1") == one != request(cloud, IdempotencyToken="a2")
    assert request(cloud) != request(cloud)
    cloud.control("POST", "/clock", {"advance": HOUR + 1})
    assert request(cloud, IdempotencyToken="a1") != one


def test_certificates_are_listed_by_status_and_key(cloud: Cloud) -> None:
    acm = cloud.client("acm")
    rsa = request(cloud, Tags=[{"Key": "team", "Value": "a"}])
    ec = request(cloud, KeyAlgorithm="EC_prime256v1")

    def listed(**asked: Any) -> list[str]:
        found = acm.list_certificates(**asked)["CertificateSummaryList"]
        return [it["CertificateArn"] for it in found]

    assert listed() == [rsa]
    both = {"keyTypes": ["RSA_2048", "EC_prime256v1"]}
    assert listed(Includes=both) == [rsa, ec]
    assert listed(Includes=both, CertificateStatuses=["ISSUED"]) == []
    page = acm.list_certificates(Includes=both, MaxItems=1)
    assert listed(Includes=both, NextToken=page["NextToken"]) == [ec]
    assert acm.list_tags_for_certificate(CertificateArn=rsa)["Tags"] == [
        {"Key": "team", "Value": "a"}
    ]
    acm.delete_certificate(CertificateArn=rsa)
    code, _ = cloud.refused("acm", "describe_certificate", CertificateArn=rsa)
    assert code == "ResourceNotFoundException"


def listener(cloud: Cloud, arn: str) -> str:
    elb = cloud.client("elbv2")
    (made,) = elb.create_load_balancer(Name="web", Subnets=cloud.subnets())["LoadBalancers"]
    group = elb.create_target_group(
        Name="web", Port=80, Protocol="HTTP", VpcId=cloud.vpc(), TargetType="ip"
    )
    forward = {"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}
    made = elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": arn}],
        DefaultActions=[forward],
    )
    return str(made["Listeners"][0]["ListenerArn"])


def test_one_in_use_is_not_deleted_and_is_let_go_after_a_while(cloud: Cloud) -> None:
    id = zone(cloud)
    arn = request(cloud)
    validate(cloud, id, arn)
    made = listener(cloud, arn)
    assert len(described(cloud, arn)["InUseBy"]) == 1
    code, _ = cloud.refused("acm", "delete_certificate", CertificateArn=arn)
    assert code == "ResourceInUseException"
    cloud.control("POST", "/clock", {"speed": 1})
    cloud.client("elbv2").delete_listener(ListenerArn=made)
    code, _ = cloud.refused("acm", "delete_certificate", CertificateArn=arn)
    assert code == "ResourceInUseException"
    cloud.control("POST", "/clock", {"advance": 31})
    cloud.client("acm").delete_certificate(CertificateArn=arn)


def test_a_certificate_in_use_is_renewed_while_its_record_is_there(cloud: Cloud) -> None:
    id = zone(cloud)
    arn = request(cloud)
    validate(cloud, id, arn)
    listener(cloud, arn)
    cloud.control("POST", "/clock", {"advance": 140 * 24 * HOUR})
    assert described(cloud, arn)["RenewalSummary"]["RenewalStatus"] == "SUCCESS"
    (option,) = described(cloud, arn)["DomainValidationOptions"]
    gone = record(option["ResourceRecord"]["Name"], "CNAME", option["ResourceRecord"]["Value"])
    change(cloud, id, ("DELETE", gone))
    cloud.control("POST", "/clock", {"advance": 140 * 24 * HOUR})
    assert described(cloud, arn)["RenewalSummary"]["RenewalStatus"] == "PENDING_VALIDATION"
    cloud.control("POST", "/clock", {"advance": 70 * 24 * HOUR})
    assert described(cloud, arn)["Status"] == "EXPIRED"
