"""Security groups, interfaces, roles and the caller."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Cloud

TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}


def test_security_group_names(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    ec2.create_security_group(GroupName="web", Description="web")
    code, message = cloud.refused(
        "ec2", "create_security_group", GroupName="WEB", Description="web"
    )
    assert code == "InvalidGroup.Duplicate"
    assert message == f"The security group 'WEB' already exists for VPC '{cloud.vpc()}'"
    code, _ = cloud.refused("ec2", "create_security_group", GroupName="sg-1", Description="web")
    assert code == "InvalidParameterValue"
    code, _ = cloud.refused("ec2", "create_security_group", GroupName="a", Description="wéb")
    assert code == "InvalidParameterValue"


def test_rules_have_ids_tags_and_normal_cidrs(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    rule = {
        "GroupId": group,
        "IpPermissions": [{**HTTP, "IpRanges": [{"CidrIp": "100.68.0.18/18"}]}],
    }
    specification = {"ResourceType": "security-group-rule", "Tags": [{"Key": "a", "Value": "b"}]}
    made = ec2.authorize_security_group_ingress(**rule, TagSpecifications=[specification])
    found = made["SecurityGroupRules"][0]
    assert found["SecurityGroupRuleId"].startswith("sgr-")
    assert found["CidrIpv4"] == "100.68.0.0/18"
    listed = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])[
        "SecurityGroupRules"
    ]
    assert [item["Tags"] for item in listed if not item["IsEgress"]] == [
        [{"Key": "a", "Value": "b"}]
    ]
    code, _ = cloud.refused("ec2", "authorize_security_group_ingress", **rule)
    assert code == "InvalidPermission.Duplicate"
    ec2.revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[found["SecurityGroupRuleId"]]
    )
    code, _ = cloud.refused(
        "ec2", "revoke_security_group_ingress", GroupId=group,
        SecurityGroupRuleIds=[found["SecurityGroupRuleId"]],
    )  # fmt: skip
    assert code == "InvalidSecurityGroupRuleId.NotFound"


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({**HTTP, "ToPort": 79, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, "InvalidParameterValue"),
        ({**HTTP, "IpRanges": [{"CidrIp": "0.0.0.0"}]}, "InvalidParameterValue"),
        ({**HTTP}, "MissingParameter"),
        ({**HTTP, "UserIdGroupPairs": [{"GroupId": "sg-0"}]}, "InvalidGroup.NotFound"),
    ],
)
def test_bad_rules(cloud: Cloud, permission: dict[str, Any], expected: str) -> None:
    group = cloud.client("ec2").create_security_group(GroupName="web", Description="web")["GroupId"]
    code, _ = cloud.refused(
        "ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[permission]
    )
    assert code == expected


def test_a_group_that_a_rule_names_stays(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    one = ec2.create_security_group(GroupName="one", Description="one")["GroupId"]
    two = ec2.create_security_group(GroupName="two", Description="two")["GroupId"]
    permission = {**HTTP, "UserIdGroupPairs": [{"GroupId": one}]}
    ec2.authorize_security_group_ingress(GroupId=two, IpPermissions=[permission])
    code, _ = cloud.refused("ec2", "delete_security_group", GroupId=one)
    assert code == "DependencyViolation"
    ec2.delete_security_group(GroupId=two)
    ec2.delete_security_group(GroupId=one)


def test_only_what_is_there_can_be_tagged(cloud: Cloud) -> None:
    for missing, expected in (
        ("sg-0123456789abcdef0", "InvalidGroup.NotFound"),
        ("sgr-0123456789abcdef0", "InvalidSecurityGroupRuleId.NotFound"),
    ):
        code, message = cloud.refused(
            "ec2", "create_tags", Resources=[missing], Tags=[{"Key": "a", "Value": "b"}]
        )
        assert code == expected and f"'{missing}'" in message


def test_modify_a_rule(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    made = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{**HTTP, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    )["SecurityGroupRules"][0]

    def change(**source: str) -> dict[str, Any]:
        return {
            "GroupId": group,
            "SecurityGroupRules": [
                {
                    "SecurityGroupRuleId": made["SecurityGroupRuleId"],
                    "SecurityGroupRule": {**HTTP, **source},
                }
            ],
        }

    ec2.modify_security_group_rules(**change(CidrIpv4="10.1.0.0/16", Description="narrow"))
    listed = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])[
        "SecurityGroupRules"
    ]
    assert (listed[0]["CidrIpv4"], listed[0]["Description"]) == ("10.1.0.0/16", "narrow")
    code, _ = cloud.refused("ec2", "modify_security_group_rules", **change(CidrIpv6="::/0"))
    assert code == "InvalidParameterValue"


def test_a_rule_for_all_protocols_is_modified_without_ports(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    made = ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[everything])
    key = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    (was,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[key])["SecurityGroupRules"]

    def change(protocol: str) -> dict[str, Any]:
        rule = {"IpProtocol": protocol, "CidrIpv4": "10.0.0.0/8", "Description": "out"}
        rules = [{"SecurityGroupRuleId": key, "SecurityGroupRule": rule}]
        return {"GroupId": group, "SecurityGroupRules": rules}

    ec2.modify_security_group_rules(**change("-1"))
    (now,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[key])["SecurityGroupRules"]
    assert now == was | {"Description": "out"}
    code, message = cloud.refused("ec2", "modify_security_group_rules", **change("tcp"))
    assert (code, "both from and to ports" in message) == ("InvalidParameterValue", True)


def test_unknown_and_missing_parameters(cloud: Cloud) -> None:
    code, message = cloud.refused("ec2", "create_security_group", GroupName="a")
    assert (code, message) == (
        "MissingParameter",
        "The request must contain the parameter Description",
    )


def test_private_subnets_can_be_made(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=zones[n])
        for n in range(2)
    ]
    ids = [item["Subnet"]["SubnetId"] for item in subnets]
    elb = cloud.client("elbv2")
    code, _ = cloud.refused("elbv2", "create_load_balancer", Name="web", Subnets=ids)
    assert code == "InvalidSubnet"  # no internet gateway
    elb.create_load_balancer(Name="web", Subnets=ids, Scheme="internal")
    assert {"ec2:vpc", "ec2:subnet"} <= set(cloud.objects())


def test_roles(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    trust = json.dumps(TRUST)
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
    code, message = cloud.refused(
        "iam", "create_role", RoleName="Web", AssumeRolePolicyDocument=trust
    )
    assert (code, message) == ("EntityAlreadyExists", "Role with name Web already exists.")
    code, _ = cloud.refused("iam", "create_role", RoleName="a", AssumeRolePolicyDocument="{")
    assert code == "MalformedPolicyDocument"
    stranger = json.loads(trust)
    stranger["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::123456789012:role/none"}
    code, message = cloud.refused(
        "iam", "create_role", RoleName="a", AssumeRolePolicyDocument=json.dumps(stranger)
    )
    assert code == "MalformedPolicyDocument" and message.startswith("Invalid principal in policy")
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="web", PolicyArn=managed)
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
        }
    )
    iam.put_role_policy(RoleName="web", PolicyName="a", PolicyDocument=document)
    iam.put_role_policy(RoleName="web", PolicyName="a", PolicyDocument=document)
    code, _ = cloud.refused("iam", "delete_role", RoleName="web")
    assert code == "DeleteConflict"
    iam.detach_role_policy(RoleName="web", PolicyArn=managed)
    code, message = cloud.refused("iam", "delete_role", RoleName="web")
    assert (code, message) == (
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
    )
    iam.delete_role_policy(RoleName="web", PolicyName="a")
    assert iam.get_role(RoleName="web")["Role"]["AssumeRolePolicyDocument"] == TRUST
    iam.delete_role(RoleName="web")
    code, _ = cloud.refused("iam", "get_role", RoleName="web")
    assert code == "NoSuchEntity"


def test_service_linked_roles(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    assert cloud.control("GET", "/account")["service_linked_roles"] == "absent"
    made = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForECS"
    code, message = cloud.refused(
        "iam", "create_service_linked_role", AWSServiceName="ecs.amazonaws.com"
    )
    assert code == "InvalidInput" and "has been taken in this account" in message
    assert cloud.objects() == {}
    account = cloud.control("PUT", "/account", {"service_linked_roles": "absent"})
    assert account["service_linked_roles"] == "absent"
    code, _ = cloud.refused("iam", "get_role", RoleName="AWSServiceRoleForECS")
    assert code == "NoSuchEntity"


def test_the_caller(cloud: Cloud) -> None:
    found = cloud.client("sts").get_caller_identity()
    assert found["Account"] == "123456789012"
    assert found["Arn"] == "arn:aws:iam::123456789012:user/developer"


def test_a_role_must_trust_its_caller(cloud: Cloud) -> None:
    iam, sts = cloud.client("iam"), cloud.client("sts")
    arn = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"][
        "Arn"
    ]
    code, _ = cloud.refused("sts", "assume_role", RoleArn=arn, RoleSessionName="test")
    assert code == "AccessDenied"
    open_to_account = json.loads(json.dumps(TRUST))
    open_to_account["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::123456789012:root"}
    iam.update_assume_role_policy(RoleName="deploy", PolicyDocument=json.dumps(open_to_account))
    assert sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]["SessionToken"]


def test_objects_show_roles_and_their_tags(cloud: Cloud) -> None:
    cloud.client("iam").create_role(
        RoleName="web",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Tags=[{"Key": "fargate:service", "Value": "web"}],
    )
    found = cloud.control("GET", "/objects")["objects"]
    assert [(item["kind"], item["name"], item["tags"]) for item in found] == [
        ("iam:role", "web", {"fargate:service": "web"})
    ]
