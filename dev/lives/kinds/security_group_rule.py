"""A rule of a security group."""

from __future__ import annotations

from typing import Any

from account import Cloud
from rows import ABSENT, Facts, Kind, Row, Theirs
from state import Entry

from kinds._ec2 import TAGS, unnamed

NAMES = {"protocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort", "description": "Description"}


def look(cloud: Cloud, it: Entry) -> Facts:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    return {
        "securityGroupId": found["GroupId"],
        "direction": "egress" if found["IsEgress"] else "ingress",
        "protocol": found["IpProtocol"],
        "fromPort": found["FromPort"],
        "toPort": found["ToPort"],
        "cidrIpv4": found.get("CidrIpv4"),
        "prefixListId": found.get("PrefixListId"),
        "cidrIpv6": found.get("CidrIpv6"),
        "referencedSecurityGroupId": found.get("ReferencedGroupInfo", {}).get("GroupId"),
        "description": found.get("Description", ""),
        "tags": unnamed(found["Tags"]),
    }


def change(cloud: Cloud, it: Entry, path: str, value: Any) -> None:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    rule = {name: found[name] for name in (*NAMES.values(), "CidrIpv4") if name in found}
    rule[NAMES[path]] = value
    rules = [{"SecurityGroupRuleId": it.id, "SecurityGroupRule": rule}]
    ec2.modify_security_group_rules(GroupId=found["GroupId"], SecurityGroupRules=rules)


def delete(cloud: Cloud, it: Entry) -> None:
    ec2 = cloud.client("ec2")
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[it.id])["SecurityGroupRules"]
    revoke = ec2.revoke_security_group_egress if found["IsEgress"] else ec2.revoke_security_group_ingress
    revoke(GroupId=found["GroupId"], SecurityGroupRuleIds=[it.id])


def prefix_list(cloud: Cloud, name: str) -> str:
    made = cloud.client("ec2").create_managed_prefix_list(
        PrefixListName=name, MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": "10.0.0.0/8"}]
    )
    return str(made["PrefixList"]["PrefixListId"])


KIND = Kind(
    "fargate:ec2:SecurityGroupRule",
    {
        "securityGroupId": Row("$one.serviceSecurityGroupId", "$two.serviceSecurityGroupId"),
        "direction": Row("ingress", "egress"),
        # AWS could change these in place, and would cut off whoever is served: another rule comes first.
        "protocol": Row("tcp", "udp", change=change),
        "fromPort": Row(8000, 8001, needed=True, change=change),
        "toPort": Row(8005, 8006, needed=True, change=change),
        "cidrIpv4": Row("10.0.0.0/8", "10.1.0.0/16", needed=True),
        "cidrIpv6": Row("2001:db8::/32", "2001:db8:1::/48", needed=True, needs={"cidrIpv4": ABSENT}),
        "prefixListId": Row("$list1", "$list2", needed=True, needs={"cidrIpv4": ABSENT}),
        "referencedSecurityGroupId": Row(
            "$one.albSecurityGroupId", "$two.albSecurityGroupId", needed=True, needs={"cidrIpv4": ABSENT}
        ),
        "description": Row("One", "", change=change),
    },
    look=look,
    delete=delete,
    tag=TAGS,
    moves={"securityGroupId": "$two.serviceSecurityGroupId"},
    passed_on=True,
    ground={name: Theirs(prefix_list, "pl-0123456789abcdef0") for name in ("list1", "list2")},
)
