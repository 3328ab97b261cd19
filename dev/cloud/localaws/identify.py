"""Which service and operation a request is for, and in which protocol it speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from . import models, rest_xml
from .context import DEFAULT_REGION

CBOR = "smithy-rpc-v2-cbor"

# A registry in any partition that a story is in; its host says the region.
ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\Z"
)
PUBLIC_ECR = "public.ecr.aws"
_CBOR_PATH = re.compile(r"^/service/([^/]+)/operation/([^/]+)$")
_SCOPE = re.compile(r"Credential=([^/,]+)/\d{8}/([^/,]+)/([^/,]+)/aws4_request")


@dataclass(frozen=True)
class HttpRequest:
    """A request as the HTTP server read it; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    # As it was sent: a label of a REST path may hold an encoded slash.
    encoded_path: str = ""


@dataclass(frozen=True)
class Identified:
    """`operation` is empty where only moto can tell (REST services without a record), or where there is none."""

    service: str
    operation: str
    protocol: str
    region: str
    access_key: str
    form: tuple[tuple[str, str], ...] = ()


def identify(request: HttpRequest) -> Identified:
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    access_key, region, signing = scope.groups() if scope else ("", DEFAULT_REGION, "")
    if region in ("aws-global", ""):
        region = DEFAULT_REGION

    def found(
        service: str, operation: str, protocol: str, form: tuple[tuple[str, str], ...] = ()
    ) -> Identified:
        return Identified(service, operation, protocol, region, access_key, form)

    registry = ECR_HOST.match(request.headers.get("host", ""))
    if registry:
        return Identified("ecr", "", "registry", registry["region"], "")
    if request.headers.get("host") == PUBLIC_ECR:
        return Identified("ecr-public", "", "registry", DEFAULT_REGION, "")
    cbor = _CBOR_PATH.match(request.path)
    if cbor:
        prefix, operation = cbor.groups()
        return found(models.by_target_prefix().get(prefix, prefix), operation, CBOR)
    target = request.headers.get("x-amz-target", "")
    if "." in target:
        prefix, _, operation = target.rpartition(".")
        return found(models.by_target_prefix().get(prefix, signing or prefix), operation, "json")
    form = _form(request)
    action = dict(form).get("Action")
    if action:
        # sts calls of AssumeRoleWithWebIdentity are unsigned; only sts has such calls here
        service = models.by_signing_name("query", "ec2").get(signing, signing or "sts")
        protocol = "ec2" if signing in models.by_signing_name("ec2") else "query"
        return found(service, action, protocol, form)
    known = models.by_signing_name("rest-xml").get(signing)
    if known:
        path = request.encoded_path or request.path
        model = models.service_model(known)
        return found(
            known, rest_xml.operation(model, request.method, path, request.query), "rest-xml"
        )
    return found(signing, "", "rest")


def _form(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(request.body.decode(), keep_blank_values=True)
    return tuple(pairs)
