"""REST-XML: what botocore writes is read as the same parameters, and what is answered botocore reads.

With botocore's models only: no service of the local AWS has to speak it for these tests.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from localaws import answers, identify, models, reading, services, shapes
from localaws.context import AwsError
from localaws.identify import HttpRequest, Identified
from localaws.service import XML, Service

ZONE = "Z0123456789ABCDEFGHIJ"
SCOPE = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/{}/aws4_request, SignedHeaders=host"
RECORD: dict[str, Any] = {
    "HostedZoneId": ZONE,
    "ChangeBatch": {
        "Comment": 'the "shop" & its <friends>',
        "Changes": [
            {
                "Action": "CREATE",
                "ResourceRecordSet": {
                    "Name": "shop.example.com",
                    "Type": "A",
                    "SetIdentifier": "one",
                    "Weight": 0,
                    "AliasTarget": {
                        "HostedZoneId": "Z32O12XQLNTSW2",
                        "DNSName": "web-1.eu-west-1.elb.amazonaws.com",
                        "EvaluateTargetHealth": True,
                    },
                },
            },
            {
                "Action": "DELETE",
                "ResourceRecordSet": {
                    "Name": "_fargate.shop.example.com",
                    "Type": "TXT",
                    "TTL": 300,
                    "ResourceRecords": [{"Value": '" two  words "'}, {"Value": '"é"'}],
                },
            },
        ],
    },
}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these services had a record."""
    for name in ("route53", "cloudfront", "s3control"):
        record = Service(name, words=XML, invalid="InvalidInput")
        monkeypatch.setitem(services.known(), name, record)


def serialized(model: OperationModel, params: dict[str, Any]) -> HttpRequest:
    """The request as botocore sends it."""
    written = create_serializer("rest-xml", include_validation=False).serialize_to_request(
        params, model
    )
    path, _, constant = written["url_path"].partition("?")
    query = "&".join(filter(None, [constant, urlencode(written["query_string"], doseq=True)]))
    body = written["body"]
    service = model.service_model
    signing = service.metadata.get("signingName") or service.metadata["endpointPrefix"]
    headers = {name.lower(): str(value) for name, value in written["headers"].items()}
    headers["authorization"] = SCOPE.format(signing)
    body = body if isinstance(body, bytes) else body.encode()
    return HttpRequest(written["method"], path, query, headers, body, path)


def model_of(service: str, operation: str) -> OperationModel:
    return models.service_model(service).operation_model(operation)


def identified(request: HttpRequest) -> Identified:
    models.by_signing_name.cache_clear()
    try:
        return identify.identify(request)
    finally:
        models.by_signing_name.cache_clear()


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("route53", "ChangeResourceRecordSets", RECORD),
        ("route53", "GetHostedZone", {"Id": ZONE}),
        ("route53", "GetChange", {"Id": "C/2 é"}),
        (
            "route53",
            "ListResourceRecordSets",
            {
                "HostedZoneId": ZONE,
                "StartRecordName": "a b+c.example.com",
                "StartRecordType": "AAAA",
                "MaxItems": "1",
            },
        ),
        ("route53", "ListHostedZonesByName", {}),
        (
            "route53",
            "ChangeTagsForResource",
            {
                "ResourceType": "hostedzone",
                "ResourceId": ZONE,
                "AddTags": [{"Key": "team", "Value": ""}],
                "RemoveTagKeys": ["a", "b"],
            },
        ),
        ("route53", "CreateHostedZone", {"Name": "example.com", "CallerReference": "1"}),
        # A structure is the body, a constant is in the query string, a header holds a value.
        (
            "cloudfront",
            "TagResource",
            {
                "Resource": "arn:aws:cloudfront::123456789012:distribution/A",
                "Tags": {"Items": [{"Key": "team", "Value": "a"}]},
            },
        ),
        ("cloudfront", "DeleteDistribution", {"Id": "A", "IfMatch": "E2"}),
        # A list in the query string, a path in a label.
        (
            "s3control",
            "UntagResource",
            {
                "AccountId": "123456789012",
                "ResourceArn": "arn:aws:s3:eu-west-1:123456789012:bucket/a b",
                "TagKeys": ["a", "b"],
            },
        ),
    ],
)
def test_what_botocore_writes_is_read_as_it_was(
    service: str, operation: str, params: dict[str, Any]
) -> None:
    model = model_of(service, operation)
    request = serialized(model, params)
    found = identified(request)
    assert (found.service, found.operation, found.protocol) == (service, operation, "rest-xml")
    read = reading.read(request, found, model)
    assert read == params
    shapes.check(service, model, read)


def test_a_slash_at_the_end_says_nothing() -> None:
    """The SDK for Rust leaves out the one of the model."""
    model = model_of("route53", "ChangeResourceRecordSets")
    sent = serialized(model, RECORD)
    path = sent.path.rstrip("/")
    assert path != sent.path
    request = HttpRequest(sent.method, path, "", sent.headers, sent.body, path)
    assert identified(request).operation == "ChangeResourceRecordSets"
    assert reading.read(request, identified(request), model) == RECORD


def test_every_operation_is_found_by_its_own_path() -> None:
    """Also where a label of one path could be a word of another."""
    for service in ("route53", "cloudfront"):
        for name in models.service_model(service).operation_names:
            model = model_of(service, name)
            shape = model.input_shape
            members = shape.members.items() if shape else ()
            labels = {k: "x" for k, it in members if it.serialization.get("location") == "uri"}
            assert identified(serialized(model, labels)).operation == name


def refused(request: HttpRequest, model: OperationModel) -> tuple[str, str]:
    with pytest.raises(AwsError) as caught:
        shapes.check("route53", model, reading.read(request, identified(request), model))
    return caught.value.code, caught.value.message


NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
ROOT = "ChangeResourceRecordSetsRequest"
START = f'<{ROOT} xmlns="{NAMESPACE}">'


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("<a", "MalformedInput", "Could not parse XML"),
        (
            f'<ChangeBatch xmlns="{NAMESPACE}"/>',
            "MalformedInput",
            f"ChangeBatch is not valid, expected {ROOT}",
        ),
        (
            f"<{ROOT}/>",
            "InvalidInput",
            f"Invalid XML ; cvc-elt.1: Cannot find the declaration of element '{ROOT}'.",
        ),
        (
            f"{START}<HostedZoneId>Z1</HostedZoneId></{ROOT}>",
            "InvalidInput",
            "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element "
            "'HostedZoneId'. One of '{ChangeBatch}' is expected.",
        ),
        (
            f"{START}<ChangeBatch><Changes><member/></Changes></ChangeBatch></{ROOT}>",
            "InvalidInput",
            "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element "
            "'member'. One of '{Change}' is expected.",
        ),
        (
            f"{START}<ChangeBatch/><ChangeBatch/></{ROOT}>",
            "InvalidInput",
            "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element "
            "'ChangeBatch'. One of '{}' is expected.",
        ),
        (
            f"{START}<ChangeBatch><Changes/></ChangeBatch></{ROOT}>",
            "InvalidInput",
            "1 validation error detected: Value '[]' at 'changeBatch.Changes' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1",
        ),
        ("", "InvalidInput", "Value null at 'changeBatch' failed to satisfy constraint"),
    ],
)
def test_what_the_schema_does_not_know_is_refused(body: str, code: str, message: str) -> None:
    model = model_of("route53", "ChangeResourceRecordSets")
    sent = serialized(model, RECORD)
    request = HttpRequest(sent.method, sent.path, "", sent.headers, body.encode(), sent.path)
    found = refused(request, model)
    assert found[0] == code and message in found[1], found


def test_a_value_of_another_type_and_an_unknown_parameter_are_refused() -> None:
    model = model_of("route53", "ChangeResourceRecordSets")
    sent = serialized(model, RECORD)
    body = sent.body.replace(b"<TTL>300<", b"<TTL>long<")
    request = HttpRequest(sent.method, sent.path, "", sent.headers, body, sent.path)
    assert refused(request, model) == ("MalformedInput", "'long' at 'TTL' is not of type long")
    request = HttpRequest(sent.method, sent.path, "Maxitems=1", sent.headers, sent.body, sent.path)
    assert refused(request, model)[0] == "InvalidInput"


def test_a_path_that_no_operation_has_is_none() -> None:
    headers = {"authorization": SCOPE.format("route53")}
    for method, path in (("POST", "/2013-04-01/hostedzones"), ("PATCH", "/2013-04-01/hostedzone")):
        assert identified(HttpRequest(method, path, "", headers, b"")).operation == ""


CHANGE = {
    "Id": "/change/C1",
    "Status": "PENDING",
    "SubmittedAt": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "Comment": "a & b",
}


@pytest.mark.parametrize(
    ("service", "operation", "result"),
    [
        ("route53", "ChangeResourceRecordSets", {"ChangeInfo": CHANGE}),
        (
            "route53",
            "ListResourceRecordSets",
            {
                "ResourceRecordSets": [
                    it["ResourceRecordSet"] for it in RECORD["ChangeBatch"]["Changes"]
                ],
                "IsTruncated": False,
                "MaxItems": "300",
            },
        ),
        # One of the members is a header, and the status is 201.
        (
            "route53",
            "CreateHostedZone",
            {
                "HostedZone": {"Id": "/hostedzone/Z1", "Name": "a.", "CallerReference": "1"},
                "ChangeInfo": CHANGE,
                "DelegationSet": {"NameServers": ["ns-1", "ns-2"]},
                "Location": "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1",
            },
        ),
        ("route53", "ChangeTagsForResource", {}),
    ],
)
def test_what_is_answered_botocore_reads(
    service: str, operation: str, result: dict[str, Any]
) -> None:
    model = model_of(service, operation)
    answer = answers.success(model, "rest-xml", result, "request-1")
    assert answer.status == model.http.get("responseCode", 200)
    parsed = create_parser("rest-xml").parse(
        {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body},
        model.output_shape,
    )
    metadata = parsed.pop("ResponseMetadata")
    assert metadata["RequestId"] == "request-1"
    assert parsed == result


def test_an_error_has_the_status_of_its_shape() -> None:
    model = model_of("route53", "GetHostedZone")
    error = AwsError("NoSuchHostedZone", "No hosted zone found with ID: Z1 & more")
    answer = answers.failure("route53", model, "rest-xml", error, "request-1")
    assert answer.status == 404
    parsed = create_parser("rest-xml").parse(
        {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body},
        model.output_shape,
    )
    assert parsed["Error"]["Code"] == "NoSuchHostedZone"
    assert parsed["Error"]["Message"] == "No hosted zone found with ID: Z1 & more"
    assert parsed["ResponseMetadata"]["RequestId"] == "request-1"
