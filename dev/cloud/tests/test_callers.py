"""Who calls: keys that are switched off or do not fit, and sessions that are over."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from conftest import Cloud
from test_authorization import Caller, statement

# service -> (call, refusal of a wrong secret, refusal of a key that is switched off)
SIGNED = {
    "ec2": ("describe_vpcs", "AuthFailure", "AuthFailure"),
    "ecs": ("list_clusters", "InvalidSignatureException", "UnrecognizedClientException"),
    "elbv2": ("describe_load_balancers", "SignatureDoesNotMatch", "InvalidClientTokenId"),
    "cloudwatch": ("describe_alarms", "SignatureDoesNotMatch", "InvalidClientTokenId"),
}


@pytest.mark.parametrize("service", SIGNED)
def test_a_call_must_be_signed_with_the_secret_of_an_active_key(cloud: Cloud, service: str) -> None:
    call, wrong, inactive = SIGNED[service]
    caller = Caller(cloud, statement())
    getattr(caller.client(service), call)()
    secret = caller.key["SecretAccessKey"]
    caller.key["SecretAccessKey"] = secret[::-1]
    with pytest.raises(ClientError) as refused:
        getattr(caller.client(service), call)()
    assert refused.value.response["Error"]["Code"] == wrong
    caller.key["SecretAccessKey"] = secret
    iam = cloud.client("iam")
    iam.update_access_key(
        UserName="caller", AccessKeyId=caller.key["AccessKeyId"], Status="Inactive"
    )
    with pytest.raises(ClientError) as refused:
        getattr(caller.client(service), call)()
    assert refused.value.response["Error"]["Code"] == inactive


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("ec2", "describe_vpcs", "RequestExpired"),
        ("sts", "get_caller_identity", "ExpiredToken"),
        ("elbv2", "describe_load_balancers", "ExpiredToken"),
        ("ecs", "list_clusters", "ExpiredTokenException"),
        ("logs", "describe_log_groups", "ExpiredTokenException"),
    ],
)
def test_a_session_that_is_over_is_refused_in_each_services_words(
    cloud: Cloud, service: str, call: str, code: str
) -> None:
    cloud.control("PUT", "/account", {"sessions": "over"})
    assert cloud.refused(service, call)[0] == code
    cloud.control("PUT", "/account", {"sessions": "open"})
    getattr(cloud.client(service), call)()
