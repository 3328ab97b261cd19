"""Where a service may stand: a network, and a certificate."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from account import Cloud
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def trusted(service: str) -> str:
    """The policy of a role that this service may assume."""
    principal = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [principal]})


def network(cloud: Cloud) -> dict[str, Any]:
    """A VPC with a public and a private subnet in each of two zones."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    public_table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=public_table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    zones = [it["ZoneName"] for it in ec2.describe_availability_zones()["AvailabilityZones"][:2]]

    def subnet(number: int, zone: str) -> str:
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    public = [subnet(number, zone) for number, zone in enumerate(zones)]
    private = [subnet(number + 10, zone) for number, zone in enumerate(zones)]
    for it in public:
        ec2.associate_route_table(RouteTableId=public_table, SubnetId=it)
    return {"vpcId": vpc, "publicSubnetIds": public, "privateSubnetIds": private}


def certificate(cloud: Cloud) -> str:
    """A certificate of our own, imported and so issued at once."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "orders.example.com")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=30))
    body = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return str(cloud.client("acm").import_certificate(Certificate=body, PrivateKey=secret)["CertificateArn"])
