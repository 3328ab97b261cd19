"""ECR's registry: who may speak to it, and what it refuses.

What it takes is in dev/stories/test_build.py, with a real builder and a real registry behind it; here one stands there that
takes every manifest.
"""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from conftest import REGION, Cloud

HOST = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class TakesAll(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(body).hexdigest()}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def behind(cloud: Cloud) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), TakesAll)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cloud.control("PUT", "/registry", {"url": f"http://127.0.0.1:{server.server_port}"})
    yield
    server.shutdown()
    server.server_close()


def send(cloud: Cloud, method: str, path: str, token: str = "", body: Any = None) -> str:
    """Status, and what is refused."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Host": HOST, "Content-Type": MANIFEST}
    if token:
        headers["Authorization"] = f"Basic {token}"
    request = urllib.request.Request(f"{cloud.address}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        (told,) = json.loads(error.read())["errors"]
        return f"{error.code} {told['code']}: {told['message']}"


def token_of(client: Any) -> str:
    return str(client.get_authorization_token()["authorizationData"][0]["authorizationToken"])


def test_only_a_token_that_is_not_over_opens_it(cloud: Cloud) -> None:
    assert send(cloud, "GET", "/v2/") == "401 UNAUTHORIZED: Not Authorized"
    assert send(cloud, "GET", "/v2/", "QVdTOmFueQ==") == "401 UNAUTHORIZED: Not Authorized"
    token = token_of(cloud.client("ecr"))
    assert send(cloud, "GET", "/v2/", token) == "200"
    # One of another region's registry.
    assert send(cloud, "GET", "/v2/", token_of(cloud.client("ecr", "eu-west-1"))).startswith("401")
    cloud.control("POST", "/clock", {"advance": 12 * 3600 + 1})
    expired = "Your authorization token has expired. Reauthenticate and try again."
    assert send(cloud, "GET", "/v2/", token) == f"403 DENIED: {expired}"


def test_a_token_may_do_what_its_caller_may(cloud: Cloud) -> None:
    cloud.client("ecr").create_repository(repositoryName="web")
    iam = cloud.client("iam")
    iam.create_user(UserName="ci")
    statement = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ci", PolicyName="login", PolicyDocument=document)
    key = iam.create_access_key(UserName="ci")["AccessKey"]
    client = boto3.client(
        "ecr",
        endpoint_url=cloud.address,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    token = token_of(client)
    for method, path, action in (
        ("POST", "blobs/uploads/", "InitiateLayerUpload"),
        ("PUT", "manifests/v1", "PutImage"),
    ):
        told = send(cloud, method, f"/v2/web/{path}", token, {})
        assert told.startswith("403 DENIED: ") and f"perform: ecr:{action} on" in told


def test_a_manifest_is_the_image_of_the_api_and_what_the_api_refuses_is_refused(
    cloud: Cloud, behind: None
) -> None:
    ecr = cloud.client("ecr")
    token = token_of(ecr)
    missing = send(cloud, "PUT", "/v2/web/manifests/v1", token, {})
    assert missing.startswith("404 NAME_UNKNOWN: The repository with name 'web' does not exist")
    ecr.create_repository(repositoryName="web", imageTagMutability="IMMUTABLE")
    one, two = ({"schemaVersion": 2, "mediaType": MANIFEST, "layers": [it]} for it in (1, 2))
    assert send(cloud, "PUT", "/v2/web/manifests/v1", token, one) == "201"
    (image,) = ecr.describe_images(repositoryName="web")["imageDetails"]
    digest = hashlib.sha256(json.dumps(one).encode()).hexdigest()
    assert (image["imageDigest"], image["imageTags"]) == (f"sha256:{digest}", ["v1"])
    # The same again is a success for builders.
    assert send(cloud, "PUT", "/v2/web/manifests/v1", token, one) == "201"
    moved = send(cloud, "PUT", "/v2/web/manifests/v1", token, two)
    assert moved.startswith("400 TAG_INVALID: The image tag 'v1' already exists in the 'web' repo")
    unknown = send(cloud, "GET", "/v2/web/manifests/v2", token)
    assert unknown == "404 MANIFEST_UNKNOWN: Requested image web:v2 not found"
