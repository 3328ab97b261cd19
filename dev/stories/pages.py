"""The programs of the pages in docs/, and the world that they are about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from places import certificate, network, trusted
from world import ROOT, Cloud

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """What a page has in a fence."""

    page: Path
    language: str
    text: str

    @property
    def module(self) -> str:
        """The page's name, for a file of a program."""
        return self.page.stem.replace("-", "_").lstrip("_")


def blocks() -> Iterator[Block]:
    for page in sorted(DOCS.rglob("*.md")):
        for language, text in BLOCK.findall(page.read_text()):
            yield Block(page, language, text)


def is_program(block: Block) -> bool:
    """Whether a block is all of a program, and no piece of one nor something else that is written in its language."""
    whole = {"yaml": "\nruntime: yaml\n", "typescript": "import * as fargate from", "python": "import pulumi_fargate"}
    return block.language in whole and whole[block.language] in block.text


def programs(language: str) -> list[Block]:
    """Those of the pages in this language; not what is an example, which has a story of its own."""
    examples = {
        it.read_text().strip() for it in (ROOT / "examples").glob("*/*/*.*") if it.suffix in (".ts", ".py", ".yaml")
    }
    found = (it for it in blocks() if it.language == language and is_program(it))
    return [it for it in found if it.text.strip() not in examples]


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def world(cloud: Cloud) -> dict[str, str]:
    """Makes all that the pages name, and says which of our ids stands for each of the pages' examples. What AWS names as
    its owner wishes has the pages' own name."""
    places = network(cloud)
    greeter = {"run": "answers", "status": 0, "speaks": "GRPC"}
    cloud.control("PUT", "images/behaviour", {"image": "ghcr.io/example/greeter:1.0", "behaviour": greeter})
    ids = {
        "vpc-0123456789abcdef0": places["vpcId"],
        "arn:aws:acm:eu-west-1:123456789012:certificate/6f2f1c0e-8f1d-4c5b-9a55-2f3b6c1d7e90": certificate(cloud),
        "arn:aws:kms:eu-west-1:123456789012:key/0e1d2c3b-4a59-4687-9876-0123456789ab": cloud.key(),
    }
    ids |= guards(cloud)
    for number, (public, private) in enumerate(
        zip(places["publicSubnetIds"], places["privateSubnetIds"], strict=True), 1
    ):
        ids[f"subnet-0{f'a{number}' * 8}"], ids[f"subnet-0{f'b{number}' * 8}"] = public, private
    route(cloud, places["privateSubnetIds"], places["publicSubnetIds"][0])
    ids |= groups(cloud, places["vpcId"])
    cloud.client("route53").create_hosted_zone(Name="example.com", CallerReference="pages")
    secrets = cloud.client("secretsmanager")
    for name in ("shop/api-key", "shop/database", "shop/oidc"):
        example = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-AbCdEf"
        ids[example] = secrets.create_secret(Name=name, SecretString='{"password": "x"}')["ARN"]
    cloud.client("ssm").put_parameter(Name="/shop/license", Value="x", Type="SecureString")
    cloud.client("sns").create_topic(Name="alarms")
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="shared", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    iam = cloud.client("iam")
    iam.create_policy(PolicyName="boundary", PolicyDocument=allowing("*"))
    for role in ("shared-execution", "shared-task"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=trusted("ecs-tasks.amazonaws.com"))
    iam.put_role_policy(
        RoleName="shared-execution",
        PolicyName="start",
        PolicyDocument=allowing("ecr:*", "logs:CreateLogStream", "logs:PutLogEvents"),
    )
    return ids


def guards(cloud: Cloud) -> dict[str, str]:
    """What docs/how-to/firewall.md and load-balancer-logs.md name."""
    acl = cloud.client("wafv2").create_web_acl(
        Name="shop",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shop"},
    )["Summary"]["ARN"]
    store = cloud.client("elbv2").create_trust_store(
        Name="clients", CaCertificatesBundleS3Bucket="files", CaCertificatesBundleS3Key="ca.pem"
    )["TrustStores"][0]["TrustStoreArn"]
    prefixes = cloud.client("ec2").create_managed_prefix_list(
        PrefixListName="cdn", MaxEntries=20, AddressFamily="IPv4", Entries=[{"Cidr": "203.0.113.0/24"}]
    )["PrefixList"]["PrefixListId"]
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="example-shop-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    page = (DOCS / "how-to" / "load-balancer-logs.md").read_text()
    (policy,) = (text for language, text in BLOCK.findall(page) if language == "json")
    s3.put_bucket_policy(Bucket="example-shop-logs", Policy=policy)
    return {
        "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d": certificate(cloud),
        "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/5d6e7f80-9a0b-4c1d-8e2f-3a4b5c6d7e8f": acl,
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/clients/0123456789abcdef": store,
        "pl-0123456789abcdef0": prefixes,
    }


def route(cloud: Cloud, private: list[str], public: str) -> None:
    """A NAT gateway for the private subnets."""
    ec2 = cloud.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]
    table = ec2.create_route_table(VpcId=gateway["VpcId"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway["NatGatewayId"])
    for subnet in private:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def groups(cloud: Cloud, vpc: str) -> dict[str, str]:
    """Two security groups as docs/how-to/existing-infrastructure.md asks for: clients in, and on to the tasks."""
    ec2 = cloud.client("ec2")
    balancer, tasks = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("front", "tasks")
    )
    everybody = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=balancer, IpPermissions=[everybody])
    ours = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": balancer}]}
    ec2.authorize_security_group_ingress(GroupId=tasks, IpPermissions=[ours])
    return {f"sg-0{'c1' * 8}": balancer, f"sg-0{'c2' * 8}": tasks}


def placed(text: str, ids: dict[str, str]) -> str:
    """A program for the world that was made."""
    for example, real in ids.items():
        text = text.replace(example, real)
    return text
