"""Services of others: what awsx, the CDK, Terraform's modules and Copilot create, replayed by plain calls to AWS.

Names and settings are those that the tools' sources and documents give: awsx calls its only container `container`, the CDK
`web`; the CDK lets half of the tasks go in a deployment, Terraform's module two thirds stay and protects the balancer;
Copilot's balancer forwards by a rule, and belongs to a whole environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from account import Cloud
from places import network, trusted

EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


@dataclass(frozen=True)
class Maker:
    """A tool, and how it names things."""

    tool: str
    cluster: str
    service: str
    container: str
    balancer: str
    target_group: str
    logs: str
    minimum: int = 100
    grace: int = 0
    protected: bool = False
    by_rule: bool = False


MAKERS = (
    Maker("awsx", "shop-1a2b3c4", "web-7d8e9f0", "container", "lb-5c6d7e8", "lb-9a8b7c6", "web-3f4e5d6"),
    Maker(
        tool="cdk",
        cluster="ShopStack-ClusterEB0386A7-pQ3rS4tU5vW6",
        service="ShopStack-WebService2E2E7A8B-aB1cD2eF3gH4",
        container="web",
        balancer="ShopSt-WebLB-1A2B3C4D5E6F",
        target_group="ShopSt-WebLB-G7H8I9J0K1L2",
        logs="ShopStack-WebTaskDefwebLogGroup71FAF541-mN5oP6qR",
        minimum=50,
        grace=60,
    ),
    Maker(
        tool="terraform",
        cluster="shop",
        service="web",
        container="nginx",
        balancer="shop-web",
        target_group="shop-web-20260101",
        logs="/aws/ecs/web/nginx",
        minimum=66,
        protected=True,
    ),
    Maker(
        tool="copilot",
        cluster="shop-prod-Cluster-aB1cD2eF3gH4",
        service="shop-prod-web-Service-iJ5kL6mN7oP8",
        container="web",
        balancer="shop-p-Publi-1A2B3C4D5E6F",
        target_group="shop-p-Targe-G7H8I9J0K1L2",
        logs="/copilot/shop-prod-web",
        grace=60,
        by_rule=True,
    ),
)


@dataclass(frozen=True)
class Foreign:
    """What the maker left in AWS: the inputs that keep as given what cannot be renamed, and the ids of the rest."""

    given: dict[str, Any]
    balancer: str
    target_group: str
    listener: str
    service: str
    logs: str


def created(cloud: Cloud, maker: Maker, image: str) -> Foreign:
    place = network(cloud)
    ecs, elb = cloud.client("ecs"), cloud.client("elbv2")
    cluster = ecs.create_cluster(clusterName=maker.cluster, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    outer = group(cloud, place["vpcId"], f"{maker.tool}-alb", 80)
    inner = group(cloud, place["vpcId"], f"{maker.tool}-web", 80)
    execution, task = role(cloud, f"{maker.tool}-execution", EXECUTION), role(cloud, f"{maker.tool}-task")
    cloud.client("logs").create_log_group(logGroupName=maker.logs)
    balancer = elb.create_load_balancer(
        Name=maker.balancer, Subnets=place["publicSubnetIds"], SecurityGroups=[outer], Scheme="internet-facing"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    if maker.protected:
        protection = {"Key": "deletion_protection.enabled", "Value": "true"}
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[protection])
    targets = target_group(cloud, maker.target_group, place["vpcId"])
    first = target_group(cloud, f"{maker.tool}-default", place["vpcId"]) if maker.by_rule else targets
    forward = [{"Type": "forward", "TargetGroupArn": first}]
    listener = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    listener = listener["Listeners"][0]["ListenerArn"]
    if maker.by_rule:
        elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": targets}],
        )
    ecs.register_task_definition(
        family=maker.service,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        executionRoleArn=execution,
        taskRoleArn=task,
        containerDefinitions=[
            {
                "name": maker.container,
                "image": image,
                "essential": True,
                "portMappings": [{"containerPort": 80}],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": maker.logs,
                        "awslogs-region": cloud.region,
                        "awslogs-stream-prefix": maker.tool,
                    },
                },
            }
        ],
    )
    service = ecs.create_service(
        cluster=maker.cluster,
        serviceName=maker.service,
        taskDefinition=maker.service,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": place["privateSubnetIds"],
                "securityGroups": [inner],
                "assignPublicIp": "DISABLED",
            }
        },
        loadBalancers=[{"targetGroupArn": targets, "containerName": maker.container, "containerPort": 80}],
        deploymentConfiguration={"minimumHealthyPercent": maker.minimum, "maximumPercent": 200},
        healthCheckGracePeriodSeconds=maker.grace,
    )["service"]["serviceArn"]
    given = place | {
        "clusterArn": cluster["cluster"]["clusterArn"],
        "albSecurityGroupId": outer,
        "serviceSecurityGroupId": inner,
        "executionRoleArn": execution,
        "taskRoleArn": task,
        "containerName": maker.container,
    }
    return Foreign(given, balancer, targets, listener, service, maker.logs)


def group(cloud: Cloud, vpc: str, name: str, port: int) -> str:
    ec2 = cloud.client("ec2")
    made = ec2.create_security_group(GroupName=name, Description=f"{name} of another tool", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=made,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ],
    )
    return str(made)


def role(cloud: Cloud, name: str, *policies: str) -> str:
    iam = cloud.client("iam")
    trust = trusted("ecs-tasks.amazonaws.com")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    return str(made)


def target_group(cloud: Cloud, name: str, vpc: str) -> str:
    made = cloud.client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", HealthCheckPath="/"
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])
