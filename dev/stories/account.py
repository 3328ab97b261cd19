"""The local AWS of a test: one process a worker, a fresh account each test, and what a program has to know to find it.

The stories and the lives both begin here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from copy import copy
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
VERSION = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)  # type: ignore[union-attr]
PLUGIN = ROOT / "target" / "debug" / "pulumi-resource-fargate"
REGION = "eu-west-1"
ACCOUNT = "123456789012"
IMAGE = "public.ecr.aws/nginx/nginx:1.27"
COMPONENT = "fargate:index:FargateWebService"
# Nobody speaks TLS to the local AWS, but each plugin that calls AWS reads all certificates that it may trust. One is read
# in no time; the hundred and more of a machine cost a debug build as much as all else that it does in a short run.
AUTHORITY = Path(__file__).with_name("authority.pem")
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}


def environment(cloud: Cloud) -> dict[str, str]:
    """Ours, but nothing in it that leads to an account of a person; whoever runs in it calls the local AWS."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_", "SSL_CERT_")) and name.lower() not in PROXIES
    }
    return clean | {
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SSL_CERT_FILE": str(AUTHORITY),
    }


class Cloud:
    """The local AWS, with its controls, seen from one region."""

    region = REGION

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localaws", "--port", "0", "--speed", "0", "--with-parent"],
            cwd=ROOT / "dev" / "cloud",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        self.url = line.split()[-1]
        assert self.url.startswith("http://127.0.0.1:"), line
        # One of each is enough: boto3 takes a tenth of a second to make one.
        self.clients: dict[str, Any] = {}

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/_cloud/{path}",
            method=method,
            data=json.dumps(body or {}).encode() if body or method != "GET" else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")

    def reset(self) -> None:
        self.control("POST", "reset")
        self.control("POST", "clock", {"speed": 0})

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                region_name=self.region,
                endpoint_url=self.url,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self.clients[service]

    def seen_from(self, region: str) -> Cloud:
        """The same account in another region."""
        other = copy(self)
        other.region, other.clients = region, {}
        return other

    def objects(self, region: str | None = None) -> list[str]:
        """Everything that a fresh account does not have, in one region or all, as `kind name`."""
        found = self.control("GET", "objects", {"region": region} if region else None)["objects"]
        return sorted(f"{it['kind']} {it.get('name') or it['id']}" for it in found)

    def calls(self) -> list[dict[str, Any]]:
        return self.control("GET", "ledger")["calls"]

    def counts(self) -> dict[str, int]:
        return self.control("GET", "ledger/counts")

    def forget_calls(self) -> None:
        self.control("DELETE", "ledger")

    def key(self) -> str:
        """The ARN of a new key, which CloudWatch Logs may use beside the account."""
        account = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        logs = {"Service": f"logs.{self.region}.amazonaws.com"}
        allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [allow | {"Principal": it} for it in (account, logs)]}
        made = self.client("kms").create_key(Policy=json.dumps(policy))
        return str(made["KeyMetadata"]["Arn"])

    def validate(self, arn: str) -> None:
        """Another provider's zone has the validation records of a certificate that was requested."""
        found = self.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        records = [it["ResourceRecord"] for it in found["DomainValidationOptions"]]
        told = [{"name": it["Name"], "type": it["Type"], "values": [it["Value"]]} for it in records]
        self.control("PUT", "dns", {"records": told})

    def push(self, repository: str, tag: str, content: str, *platforms: str) -> str:
        body = {"repository": repository, "tag": tag, "content": content, "region": self.region}
        return self.control("POST", "images/push", body | {"platforms": platforms})["digest"]

    def images(self, repository: str) -> dict[str, set[str]]:
        """Digest to tags of all images that are still there."""
        pages = self.client("ecr").get_paginator("describe_images").paginate(repositoryName=repository)
        return {it["imageDigest"]: set(it.get("imageTags", [])) for page in pages for it in page["imageDetails"]}

    def remove_images(self, repository: str) -> None:
        """All of them; what an index names goes after it."""
        while found := self.images(repository):
            ids = [{"imageDigest": digest} for digest in found]
            self.client("ecr").batch_delete_image(repositoryName=repository, imageIds=ids)

    def wait_days(self, days: float) -> None:
        self.control("POST", "clock", {"advance": days * 24 * 3600})

    def behave(self, image: str, **behaviour: Any) -> None:
        self.control("PUT", "images/behaviour", {"image": image, "behaviour": behaviour})

    def fault(self, service: str, operation: str, kind: str, **more: Any) -> None:
        self.control("POST", "faults", {"service": service, "operation": operation, "kind": kind, **more})

    def outcomes(self, operation: str) -> set[str]:
        """What became of the calls of an operation; "pending" while AWS has not answered."""
        return {it["outcome"] for it in self.calls() if it["operation"] == operation}

    def kinds(self) -> Counter[str]:
        """How many objects there are of each kind."""
        return Counter(it.split()[0] for it in self.objects())

    def tail(self, count: int = 15) -> str:
        try:
            last = self.calls()[-count:]
        except OSError as error:
            return f"(the local AWS does not answer: {error})"
        return "\n".join(f"  {it['service']}:{it['operation']} -> {it['outcome']}" for it in last)
