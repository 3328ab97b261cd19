"""A running server for the tests, and clients for it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).parent.parent
REGION = "eu-central-1"


class Cloud:
    """The server as a test sees it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = REGION) -> Any:
        if (service, region) not in self._clients:
            self._clients[(service, region)] = boto3.client(
                service,
                endpoint_url=self.address,
                region_name=region,
                aws_access_key_id="any",
                aws_secret_access_key="any",
                config=Config(
                    retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=10
                ),
            )
        return self._clients[(service, region)]

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}/_cloud{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def refused(self, service: str, operation: str, **params: Any) -> tuple[str, str]:
        """Call and give back the error's code and message; a success fails the test."""
        try:
            answer = getattr(self.client(service), operation)(**params)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]
        raise AssertionError(f"{service} {operation} succeeded: {answer}")

    def certificate(self, name: str = "example.com") -> str:
        """One that was requested, and whose record another provider's zone has."""
        acm = self.client("acm")
        made = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
        (option,) = acm.describe_certificate(CertificateArn=made)["Certificate"][
            "DomainValidationOptions"
        ]
        record = option["ResourceRecord"]
        told = {"name": record["Name"], "type": record["Type"], "values": [record["Value"]]}
        self.control("PUT", "/dns", {"records": [told]})
        return str(made)

    def subnets(self, count: int = 2) -> list[str]:
        found = self.client("ec2").describe_subnets()["Subnets"]
        return [subnet["SubnetId"] for subnet in found][:count]

    def vpc(self) -> str:
        return str(self.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])

    def objects(self) -> dict[str, list[str]]:
        """Kind -> names of what lives in the account."""
        found: dict[str, list[str]] = {}
        for item in self.control("GET", "/objects")["objects"]:
            found.setdefault(item["kind"], []).append(item["name"])
        return found


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[Cloud]:
    process = subprocess.Popen(
        [sys.executable, "-m", "localaws", "--port", "0", "--with-parent"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    line = process.stdout.readline()
    assert line.startswith("local AWS ready at "), line
    yield Cloud(line.split()[-1])
    process.stdin.close()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def cloud(running_cloud: Cloud) -> Cloud:
    """A fresh account."""
    running_cloud.control("POST", "/reset")
    return running_cloud
