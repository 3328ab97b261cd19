"""The examples as they are in examples/: the production one with what it needs around it, and the small ones."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from world import Caller, Cloud, Ran, Stack, TypeScriptStack


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


def surroundings(cloud: Cloud) -> dict[str, Any]:
    """What the production example asks for in its configuration."""
    secret = cloud.client("secretsmanager").create_secret
    return network(cloud) | {
        "certificateArn": certificate(cloud),
        "databaseSecretArn": secret(Name="orders/database", SecretString="{}")["ARN"],
        "apiKeyArn": secret(Name="orders/api-key", SecretString="key")["ARN"],
        "alarmTopicArn": cloud.client("sns").create_topic(Name="alarms")["TopicArn"],
    }


def configure(stack: Stack, values: dict[str, Any]) -> None:
    for key, value in values.items():
        # The CLI takes the ARN of a secret for a secret, and wants to hear that it is none.
        stack.run("config", "set", "--plaintext", key, value if isinstance(value, str) else json.dumps(value))


def refused_to_destroy(stack: Stack) -> Ran:
    return stack.run("destroy", "--yes", "--skip-preview", fails=True)


def running(stack: Stack, cloud: Cloud) -> int:
    told = stack.outputs()
    found = cloud.client("ecs").describe_services(cluster=told["clusterName"], services=[told["serviceName"]])
    return int(found["services"][0]["runningCount"])


def test_the_production_example_lives_from_an_empty_repository_to_a_deliberate_end(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    stack = typescript_stack
    needed = surroundings(cloud)
    # In a new account, by somebody who may do what docs/permissions.md says and no more.
    cloud.control("PUT", "account", {"service_linked_roles": "absent"})
    stack.act_as(Caller(cloud))
    before = cloud.objects()
    stack.example("production")
    configure(stack, needed)

    # The repository is still empty: all is made, and the run says how the first image gets there.
    stack.up().says("docker push")
    assert running(stack, cloud) == 0
    repository = stack.outputs()["repositoryUrl"].partition("/")[2]
    cloud.push(repository, "v1", "one")
    stack.up()
    assert running(stack, cloud) == 2
    stack.no_change()
    stack.refresh()
    stack.no_change()

    # It is protected, and images are never thrown away in passing.
    stack.config("deletionProtection", "false")
    stack.up()
    whole = cloud.objects()
    refused_to_destroy(stack).says("repository.forceDelete")
    assert cloud.objects() == whole and running(stack, cloud) == 2
    cloud.remove_images(repository)
    stack.destroy()
    assert cloud.objects() == before


def test_the_production_example_cannot_be_destroyed_while_it_is_protected(
    typescript_stack: TypeScriptStack, cloud: Cloud
) -> None:
    stack = typescript_stack
    needed = surroundings(cloud)
    stack.example("production")
    configure(stack, needed)
    stack.up()
    whole = cloud.objects()
    refused_to_destroy(stack).says("deletionProtection")
    assert cloud.objects() == whole


@pytest.mark.parametrize("example", ["yaml", "typescript", "python"])
def test_an_example_is_made_stays_as_it_is_and_leaves_nothing(stack: Stack, cloud: Cloud, example: str) -> None:
    stack.example(example)
    stack.up()
    assert stack.outputs()["url"].startswith("http://")
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []
