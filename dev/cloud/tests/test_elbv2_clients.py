"""Headers of answers, clients' certificates, and capacity that is kept ready."""

from __future__ import annotations

from typing import Any

import pytest
from balancers import forward, make_balancer, make_group
from botocore.exceptions import ClientError
from conftest import Cloud


def code(call: Any, *args: Any, **params: Any) -> str:
    """With which code AWS refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(*args, **params)
    return str(refused.value.response["Error"]["Code"])


def make_listener(cloud: Cloud, **more: Any) -> str:
    balancer = make_balancer(cloud)["LoadBalancerArn"]
    settings = {"Port": 80, "Protocol": "HTTP", "DefaultActions": forward(make_group(cloud))} | more
    made = cloud.client("elbv2").create_listener(LoadBalancerArn=balancer, **settings)
    return str(made["Listeners"][0]["ListenerArn"])


def test_headers_are_checked_and_taken_away(cloud: Cloud) -> None:
    elb, arn = cloud.client("elbv2"), make_listener(cloud)

    def put(key: str, value: str) -> Any:
        attributes = [{"Key": f"routing.http.response.{key}", "Value": value}]
        return elb.modify_listener_attributes(ListenerArn=arn, Attributes=attributes)["Attributes"]

    for key, value in [
        ("x_content_type_options.header_value", "sniff"),
        ("x_frame_options.header_value", "NEVER"),
        ("access_control_max_age.header_value", "86401"),
        ("server.enabled", ""),
        # Of HTTPS only.
        ("strict_transport_security.header_value", "max-age=1"),
        ("x_powered_by.header_value", "x"),
    ]:
        assert code(put, key, value) == "ValidationError", key
    put("x_frame_options.header_value", "DENY")
    found = {it["Key"]: it["Value"] for it in put("server.enabled", "false")}
    assert found["routing.http.response.x_frame_options.header_value"] == "DENY"
    assert found["routing.http.response.server.enabled"] == "false"
    found = {it["Key"]: it["Value"] for it in put("x_frame_options.header_value", "")}
    assert found["routing.http.response.x_frame_options.header_value"] == ""


def test_clients_are_asked_for_certificates_over_https_only(cloud: Cloud) -> None:
    elb = cloud.client("elbv2")
    with pytest.raises(ClientError, match="HTTPS listeners"):
        make_listener(cloud, MutualAuthentication={"Mode": "passthrough"})
    store = elb.create_trust_store(
        Name="clients", CaCertificatesBundleS3Bucket="files", CaCertificatesBundleS3Key="ca.pem"
    )["TrustStores"][0]["TrustStoreArn"]
    assert code(elb.describe_trust_stores, TrustStoreArns=[store + "0"]) == "TrustStoreNotFound"
    elb.delete_trust_store(TrustStoreArn=store)
    assert code(elb.delete_trust_store, TrustStoreArn=store) == "TrustStoreNotFound"


def test_capacity_needs_a_quota(cloud: Cloud) -> None:
    elb, arn = cloud.client("elbv2"), make_balancer(cloud)["LoadBalancerArn"]

    def reserve(units: int) -> Any:
        return elb.modify_capacity_reservation(
            LoadBalancerArn=arn, MinimumLoadBalancerCapacity={"CapacityUnits": units}
        )

    assert code(reserve, 99) == "ValidationError"
    assert code(reserve, 100) == "CapacityUnitsLimitExceeded"
    cloud.control("PUT", "/account", {"capacity_units": 150})
    reserve(100)
    assert code(reserve, 200) == "CapacityUnitsLimitExceeded"
    found = elb.describe_capacity_reservation(LoadBalancerArn=arn)
    assert found["MinimumLoadBalancerCapacity"] == {"CapacityUnits": 100}
    elb.modify_capacity_reservation(LoadBalancerArn=arn, ResetCapacityReservation=True)
    assert "MinimumLoadBalancerCapacity" not in elb.describe_capacity_reservation(
        LoadBalancerArn=arn
    )
