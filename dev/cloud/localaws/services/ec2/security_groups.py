"""EC2 security groups and their rules, where moto is softer than AWS.

Sources: EC2 API reference (CreateSecurityGroup, AuthorizeSecurityGroupIngress, "Error codes"),
Terraform's ec2/vpc_security_group.go and vpc_security_group_ingress_rule.go, aws.md 8.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on

from .networks import backend, group_of

_CHARACTERS = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*")
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "tcp": "tcp", "udp": "udp",
              "icmp": "icmp", "icmpv6": "icmpv6", "-1": "-1", "all": "-1"}  # fmt: skip
RULES_PER_GROUP = 60  # the default quota, inbound and outbound apart


@on("ec2", "CreateSecurityGroup")
def create_security_group(call: Call) -> Params:
    name, description = call.params["GroupName"], call.params["Description"]
    _check_text("name", name)
    _check_text("description", description)
    if not description:
        raise AwsError(
            "MissingParameter", "The request must contain the parameter GroupDescription"
        )
    if name.lower().startswith("sg-"):
        raise AwsError(
            "InvalidParameterValue",
            f"Invalid value '{name}' for groupName. Group names may not be in the format sg-*",
        )
    if name.lower() == "default":
        raise AwsError("InvalidGroup.Reserved", f"cannot use reserved security group name: {name}")
    ec2 = backend(call.context)
    vpc_id = call.params.get("VpcId") or ec2.default_vpc.id
    if vpc_id not in ec2.vpcs:
        raise AwsError("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    for group in ec2.groups[vpc_id].values():
        # names are unique per VPC, compared without case
        if group.name.lower() == name.lower():
            raise AwsError(
                "InvalidGroup.Duplicate",
                f"The security group '{name}' already exists for VPC '{vpc_id}'",
            )
    return call.moto()


def _check_text(what: str, text: str) -> None:
    if len(text) > 255 or not _CHARACTERS.fullmatch(text):
        raise AwsError(
            "InvalidParameterValue",
            f"Invalid security group {what}. Valid {what}s are strings less than 256 characters "
            "from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        )


@on("ec2", "DescribeSecurityGroups")
def describe_security_groups(call: Call) -> Params:
    """One missing id fails the whole call; with the filter `group-id` it would just be absent."""
    for group_id in call.params.get("GroupIds", []):
        group_of(call.context, group_id)
    return call.moto()


@on("ec2", "DeleteSecurityGroup")
def delete_security_group(call: Call) -> Params:
    """Refused while an interface or another group's rule uses it (aws.md 8.1)."""
    context = call.context
    group_id = call.params.get("GroupId")
    if not group_id:
        return call.moto()
    group = group_of(context, group_id)
    if group.name == "default":
        raise AwsError(
            "CannotDelete",
            f'the specified group: "{group_id}" name: "default" cannot be deleted by a user',
        )
    ec2 = backend(context)
    in_use = any(group in interface.group_set for interface in ec2.enis.values())
    if in_use or _referenced(context, group_id):
        raise AwsError("DependencyViolation", f"resource {group_id} has a dependent object")
    call.moto()
    return {"Return": True, "GroupId": group_id}


def _referenced(context: Context, group_id: str) -> bool:
    for groups in backend(context).groups.values():
        for other in groups.values():
            if other.id == group_id:
                continue
            for rule in (*other.ingress_rules, *other.egress_rules):
                if rule.source_group.get("GroupId") == group_id:
                    return True
    return False


@on("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def authorize(call: Call) -> Params:
    params = call.params
    if not params.get("GroupId"):
        raise AwsError("MissingParameter", "The request must contain the parameter GroupId")
    group = group_of(call.context, params["GroupId"])
    if "IpPermissions" not in params:
        raise AwsError("MissingParameter", "The request must contain the parameter ipPermissions")
    for permission in params["IpPermissions"]:
        _check_permission(call.context, permission)
    inbound = call.operation.endswith("Ingress")
    present = _counted(call.context, group.ingress_rules if inbound else group.egress_rules)
    given = (
        _sources(it) + _entries(call.context, it.get("PrefixListIds", []))
        for it in params["IpPermissions"]
    )
    if present + sum(given) > RULES_PER_GROUP:
        raise AwsError(
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached.",
        )
    result = call.moto()
    _describe_lists(group.ingress_rules if inbound else group.egress_rules, params["IpPermissions"])
    return result


def _describe_lists(rules: list[Any], given: list[Params]) -> None:
    """moto forgets the description of a rule whose source is a prefix list."""
    told = {
        it["PrefixListId"]: it["Description"]
        for permission in given
        for it in permission.get("PrefixListIds", [])
        if it.get("Description")
    }
    for rule in rules:
        if rule.prefix_list_id in told and not rule.ip_range.get("Description"):
            rule.ip_range["Description"] = told[rule.prefix_list_id]


def _counted(context: Context, rules: list[Any]) -> int:
    """As many rules as the quota sees."""
    lists = [{"PrefixListId": it.prefix_list_id} for it in rules if it.prefix_list_id]
    return len(rules) + _entries(context, lists)


def _entries(context: Context, lists: list[Params]) -> int:
    """What prefix lists count beside one each: as many as they may have entries (VPC user guide, "Working with
    AWS-managed prefix lists", weight; "Prefix lists": the maximum)."""
    known = backend(context).managed_prefix_lists
    more = 0
    for item in lists:
        found = known.get(item.get("PrefixListId", ""))
        if found is None:
            raise AwsError(
                "InvalidPrefixListID.NotFound",
                f"The prefix list ID '{item.get('PrefixListId')}' does not exist",
            )
        more += int(found.max_entries or 1) - 1
    return more


def _sources(permission: Params) -> int:
    return sum(
        len(permission.get(kind, []))
        for kind in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    )


def _check_permission(context: Context, permission: Params) -> None:
    protocol = _PROTOCOLS.get(str(permission.get("IpProtocol", "")).lower())
    if protocol is None:
        if not str(permission.get("IpProtocol", "")).isdigit():
            raise AwsError(
                "InvalidParameterValue",
                f"Invalid value '{permission.get('IpProtocol')}' for IP protocol. Unknown protocol.",
            )
    else:
        permission["IpProtocol"] = protocol
    if protocol in ("tcp", "udp"):
        _check_ports(protocol, permission)
    if protocol == "-1":
        # AWS answers with -1 or nothing, whatever ports were sent
        permission.pop("FromPort", None)
        permission.pop("ToPort", None)
    if _sources(permission) == 0:
        raise AwsError("MissingParameter", "Source group ID missing.")
    for entry in permission.get("IpRanges", []):
        entry["CidrIp"] = normalised(entry.get("CidrIp", ""), ipaddress.IPv4Network)
        _check_description(entry)
    for entry in permission.get("Ipv6Ranges", []):
        entry["CidrIpv6"] = normalised(entry.get("CidrIpv6", ""), ipaddress.IPv6Network)
        _check_description(entry)
    for pair in permission.get("UserIdGroupPairs", []):
        if pair.get("GroupId"):
            group_of(context, pair["GroupId"])
        _check_description(pair)


def _check_ports(protocol: str, permission: Params) -> None:
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if low is None or high is None:
        raise AwsError(
            "InvalidParameterValue",
            "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
        )
    if not (0 <= low <= high <= 65535):
        raise AwsError(
            "InvalidParameterValue", f"Invalid {protocol.upper()} port range ({low}:{high})"
        )


def _check_description(entry: Params) -> None:
    text = entry.get("Description", "")
    if len(text) > 255 or not _CHARACTERS.fullmatch(text):
        raise AwsError(
            "InvalidParameterValue",
            "Invalid rule description. Valid descriptions are strings less than 256 characters "
            "from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        )


def normalised(cidr: str, kind: Any) -> str:
    """AWS cuts the host bits off: 100.68.0.18/18 becomes 100.68.0.0/18."""
    try:
        if "/" not in cidr:
            raise ValueError
        return str(kind(cidr, strict=False))
    except ValueError:
        raise AwsError("InvalidParameterValue", f"CIDR block {cidr} is malformed") from None


@on("ec2", "ModifySecurityGroupRules")
def modify_security_group_rules(call: Call) -> Params:
    """In place, but not from one kind of source to another. Only TCP and UDP need ports (botocore: FromPort
    of SecurityGroupRuleRequest); moto asks for them always."""
    portless = []
    group = group_of(call.context, call.params["GroupId"])
    kinds = {"CidrIpv4": "cidr_ipv4", "CidrIpv6": "cidr_ipv6", "PrefixListId": "prefix_list_id",
             "ReferencedGroupId": "referenced_group_info"}  # fmt: skip
    for item in call.params["SecurityGroupRules"]:
        rule_id = item.get("SecurityGroupRuleId", "")
        rule = group.get_rule(rule_id)
        if rule is None:
            raise AwsError(
                "InvalidSecurityGroupRuleId.NotFound",
                f"The security group rule ID '{rule_id}' does not exist",
            )
        wanted = item.get("SecurityGroupRule", {})
        given = [kind for kind in kinds if kind in wanted]
        if len(given) != 1 or not getattr(rule, kinds[given[0]], None):
            raise AwsError(
                "InvalidParameterValue",
                "The source type of a security group rule cannot be changed; exactly one of "
                "CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be given.",
            )
        if "CidrIpv4" in wanted:
            wanted["CidrIpv4"] = normalised(wanted["CidrIpv4"], ipaddress.IPv4Network)
        if "CidrIpv6" in wanted:
            wanted["CidrIpv6"] = normalised(wanted["CidrIpv6"], ipaddress.IPv6Network)
        _check_description(wanted)
        protocol = _PROTOCOLS.get(str(wanted.get("IpProtocol", "")).lower())
        wanted["IpProtocol"] = protocol or wanted.get("IpProtocol")
        if protocol in ("tcp", "udp"):
            _check_ports(protocol, wanted)
        if protocol == "-1":
            wanted["FromPort"] = wanted["ToPort"] = -1
            portless.append(rule)
    result = call.moto()
    for rule in portless:
        rule.from_port = rule.to_port = None
    return result


@on("ec2", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
def revoke(call: Call) -> Params:
    group = group_of(call.context, call.params.get("GroupId", ""))
    for rule_id in call.params.get("SecurityGroupRuleIds", []):
        if group.get_rule(rule_id) is None:
            raise AwsError(
                "InvalidSecurityGroupRuleId.NotFound",
                f"The security group rule ID '{rule_id}' does not exist",
            )
    for permission in call.params.get("IpPermissions", []):
        permission["IpProtocol"] = _PROTOCOLS.get(
            str(permission.get("IpProtocol", "")).lower(), permission.get("IpProtocol")
        )
        for entry in permission.get("IpRanges", []):
            entry["CidrIp"] = normalised(entry.get("CidrIp", ""), ipaddress.IPv4Network)
    return call.moto()


@on("ec2", "CreateTags")
def create_tags(call: Call) -> Params:
    """Only what is there can be tagged; moto says so of groups, in words of its own, and of no rule."""
    groups = [
        group for groups in backend(call.context).groups.values() for group in groups.values()
    ]
    ec2 = backend(call.context)
    addresses = [it.allocation_id for it in ec2.addresses]
    for resource in call.params["Resources"]:
        if resource.startswith("eipalloc-") and resource not in addresses:
            raise AwsError(
                "InvalidElasticIpID.NotFound", f"The elasticIp ID '{resource}' does not exist"
            )
        if resource.startswith("eigw-") and resource not in ec2.egress_only_internet_gateways:
            raise AwsError(
                "InvalidEgressOnlyInternetGatewayId.NotFound",
                f"The egressOnlyInternetGateway ID '{resource}' does not exist",
            )
        if resource.startswith("sg-"):
            group_of(call.context, resource)
        if resource.startswith("sgr-") and not any(group.get_rule(resource) for group in groups):
            raise AwsError(
                "InvalidSecurityGroupRuleId.NotFound",
                f"The security group rule ID '{resource}' does not exist",
            )
    return call.moto()


def _description(rule: SecurityGroupRule) -> str | None:
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


# moto tells a rule's description only if its source is a CIDR block; EC2 tells it for groups as well
# (botocore, SecurityGroupRule.Description).
SecurityGroupRule.description = property(_description)
