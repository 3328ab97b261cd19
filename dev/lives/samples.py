"""Values for inputs, where any of its kind will do."""

from __future__ import annotations

from typing import Any

READ = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::files/*"]}
WRITE = {
    "actions": ["s3:GetObject", "s3:PutObject"],
    "resources": ["arn:aws:s3:::files/*", "arn:aws:s3:::more/*"],
    "conditions": {"StringEquals": {"aws:ResourceTag/team": ["one", "two"]}},
}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"
topic_arn = "arn:aws:sns:eu-west-1:123456789012:{}".format
secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:{}".format
# Images whose programs speak otherwise than HTTP/1.1 without TLS.
TLS, HTTP2 = "registry.example/tls:1", "registry.example/http2:1"
# And on a further port.
BESIDE_TLS, BESIDE_HTTP2 = "registry.example/beside-tls:1", "registry.example/beside-http2:1"
PROTOCOLS: dict[str, dict[str, Any]] = {
    TLS: {"tls": True},
    HTTP2: {"speaks": "HTTP2"},
    BESIDE_TLS: {"ports": {"9090": {"tls": True}}},
    BESIDE_HTTP2: {"ports": {"9090": {"speaks": "HTTP2"}}},
}
# Of the second service of the ground.
OTHER_CONTAINER: dict[str, Any] = {"containerName": "server", "containerPort": 8080}
CHECK = {"command": ["CMD-SHELL", "true"], "interval": 10, "timeout": 5, "retries": 3, "startPeriod": 0}
OTHER_CHECK = {"command": ["CMD", "test", "-f", "/ready"], "interval": 20, "timeout": 4, "retries": 2, "startPeriod": 9}


def shares(*items: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [{"capacityProvider": provider, "base": base, "weight": weight} for provider, base, weight in items]
