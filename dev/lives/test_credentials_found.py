"""Credentials and region come from wherever a machine, a pipeline or a person has them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from credentials import nobody, role, signed_in
from life import Life
from world import ACCOUNT, SMALL, Cloud

KEYS = {
    "AccessKeyId": "ASIAOFTHEMACHINE",
    "SecretAccessKey": "secret",
    "Token": "token",
    "Expiration": "2999-01-01T00:00:00Z",
    "Code": "Success",
}


METADATA = {
    "/latest/api/token": "a-token",
    "/latest/meta-data/placement/region": "eu-central-1",
    "/latest/meta-data/iam/security-credentials/": "deployer",
    "/latest/meta-data/iam/security-credentials/deployer": json.dumps(KEYS),
    "/task": json.dumps(KEYS),
    "/federation/credentials": json.dumps(
        {
            "roleCredentials": {
                "accessKeyId": KEYS["AccessKeyId"],
                "secretAccessKey": KEYS["SecretAccessKey"],
                "sessionToken": KEYS["Token"],
                "expiration": 32503680000000,
            }
        }
    ),
}


class Metadata(BaseHTTPRequestHandler):
    """What EC2 tells an instance, ECS a task, and the portal of IAM Identity Center a person, of the role that they have."""

    def do_GET(self) -> None:
        answer = METADATA.get(self.path.partition("?")[0])
        self.send_response(404 if answer is None else 200)
        self.send_header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write((answer or "").encode())

    do_PUT = do_GET

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def metadata() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def role_of_an_instance(stack: Life, metadata: str, _: Path) -> None:
    """It tells the region too."""
    del stack.env["AWS_REGION"], stack.env["AWS_EC2_METADATA_DISABLED"]
    stack.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata


def role_of_a_task(stack: Life, metadata: str, _: Path) -> None:
    stack.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{metadata}/task"


def token_of_a_pipeline(stack: Life, _: str, folder: Path) -> None:
    token = folder / "token"
    token.write_text("a-token")
    arn = role(stack, "sts:AssumeRoleWithWebIdentity", {"Federated": "*"})
    stack.env |= {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": arn}


def process_of_a_profile(stack: Life, _: str, folder: Path) -> None:
    keys = folder / "keys.json"
    keys.write_text(json.dumps(KEYS | {"Version": 1, "SessionToken": "token"}))
    config = folder / "config"
    config.write_text(f"[profile ci]\nregion = eu-central-1\ncredential_process = cat {keys}\n")
    del stack.env["AWS_REGION"]
    stack.env["AWS_CONFIG_FILE"] = str(config)
    stack.configure("profile", "ci")


def role_of_another_profile(stack: Life, _: str, folder: Path) -> None:
    arn = role(stack, "sts:AssumeRole", {"AWS": ACCOUNT})
    config = folder / "config"
    base = "[profile base]\naws_access_key_id = AKIAOFTHEBASE\naws_secret_access_key = secret\n"
    config.write_text(f"{base}[profile ci]\nrole_arn = {arn}\nsource_profile = base\n")
    stack.env |= {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "ci"}


def session_of_a_person(stack: Life, metadata: str, folder: Path) -> None:
    del stack.env["AWS_REGION"]
    signed_in(stack, folder, "2999-01-01T00:00:00Z")
    stack.env["AWS_ENDPOINT_URL_SSO"] = metadata


PLACES = [
    (role_of_an_instance, "eu-central-1", ["ASIAOFTHEMACHINE"]),
    (role_of_a_task, "eu-west-1", ["ASIAOFTHEMACHINE"]),
    # The first call asks for the keys, and so has none.
    (token_of_a_pipeline, "eu-west-1", ["", "ASIA"]),
    (process_of_a_profile, "eu-central-1", ["ASIAOFTHEMACHINE"]),
    (role_of_another_profile, "eu-west-1", ["AKIAOFTHEBASE", "ASIA"]),
    (session_of_a_person, "eu-central-1", ["ASIAOFTHEMACHINE"]),
]


@pytest.mark.parametrize(("place", "region", "keys"), PLACES, ids=[it[0].__name__ for it in PLACES])
def test_credentials_and_region_come_from_where_a_machine_has_them(
    life: Life, cloud: Cloud, metadata: str, place: Any, region: str, keys: list[str], tmp_path: Path
) -> None:
    nobody(life)
    life.service("web", None, **SMALL)
    place(life, metadata, tmp_path)
    cloud.forget_calls()
    life.preview()
    calls = cloud.calls()
    assert [it["operation"] for it in calls][-1:] == ["DescribeSubnets"]
    assert {it["region"] for it in calls if it["service"] == "ec2"} == {region}
    seen = list(dict.fromkeys(it["access_key"] for it in calls))
    assert len(seen) == len(keys), seen
    assert all(key.startswith(expected) for key, expected in zip(seen, keys, strict=True)), seen
