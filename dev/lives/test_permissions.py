"""What the caller must be allowed (docs/permissions.md): enough for all that a service may go through, and nothing in
vain."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from authentication import COGNITO, OIDC
from ground import OF_KINDS, Ground
from inputs import FEATURES
from kinds.load_balancer import bucket
from life import Life
from places import certificate, network
from world import ACCOUNT, ALWAYS, IMAGE, POLICIES, REGION, ROOT, Caller, Cloud

FOREVER = {"ID": "mine", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3650}}
# A builder asks for these: the stories of builds do, with a real one, and see that none is in vain.
OF_BUILDS = ("ImageLogin", "ImagePush")


def granted() -> set[tuple[str, str]]:
    """Statement and action of all that the policies grant."""
    found = set()
    for name in POLICIES:
        document = json.loads((ROOT / "docs" / "iam" / f"{name}.json").read_text())
        for statement in document["Statement"]:
            actions = statement["Action"]
            found |= {(statement["Sid"], it) for it in ([actions] if isinstance(actions, str) else actions)}
    return found


def asked(cloud: Cloud) -> set[tuple[str, str]]:
    """Statement and action of all that was asked for and allowed."""
    return {(sid, it["action"]) for call in cloud.calls() for it in call["asked"] for sid in it["allowed_by"]}


def policy(cloud: Cloud, name: str) -> str:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    made = cloud.client("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
    return str(made["Policy"]["Arn"])


def security_group(cloud: Cloud, vpc: str, name: str) -> str:
    return str(cloud.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"])


def with_ipv6(cloud: Cloud, vpc: str, subnets: list[str]) -> None:
    ec2 = cloud.client("ec2")
    ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    for n, subnet in enumerate(subnets):
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=f"2001:db8:0:{n}::/64")


def test_the_policies_are_enough_for_all_that_a_service_goes_through_and_grant_nothing_in_vain(
    life: Life, cloud: Cloud
) -> None:
    place = network(cloud)
    boundary, managed = policy(cloud, "boundary"), policy(cloud, "managed")
    keys, certificates = [cloud.key(), cloud.key()], [certificate(cloud), certificate(cloud)]
    own_group = security_group(cloud, place["vpcId"], "own")
    given_logs = bucket(cloud, "given-logs")
    third = cloud.client("ec2").create_subnet(
        VpcId=place["vpcId"], CidrBlock="10.20.30.0/24", AvailabilityZone=f"{REGION}c"
    )
    with_ipv6(cloud, place["vpcId"], [*place["publicSubnetIds"], third["Subnet"]["SubnetId"]])
    cloud.control("PUT", "account", {"service_linked_roles": "absent", "capacity_units": 100})
    life.act_as(Caller(cloud))
    secret = cloud.client("secretsmanager").create_secret(Name="api", SecretString="x", KmsKeyId=keys[1])["ARN"]
    features = {name: it for feature in FEATURES for name, it in feature.program.items()}
    # With a strategy that moves traffic there are no further targets, and one route forwards at most.
    old, new = ({"name": it, "pathPatterns": [f"/{it}/*"], "redirect": {"path": "/"}} for it in ("old", "new"))
    features = {name: it for name, it in features.items() if name not in ("targets", "defaultAction")}
    features["routes"] = [old, new]
    features = Ground(cloud, features).filled(features)
    before = cloud.objects()
    inputs: dict[str, Any] = {
        **place,
        **features,
        "certificateArn": certificates[0],
        "secrets": {"KEY": secret},
        "secretsKmsKeyArns": [keys[1]],
        "repository": {"kmsKeyArn": keys[0]},
        "taskRolePolicyArns": [managed],
        "tags": {"team": "orders", "stage": "test"},
        "permissionsBoundary": boundary,
    }

    # A role is left half made, and somebody changes it before the next run.
    cloud.fault("iam", "PutRolePolicy", "error", code="LimitExceeded", message="no", status=409)
    life.service("web", None, **inputs)
    half_made = re.search(r"iam:PutRolePolicy for (\S+): no", life.up(fails=True).text)
    assert half_made is not None
    iam, role = cloud.client("iam"), half_made[1]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=document)
    iam.update_role(RoleName=role, Description="mine")
    life.up()

    # The first image, a crash, and its reasons.
    repository = next(it.split()[1] for it in cloud.objects() if it.startswith("ecr:repository"))
    cloud.behave(f"{repository}:latest", run="exit", code=3, after=1, logs=["KeyError"])
    cloud.push(repository, "latest", "one")
    life.up(fails=True).says("KeyError")
    cloud.behave(f"{repository}:latest", run="well")
    # More images are kept than there are task definitions, so that some are let go.
    for n in range(21):
        cloud.push(repository, f"fargate-keep-{n:064x}", f"old {n}")
    cloud.push(repository, "latest", "two")
    life.up()

    # A hopeless deployment that nothing else ends, and more revisions than are kept.
    cloud.behave(f"{repository}:latest", run="missing")
    cloud.push(repository, "latest", "three")
    life.service("web", None, **{**inputs, "deployment": {"circuitBreaker": {"enable": False}}})
    life.up(fails=True).says("this run stopped it early")
    cloud.behave(f"{repository}:latest", run="well")
    for n in range(10):
        life.service("web", None, **inputs, environment={"N": f"{n}"})
        life.up()

    # Routes change, and change places.
    for routes in ([new, old], [old | {"redirect": {"host": "www.example.com"}}, new], [old]):
        life.service("web", None, **{**inputs, "routes": routes})
        life.up()

    # Another stack adds its routes to the listener, changes them, and goes.
    team = Life(cloud)
    team.env |= life.env
    shared = {
        "image": IMAGE,
        "preset": "dev",
        **{name: place[name] for name in ("publicSubnetIds", "privateSubnetIds") if name in place},
        "listenerArn": life.outputs()["httpsListenerArn"],
        "albSecurityGroupId": life.outputs()["albSecurityGroupId"],
    }
    theirs, others = ({"name": it, "hostHeaders": [f"{it}.example.com"]} for it in ("theirs", "others"))
    for more in ({"routes": [theirs, others]}, {"routes": [others, theirs], "tags": {"team": "them"}}):
        team.service("team", None, **shared | more)
        team.up()
    team.refresh()
    team.destroy()

    # Others attach policies to the roles, and these stay.
    roles = [it["RoleName"] for it in iam.list_roles()["Roles"] if it["RoleName"].endswith(("-execution", "-task"))]
    for name in roles:
        iam.attach_role_policy(RoleName=name, PolicyArn=boundary)

    # Values change in each of the stores, under other keys and tags, and move from one store to the other and back.
    moves: list[dict[str, Any]] = [
        {"secretKmsKeyArn": keys[0], "tags": {"team": "orders"}},
        {"secretStore": "secretsManager"},
        {"secretValues": {"DB_PASSWORD": "hunter3"}, "secretKmsKeyArn": keys[1], "tags": {"stage": "test"}},
        {"secretStore": "parameterStore"},
        {"secretStore": "secretsManager"},
    ]
    for move in moves:
        inputs |= move
        life.service("web", None, **inputs)
        life.up()
        life.refresh()

    # Everything that can change does, here and in AWS.
    cluster = life.resources()["web-cluster"]["outputs"]["name"]
    cloud.client("ecs").put_cluster_capacity_providers(
        cluster=cluster, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
    )
    rules = cloud.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    ours = next(it for it in rules if it.get("Description") == "From the load balancer")
    changed = {
        "IpProtocol": ours["IpProtocol"],
        "FromPort": ours["FromPort"],
        "ToPort": ours["ToPort"],
        "ReferencedGroupId": ours["ReferencedGroupInfo"]["GroupId"],
        "Description": "mine",
    }
    update = {"SecurityGroupRuleId": ours["SecurityGroupRuleId"], "SecurityGroupRule": changed}
    cloud.client("ec2").modify_security_group_rules(GroupId=ours["GroupId"], SecurityGroupRules=[update])
    rule = life.resources()["web-production-rule"]["id"]
    elsewhere = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/elsewhere"]}}]
    cloud.client("elbv2").modify_rule(RuleArn=rule, Conditions=elsewhere)
    cloud.client("elbv2").set_rule_priorities(RulePriorities=[{"RuleArn": rule, "Priority": 7}])
    # The bucket of its logs is not as it was, and holds some.
    logs = life.outputs()["logsBucketName"]
    s3 = cloud.client("s3")
    s3.put_bucket_lifecycle_configuration(Bucket=logs, LifecycleConfiguration={"Rules": [FOREVER]})
    s3.delete_public_access_block(Bucket=logs)
    s3.put_bucket_tagging(Bucket=logs, Tagging={"TagSet": s3.get_bucket_tagging(Bucket=logs)["TagSet"][:-1]})
    kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=logs, ServerSideEncryptionConfiguration={"Rules": [kms]})
    life.refresh()
    life.up()
    inputs |= {
        "publicSubnetIds": [*place["publicSubnetIds"], third["Subnet"]["SubnetId"]],
        "certificateArn": certificates[1],
        "additionalCertificateArns": [certificates[0]],
        "repository": {
            "kmsKeyArn": keys[0],
            "imageTagMutability": "IMMUTABLE",
            "scanOnPush": False,
            "keepImages": 5,
        },
        "tags": {"team": "billing"},
        "containerInsights": "enhanced",
        "containerPort": 8080,
        "healthCheck": {"path": "/up"},
        "deregistrationDelay": 10,
        "idleTimeout": 30,
        "loadBalancer": {
            "accessLogs": {"own": True},
            "connectionLogs": {"bucket": given_logs},
            "ipAddressType": "dualstack",
            "minimumCapacityUnits": 100,
            "responseHeaders": {"xFrameOptions": "DENY"},
        },
        "logRetentionInDays": 7,
        "logKmsKeyId": keys[1],
        "monitoring": {"cpuThreshold": 50},
        "autoscaling": {"maxCapacity": 4, "cpuTarget": 50, "schedules": [NIGHT]},
        "taskRoleStatements": [{"actions": ["s3:GetObject"], "resources": ["*"]}],
    }
    del inputs["taskRolePolicyArns"], inputs["permissionsBoundary"]
    life.service("web", None, **inputs)
    life.up()
    inputs |= {"permissionsBoundary": boundary, "albSecurityGroupId": own_group, "healthCheck": {"path": "/ok"}}
    life.refresh()
    del inputs["additionalCertificateArns"], inputs["logKmsKeyId"], inputs["taskRoleStatements"], inputs["tags"]
    life.service("web", None, **inputs)
    life.up()
    life.refresh()
    life.no_change()

    for name in roles:
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        assert [it["PolicyArn"] for it in attached] == [boundary]

    # Images are kept; without them it goes. And the next one stands in the default VPC.
    # A role goes with a policy that somebody else gave it.
    theirs = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=json.dumps(theirs))
    cloud.remove_images(repository)
    life.destroy()
    assert cloud.objects() == before
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    life.plan()
    # One more runs an image of another registry.
    given = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/base:1"
    life.service("web", None, image=given, useDefaultVpc=True)
    life.plan()
    # And one more has a network of its own.
    leads_a_network_through_its_life(life, cloud)
    leads_a_domain_through_its_life(life, cloud)
    leads_authentication_through_its_life(life, cloud, certificates[0], keys[1])
    in_vain = sorted(it for it in granted() - asked(cloud) if it[0] not in OF_BUILDS)
    assert not in_vain, "\n".join(map(str, in_vain))


NIGHT = {"name": "night", "cron": "0 20 ? * MON-FRI *", "minCapacity": 0, "maxCapacity": 0}


def leads_a_network_through_its_life(life: Life, cloud: Cloud) -> None:
    """Everything that can become of a network of the service's own."""
    plain = {"image": IMAGE, "preset": "dev", "monitoring": {"level": "none"}}
    inputs: dict[str, Any] = plain | {"name": "shop-net", "tags": {"team": "a"}}
    for own in (
        {"nat": "single"},
        {"nat": "perZone", "ipv6": True, "zones": 3},
        {"nat": "single"},
        {"nat": "none", "cidr": "10.7.0.0/20"},
    ):
        life.service("net", None, **inputs, network=own)
        life.up()
        inputs["tags"] = {f"with-{own['nat']}": "yes"}
    # Others change what they can change.
    ec2, parts = cloud.client("ec2"), life.resources()
    ec2.modify_vpc_attribute(VpcId=parts["net-vpc"]["id"], EnableDnsHostnames={"Value": False})
    table, subnet = parts["net-public-routes"]["id"], parts["net-private-subnet-1"]["id"]
    gateway, other = parts["net-internet-gateway"]["id"], parts["net-private-routes-2"]["id"]
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.create_route(RouteTableId=other, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    by_subnet = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (found,) = ec2.describe_route_tables(Filters=by_subnet)["RouteTables"]
    association = next(it for it in found["Associations"] if it.get("SubnetId") == subnet)
    ec2.replace_route_table_association(AssociationId=association["RouteTableAssociationId"], RouteTableId=other)
    life.refresh()
    life.up()
    life.no_change()


def leads_a_domain_through_its_life(life: Life, cloud: Cloud) -> None:
    """A certificate that is requested, tagged and replaced, and records in a zone that others have."""
    cloud.client("route53").create_hosted_zone(Name="example.org", CallerReference="domain")
    plain = {
        "image": IMAGE,
        "useDefaultVpc": True,
        "preset": "dev",
        "monitoring": {"level": "none"},
        "name": "shop-dns",
    }
    for more in (
        {"domainName": "shop.example.org", "tags": {"team": "a"}},
        {"domainName": "shop.example.org", "tags": {"stage": "b"}},
        {"domainName": "shop.example.org", "subjectAlternativeNames": ["*.shop.example.org"]},
    ):
        life.service("dns", None, **plain, **more)
        life.up()
        life.refresh()
        life.no_change()


def leads_authentication_through_its_life(life: Life, cloud: Cloud, certificate: str, key: str | None = None) -> None:
    """A user pool, a provider whose secret has a key, and nobody who is asked any more."""
    encrypted = {"KmsKeyId": key} if key else {}
    secret = cloud.client("secretsmanager").create_secret(Name="oidc", SecretString="hunter2", **encrypted)["ARN"]
    client, pool = (OF_KINDS[name](cloud, name) for name in ("client1", "pool1"))
    ways = [
        {"cognito": COGNITO | {"userPoolArn": pool, "userPoolClientId": client}},
        {"oidc": OIDC | {"clientSecretArn": secret}},
        {"oidc": OIDC | {"clientSecretArn": secret, "scope": "openid email"}},
        {"enabled": False},
    ]
    plain = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev", "monitoring": {"level": "none"}}
    for way in ways:
        life.service("login", None, **plain, name="shop-login", certificateArn=certificate, authentication=way)
        life.up()
        life.refresh()
        life.no_change()


def test_authentication_needs_the_policy_of_features_beside_the_first_ones(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "account", {"service_linked_roles": "present"})
    arn = certificate(cloud)
    life.act_as(Caller(cloud, *ALWAYS, "features", "values", narrow="shop"))
    leads_authentication_through_its_life(life, cloud, arn)
    life.destroy()


def test_a_domain_needs_its_own_policy_beside_the_first_ones(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "account", {"service_linked_roles": "present"})
    life.act_as(Caller(cloud, *ALWAYS, "domains", narrow="shop"))
    leads_a_domain_through_its_life(life, cloud)
    life.destroy()
    assert cloud.kinds().keys() & {"acm:certificate", "route53:record"} == set()


def test_a_network_needs_its_own_policy_beside_the_first_ones(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "account", {"service_linked_roles": "present"})
    life.act_as(Caller(cloud, *ALWAYS, "features", "vpc", narrow="shop"))
    before = cloud.objects()
    leads_a_network_through_its_life(life, cloud)
    life.destroy()
    assert cloud.objects() == before


def test_a_service_without_features_needs_only_the_first_policies(life: Life, cloud: Cloud) -> None:
    plain = network(cloud) | {"autoscaling": {"enabled": False}, "monitoring": {"level": "none"}}
    cloud.control("PUT", "account", {"service_linked_roles": "present"})
    life.act_as(Caller(cloud, *ALWAYS))
    before = cloud.objects()
    life.service("web", None, image=IMAGE, **plain)
    life.up()
    life.service("web", None, image=IMAGE, cpu=256, memory=512, **plain)
    life.up()
    life.refresh()
    life.destroy()
    assert cloud.objects() == before


def test_policies_that_are_narrowed_to_names_are_enough_up_to_the_end(life: Life, cloud: Cloud) -> None:
    """Beside it stands what the caller may not touch: another cluster, alarm and repository."""
    cloud.client("ecs").create_cluster(clusterName="other")
    cloud.client("ecr").create_repository(repositoryName="other")
    life.act_as(Caller(cloud, narrow="shop"))
    inputs: dict[str, Any] = network(cloud) | {"name": "shop-web", "tags": {"team": "a"}}
    before = cloud.objects()
    life.service("web", None, **inputs)
    life.up()
    repository = next(it.split()[1] for it in cloud.objects() if it.startswith("ecr:repository shop"))
    cloud.push(repository, "latest", "one")
    life.up()
    life.service("web", None, **inputs | {"cpu": 1024, "memory": 2048, "tags": {"team": "b"}, "idleTimeout": 30})
    life.up()
    life.refresh()
    life.no_change()
    cloud.remove_images(repository)
    life.destroy()
    assert cloud.objects() == before


@pytest.mark.parametrize("action", ["iam:PassRole", "ecs:TagResource", "ec2:GetSecurityGroupsForVpc"])
def test_what_the_caller_may_not_do_is_named(life: Life, cloud: Cloud, action: str) -> None:
    life.act_as(Caller(cloud, without=action))
    life.service("web", None, image=IMAGE, useDefaultVpc=True)
    life.up(fails=True).says(f"is not authorized to perform: {action}")
