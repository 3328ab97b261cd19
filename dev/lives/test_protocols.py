"""What the load balancer speaks to the tasks: TLS, HTTP/2, gRPC; and that a task that speaks otherwise is never healthy."""

from __future__ import annotations

from typing import Any

from life import Life
from places import certificate
from samples import PROTOCOLS, TLS
from world import IMAGE, Cloud

GREETER = "registry.example/greeter:1"


def speaks(cloud: Cloud, image: str, **behaviour: Any) -> None:
    cloud.control("PUT", "images/behaviour", {"image": image, "behaviour": {"run": "well"} | behaviour})


def group(life: Life, cloud: Cloud, name: str = "web-target-group") -> dict[str, Any]:
    arn = life.resources()[name]["id"]
    (found,) = cloud.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    return dict(found)


def test_grpc(life: Life, cloud: Cloud) -> None:
    """Without further words health checks take the answer that every gRPC server gives to a method that it does not know."""
    speaks(cloud, GREETER, speaks="GRPC", run="answers", status=12)
    program = {
        "image": GREETER,
        "useDefaultVpc": True,
        "preset": "dev",
        "certificateArn": certificate(cloud),
        "targetGroup": {"protocolVersion": "GRPC"},
    }
    life.service("web", None, **program)
    life.up()
    found = group(life, cloud)
    assert (found["ProtocolVersion"], found["HealthCheckPath"]) == ("GRPC", "/AWS.ALB/healthcheck")
    assert found["Matcher"] == {"GrpcCode": "12"}
    life.no_change()

    # A method of its own, and the codes that are right for it.
    speaks(cloud, GREETER, speaks="GRPC", run="answers", status=0)
    program["healthCheck"] = {"path": "/grpc.health.v1.Health/Check", "matcher": "0"}
    life.service("web", None, **program)
    assert [it.op for it in life.plan() if it.name == "web-target-group"] == ["update"]
    life.up()
    assert group(life, cloud)["Matcher"] == {"GrpcCode": "0"}

    # Whoever changes the codes by hand is seen, and put right.
    arn = life.resources()["web-target-group"]["id"]
    cloud.client("elbv2").modify_target_group(TargetGroupArn=arn, Matcher={"GrpcCode": "0-99"})
    life.refresh()
    assert [it.op for it in life.plan() if it.name == "web-target-group"] == ["update"]
    life.up()
    assert group(life, cloud)["Matcher"] == {"GrpcCode": "0"}
    life.refresh()
    life.no_change()
    life.destroy()


def test_a_further_port_in_a_version_of_its_own(life: Life, cloud: Cloud) -> None:
    """A web page on one port, gRPC on another: each has the health check of its version."""
    speaks(cloud, GREETER, ports={"50051": {"run": "answers", "speaks": "GRPC", "status": 12}})
    greeter = {"name": "greeter", "containerPort": 50051, "protocolVersion": "GRPC"}
    base = {"image": GREETER, "useDefaultVpc": True, "preset": "dev", "certificateArn": certificate(cloud)}
    base["healthCheck"] = {"path": "/live", "matcher": "200"}
    base["routes"] = [{"pathPatterns": ["/greeter.*"], "forward": {"target": "greeter"}}]
    life.service("web", None, **base, targets=[greeter])
    life.up()
    found = group(life, cloud, "web-target-greeter")
    assert (found["ProtocolVersion"], found["HealthCheckPath"]) == ("GRPC", "/AWS.ALB/healthcheck")
    assert found["Matcher"] == {"GrpcCode": "12"}
    assert group(life, cloud)["HealthCheckPath"] == "/live"
    life.refresh()
    life.no_change()
    life.destroy()


def test_a_task_that_does_not_speak_it_is_told(life: Life, cloud: Cloud) -> None:
    """A deployment whose tasks speak plain HTTP to a group of HTTPS fails, and the way back is the old group."""
    before = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
    life.service("web", None, **before)
    life.up()
    life.service("web", None, **before, targetGroup={"protocol": "HTTPS"})
    assert "speaks `targetGroup.protocol`" in life.up(fails=True).text
    life.service("web", None, **before)
    life.up()
    life.no_change()


def test_tls_up_to_the_task(life: Life, cloud: Cloud) -> None:
    speaks(cloud, TLS, **PROTOCOLS[TLS])
    life.service("web", None, image=TLS, useDefaultVpc=True, preset="dev", targetGroup={"protocol": "HTTPS"})
    life.up()
    found = group(life, cloud)
    assert (found["Protocol"], found["HealthCheckProtocol"]) == ("HTTPS", "HTTPS")
    life.no_change()
    life.destroy()
