"""The happy path through the real server, with boto3 as the client, so that answers pass botocore's
parser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest

ROOT = Path(__file__).resolve().parents[1]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "localaws", "--port", "0", "--with-parent"]
    server = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None and server.stdin is not None
    line = server.stdout.readline()
    assert line.startswith("local AWS ready at "), line
    yield line.split()[-1]
    server.stdin.close()
    server.wait(10)


def client(address: str, service: str) -> Any:
    return boto3.client(
        service,
        "us-east-1",
        endpoint_url=address,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def control(address: str, method: str, path: str, body: Any = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(f"{address}/_cloud{path}", data, method=method)) as answer:
        return json.load(answer)


def balanced_group(address: str, subnets: list[str], vpc: str) -> str:
    elbv2 = client(address, "elbv2")
    group = elbv2.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    balancer = elbv2.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return str(group)


def a_service(address: str) -> tuple[Any, str]:
    """Everything that a service behind a balancer needs, and the service."""
    control(address, "POST", "/reset")
    ec2, iam, ecs = (client(address, name) for name in ("ec2", "iam", "ecs"))
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = balanced_group(address, subnets, vpc)
    role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    # Taken already where the account comes with it.
    with suppress(iam.exceptions.InvalidInputException):
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    client(address, "logs").create_log_group(logGroupName="/web")
    ecs.create_cluster(clusterName="main", capacityProviders=["FARGATE"])
    logs = {"awslogs-group": "/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app"}
    ecs.register_task_definition(
        family="web",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        executionRoleArn=role,
        containerDefinitions=[
            {
                "name": "app",
                "image": "nginx:1.27",
                "portMappings": [{"containerPort": 80}],
                "logConfiguration": {"logDriver": "awslogs", "options": logs},
            }
        ],
    )
    ecs.create_service(
        cluster="main",
        serviceName="web",
        taskDefinition="web",
        desiredCount=2,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
        loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 80}],
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    return ecs, group


def newest_deployment(ecs: Any) -> Any:
    briefs = ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"]
    arn = briefs[0]["serviceDeploymentArn"]
    return ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]


def test_a_service_becomes_stable_and_goes_away(address: str) -> None:
    ecs, group = a_service(address)
    ecs.get_waiter("services_stable").wait(cluster="main", services=["web"])
    assert newest_deployment(ecs)["status"] == "SUCCESSFUL"
    health = client(address, "elbv2").describe_target_health(TargetGroupArn=group)
    states = [t["TargetHealth"]["State"] for t in health["TargetHealthDescriptions"]]
    assert states == ["healthy", "healthy"]
    tasks = ecs.describe_tasks(cluster="main", tasks=ecs.list_tasks(cluster="main")["taskArns"])
    assert {t["lastStatus"] for t in tasks["tasks"]} == {"RUNNING"}
    ecs.delete_service(cluster="main", service="web", force=True)
    ecs.get_waiter("services_inactive").wait(cluster="main", services=["web"])
    ecs.delete_cluster(cluster="main")


def test_a_task_that_its_balancer_does_not_reach_is_unhealthy(address: str) -> None:
    ecs, _ = a_service(address)
    ec2 = client(address, "ec2")
    alone = ec2.create_security_group(GroupName="alone", Description="Nobody comes in")["GroupId"]
    ecs.get_waiter("services_stable").wait(cluster="main", services=["web"])
    control(address, "POST", "/ecs/serving")
    network = {"awsvpcConfiguration": {"subnets": [], "securityGroups": [alone]}}
    described = ecs.describe_services(cluster="main", services=["web"])["services"][0]
    known = described["networkConfiguration"]["awsvpcConfiguration"]
    network["awsvpcConfiguration"]["subnets"] = known["subnets"]
    ecs.update_service(cluster="main", service="web", networkConfiguration=network)
    for _ in range(20):
        if newest_deployment(ecs)["status"] == "ROLLBACK_SUCCESSFUL":
            break
    events = ecs.describe_services(cluster="main", services=["web"])["services"][0]["events"]
    assert any("Request timed out" in it["message"] for it in events), events
    assert control(address, "GET", "/ecs/serving")["services"]["web"]["least"] >= 1


def test_a_gap_that_one_call_opens_and_the_next_one_closes_is_seen(address: str) -> None:
    ecs, group = a_service(address)
    ecs.get_waiter("services_stable").wait(cluster="main", services=["web"])
    elb = client(address, "elbv2")
    (balancer,) = elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0][
        "LoadBalancerArns"
    ]
    listener = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]

    def answer_with(action: dict[str, Any]) -> dict[str, int]:
        elb.modify_listener(ListenerArn=listener, DefaultActions=[action])
        return control(address, "GET", "/ecs/serving")["services"]["web"]

    forward = {"Type": "forward", "TargetGroupArn": group}
    elsewhere = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    assert control(address, "POST", "/ecs/serving")["services"]["web"] == {
        "now": 2,
        "least": 2,
        "lost": 0,
    }
    elb.modify_listener(ListenerArn=listener, DefaultActions=[elsewhere])
    assert answer_with(forward) == {"now": 2, "least": 0, "lost": 0}
    control(address, "POST", "/ecs/serving")
    assert answer_with(elsewhere) == {"now": 0, "least": 0, "lost": 0}


def test_a_port_is_open_while_a_listener_is_there_and_a_group_lets_clients_in(address: str) -> None:
    _, group = a_service(address)
    elb, ec2 = client(address, "elbv2"), client(address, "ec2")
    (balancer,) = elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0][
        "LoadBalancerArns"
    ]
    described = elb.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]
    of_balancer = described["SecurityGroups"][0]
    listener = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]

    def ports() -> dict[str, Any]:
        return control(address, "GET", "/ecs/ports")["services"]["web"]

    port = listener["Port"]
    allowed = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": 9000,
        "IpRanges": [{"CidrIp": "10.1.0.0/16"}],
    }
    rule = {"GroupId": of_balancer, "IpPermissions": [allowed]}
    assert ports()["now"] == []
    ec2.authorize_security_group_ingress(**rule)
    control(address, "POST", "/ecs/serving")
    assert ports() == {"now": [port], "always": [port], "shut": 0}
    # The listener moves to a port that nobody reaches, and back.
    elb.modify_listener(ListenerArn=listener["ListenerArn"], Port=9500)
    elb.modify_listener(ListenerArn=listener["ListenerArn"], Port=port)
    found = ports()
    assert (found["now"], found["always"]) == ([port], []) and found["shut"] > 0
    ec2.revoke_security_group_ingress(**rule)
    assert ports()["now"] == []


def test_a_broken_image_is_rolled_back(address: str) -> None:
    ecs, _ = a_service(address)
    ecs.get_waiter("services_stable").wait(cluster="main", services=["web"])
    behaviour = {
        "run": "unhealthy",
        "reason": "Target.ResponseCodeMismatch",
        "description": "Health checks failed with these codes: [404]",
    }
    control(address, "PUT", "/images/behaviour", {"image": "nginx:bad", "behaviour": behaviour})
    definition = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    containers = definition["containerDefinitions"]
    containers[0]["image"] = "nginx:bad"
    ecs.register_task_definition(
        family="web",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        executionRoleArn=definition["executionRoleArn"],
        containerDefinitions=containers,
    )
    ecs.update_service(cluster="main", service="web", taskDefinition="web")
    ecs.get_waiter("services_stable").wait(cluster="main", services=["web"])
    newest = newest_deployment(ecs)
    assert newest["status"] == "ROLLBACK_SUCCESSFUL"
    running = control(address, "GET", "/ecs/services")["services"][0]["tasks"]
    assert {t["images"]["app"] for t in running} == {"nginx:1.27"}
