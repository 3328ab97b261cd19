"""What a child on its own stands on: two services of the component, and a few objects beside them.

The tables name these as `$name`; `filled` puts the real ids in.
"""

from __future__ import annotations

from typing import Any

from life import Life
from world import IMAGE, REGION, Cloud

PORTS = {"one": 80, "two": 8080}
CERTIFICATES = ("first.example.com", "second.example.com")


class Ground:
    """Names of things in AWS, to their ids."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.names: dict[str, Any] = {}
        services = Life(cloud)
        for name, port in PORTS.items():
            declared = services.service(name, image=IMAGE, useDefaultVpc=True, preset="dev", containerPort=port)
            self.names[name] = declared.program[0]
        services.program = [self.names[name] for name in PORTS]
        services.up()
        for name in PORTS:
            outputs = services.outputs(name)
            self.names |= {f"{name}.{key}": value for key, value in outputs.items()}
            self.names[f"{name}.resourceId"] = f"service/{outputs['clusterName']}/{outputs['serviceName']}"
            suffixes = [
                services.resources()[f"{name}-{part}"]["outputs"]["arnSuffix"] for part in ("alb", "target-group")
            ]
            self.names[f"{name}.loadBalancer"], self.names[f"{name}.targetGroup"] = suffixes
            self.names[f"{name}.label"] = "/".join(suffixes)
            self.open(outputs["albSecurityGroupId"], outputs["serviceSecurityGroupId"])
        self.networks()
        self.targets()
        self.names["certificate1"], self.names["certificate2"] = map(self.certificate, CERTIFICATES)
        keys = cloud.client("kms")
        for name in ("key1", "key2"):
            self.names[name] = keys.create_key()["KeyMetadata"]["Arn"]

    def open(self, balancer: str, tasks: str) -> None:
        """Other children may use the groups on other ports."""
        ec2 = self.cloud.client("ec2")
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Open"}]}]
        ec2.authorize_security_group_egress(GroupId=balancer, IpPermissions=everything)
        ec2.authorize_security_group_ingress(GroupId=tasks, IpPermissions=everything)

    def networks(self) -> None:
        ec2 = self.cloud.client("ec2")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
        other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.names["vpc1"], self.names["vpc2"] = vpc["VpcId"], other
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=other)
        for n, zone in enumerate("ab", 1):
            made = ec2.create_subnet(VpcId=other, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")
            self.names[f"other{n}"] = made["Subnet"]["SubnetId"]
        self.names["others"] = ec2.create_security_group(GroupName="others", Description="Others", VpcId=other)[
            "GroupId"
        ]
        for n, subnet in enumerate(sorted(subnets, key=lambda it: it["AvailabilityZone"]), 1):
            self.names[f"subnet{n}"] = subnet["SubnetId"]

    def targets(self) -> None:
        """Target groups that no balancer has yet."""
        elb = self.cloud.client("elbv2")
        for name in ("targets1", "targets2"):
            made = elb.create_target_group(
                Name=name, Protocol="HTTP", Port=80, VpcId=self.names["vpc1"], TargetType="ip"
            )
            self.names[name] = made["TargetGroups"][0]["TargetGroupArn"]

    def certificate(self, domain: str) -> str:
        acm = self.cloud.client("acm")
        arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
        status = acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]
        assert status == "ISSUED", status
        return arn

    def scalable(self) -> None:
        """Both services can be scaled."""
        scaling = self.cloud.client("application-autoscaling")
        for name in PORTS:
            scaling.register_scalable_target(
                ServiceNamespace="ecs",
                ResourceId=self.names[f"{name}.resourceId"],
                ScalableDimension="ecs:service:DesiredCount",
                MinCapacity=1,
                MaxCapacity=3,
            )

    def repositories(self) -> None:
        """Two repositories with one image each."""
        ecr = self.cloud.client("ecr")
        for name in ("images1", "images2"):
            made = ecr.create_repository(repositoryName=name)["repository"]
            self.names[name], self.names[f"{name}.url"] = name, made["repositoryUri"]
            for tag in ("latest", "stable"):
                self.cloud.push(name, tag, f"{name} {tag}")

    def filled(self, value: Any) -> Any:
        """The value with ids for `$names`."""
        if isinstance(value, str) and value.startswith("$"):
            return self.names[value[1:]]
        if isinstance(value, dict):
            return {self.filled(name): self.filled(it) for name, it in value.items()}
        if isinstance(value, list):
            return [self.filled(it) for it in value]
        return value
