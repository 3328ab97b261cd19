"""What a child on its own stands on: two services of the component, and a few objects beside them.

The tables name these as `$name`; `filled` puts the real ids in. Only what a table names is made. What only one kind of
child stands on is in the file of that kind (`Kind.ground`), and may be named everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from kinds import KINDS
from life import Life
from samples import OTHER_CONTAINER, PROTOCOLS
from world import IMAGE, Cloud

CONTAINERS: dict[str, dict[str, Any]] = {"one": {}, "two": OTHER_CONTAINER}
KEYS = ("key1", "key2")
SECRETS = ("secret1", "secret2", "secret3")
TARGETS = ("targets1", "targets2", "targets3", "targets4")
REPOSITORIES = ("images1", "images2")
OF_KINDS = {name: it.make for kind in KINDS.values() for name, it in kind.ground.items()}


def named_in(value: Any) -> Iterator[str]:
    """The names of the ground that a table uses, without their `$`."""
    if isinstance(value, str) and value.startswith("$"):
        yield value[1:]
    elif isinstance(value, Mapping):
        yield from named_in([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for it in value:
            yield from named_in(it)
    elif is_dataclass(value):
        yield from named_in([getattr(value, field.name) for field in fields(value)])


class Ground:
    """Names of things in AWS, to their ids."""

    def __init__(self, cloud: Cloud, *tables: Any) -> None:
        self.cloud = cloud
        self.names: dict[str, Any] = {}
        # `one` of `one.clusterArn`.
        used = {name.partition(".")[0] for name in named_in(tables)}
        cloud.control("PUT", "account", {"capacity_units": 1000})
        for image, speaks in PROTOCOLS.items():
            cloud.control("PUT", "images/behaviour", {"image": image, "behaviour": {"run": "well"} | speaks})
        self.services([name for name in CONTAINERS if name in used])
        self.networks()
        if not used.isdisjoint({"vpc2", "other1", "other2", "others"}):
            self.another_network()
        for name in sorted(used):
            self.lay(name)

    def lay(self, name: str) -> None:
        """Makes one thing that stands alone."""
        if name in TARGETS:
            self.names[name] = self.targets(name)
        if name in KEYS:
            self.names[name] = self.cloud.key()
        if name in SECRETS:
            self.names[name] = self.secret(name)
        if name in REPOSITORIES:
            self.names[name], self.names[f"{name}.url"] = name, self.repository(name)
        if name in OF_KINDS:
            self.names[name] = OF_KINDS[name](self.cloud, name)

    def services(self, used: list[str]) -> None:
        if not used:
            return
        services = Life(self.cloud)
        for name in used:
            declared = services.service(name, image=IMAGE, useDefaultVpc=True, preset="dev", **CONTAINERS[name])
            self.names[name] = declared.program[0]
        services.program = [self.names[name] for name in used]
        services.up()
        for name in used:
            outputs = services.outputs(name)
            self.names |= {f"{name}.{key}": value for key, value in outputs.items()}
            self.names[f"{name}.resourceId"] = f"service/{outputs['clusterName']}/{outputs['serviceName']}"
            suffixes = [
                services.resources()[f"{name}-{part}"]["outputs"]["arnSuffix"] for part in ("alb", "target-group")
            ]
            self.names[f"{name}.loadBalancer"], self.names[f"{name}.targetGroup"] = suffixes
            self.names[f"{name}.label"] = "/".join(suffixes)
            self.open(outputs["albSecurityGroupId"], outputs["serviceSecurityGroupId"])
            self.let_read(outputs["executionRoleArn"].rpartition("/")[2])

    def open(self, balancer: str, tasks: str) -> None:
        """Other children may use the groups on other ports."""
        ec2 = self.cloud.client("ec2")
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Open"}]}]
        ec2.authorize_security_group_egress(GroupId=balancer, IpPermissions=everything)
        ec2.authorize_security_group_ingress(GroupId=tasks, IpPermissions=everything)

    def let_read(self, role: str) -> None:
        """A role of one's own needs permission for the secrets of the tasks that it starts: those of the ground, and those
        that the service of the program keeps."""
        actions = ["secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt"]
        secrets = [f"arn:aws:secretsmanager:*:*:secret:{name}*" for name in [*SECRETS, "/fargate/shop/"]]
        resources = [*secrets, "arn:aws:ssm:*:*:parameter/fargate/shop/*", "arn:aws:kms:*:*:key/*"]
        statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.cloud.client("iam").put_role_policy(RoleName=role, PolicyName="values", PolicyDocument=document)

    def networks(self) -> None:
        """The default VPC, which every account has; in this one it has IPv6 too."""
        ec2 = self.cloud.client("ec2")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
        self.names["vpc1"] = vpc["VpcId"]
        ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], AmazonProvidedIpv6CidrBlock=True)
        for n, subnet in enumerate(sorted(subnets, key=lambda it: it["AvailabilityZone"]), 1):
            self.names[f"subnet{n}"] = subnet["SubnetId"]
            ec2.associate_subnet_cidr_block(SubnetId=subnet["SubnetId"], Ipv6CidrBlock=f"2001:db8:0:{n}::/64")

    def another_network(self) -> None:
        ec2 = self.cloud.client("ec2")
        other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.names["vpc2"] = other
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=other)
        for n, zone in enumerate("ab", 1):
            made = ec2.create_subnet(
                VpcId=other, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"{self.cloud.region}{zone}"
            )
            self.names[f"other{n}"] = made["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="others", Description="Others", VpcId=other)
        self.names["others"] = group["GroupId"]

    def targets(self, name: str) -> str:
        """A target group that no balancer has yet."""
        made = self.cloud.client("elbv2").create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=self.names["vpc1"], TargetType="ip"
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def secret(self, name: str) -> str:
        """A secret of others."""
        return str(self.cloud.client("secretsmanager").create_secret(Name=name, SecretString="{}")["ARN"])

    def repository(self, name: str) -> str:
        """A repository with one image; its URL."""
        made = self.cloud.client("ecr").create_repository(repositoryName=name)["repository"]
        for tag in ("latest", "stable"):
            self.cloud.push(name, tag, f"{name} {tag}")
        return made["repositoryUri"]

    def scalable(self) -> None:
        """Both services can be scaled."""
        scaling = self.cloud.client("application-autoscaling")
        for name in CONTAINERS:
            scaling.register_scalable_target(
                ServiceNamespace="ecs",
                ResourceId=self.names[f"{name}.resourceId"],
                ScalableDimension="ecs:service:DesiredCount",
                MinCapacity=1,
                MaxCapacity=3,
            )

    def filled(self, value: Any) -> Any:
        """The value with ids for `$names`."""
        if isinstance(value, str) and value.startswith("$"):
            return self.names[value[1:]]
        if isinstance(value, dict):
            return {self.filled(name): self.filled(it) for name, it in value.items()}
        if isinstance(value, list):
            return [self.filled(it) for it in value]
        return value
