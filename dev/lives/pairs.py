"""Programs in which all inputs that meet in one call of AWS stand together, two by two.

Which objects an input touches is in changes.txt, and which call sets a property in the file of its kind, so neither is said
again here. A program holds many inputs, so
that a few programs hold all pairs; and not all, so that one input does not hide what another does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from inputs import GROUPS, SERVICE, Inputs
from rows import ABSENT, with_value

# The more stand together, the fewer programs are needed, and the more is hidden.
MOST = 16
# In every program: the name is `shop`, and the default VPC is where no subnets are given.
ALWAYS = {"name", "useDefaultVpc"}
GIVEN = ("vpcId", "publicSubnetIds", "privateSubnetIds")
# What is declared beside subnets that are given, and what in a network with IPv6.
BESIDE_GIVEN = ("assignPublicIp", "albSecurityGroupId", "serviceSecurityGroupId")
BESIDE_IPV6 = ("allowedCidrBlocks",)
OWN = ("network.cidr", "network.zones", "network.nat")
# What there is of a strategy that moves traffic.
MOVING = (
    "deployment.strategy",
    "deployment.bakeTimeInMinutes",
    "deployment.canary.",
    "deployment.linear.",
    "deployment.testListenerPort",
    "deployment.hooks",
    "deployment.pause",
    "deployment.rollbackAlarms.",
)
# What routes and further targets are made of.
ROUTED = [
    path
    for group in GROUPS.values()
    for path in group.inputs
    if path.startswith(("routes[]", "targets[]", "defaultAction."))
]
# What the rules refuse: with these values, the second means nothing or another thing beside the first.
AUTHENTICATED = [path for group in GROUPS.values() for path in group.inputs if "authentication." in path]
APART: dict[str, tuple[str, ...]] = {
    "albSecurityGroupId": ("allowedCidrBlocks", "allowedPrefixListIds"),
    "autoscaling.enabled": ("autoscaling.",),
    "autoscaling.requestCountTarget": MOVING,
    "deployment.minimumHealthyPercent": MOVING,
    "deployment.maximumPercent": MOVING,
    "deployment.circuitBreaker.enable": ("deployment.circuitBreaker.threshold", "deployment.circuitBreaker.reset"),
    "http": (
        "authentication.cognito.",
        "authentication.oidc.",
        "authentication.jwt.",
        "routes[].authentication.",
        *MOVING,
        "targetGroup.protocolVersion",
        "targets[].protocolVersion",
    ),
    "autoscaling.minCapacity": ("desiredCount",),
    "clusterArn": ("containerInsights",),
    "externalImage": ("build.", "imageTag", "resolveImage"),
    "image": ("build.",),
    "listenerArn": (
        "additionalCertificateArns",
        "allowedCidrBlocks",
        "allowedPrefixListIds",
        "certificateArn",
        "defaultAction.",
        "deletionProtection",
        "deployment.testListenerPort",
        "dns",
        "domainName",
        "hostedZoneId",
        "http",
        "idleTimeout",
        "internal",
        "listenerPort",
        "loadBalancer.",
        "mutualTls.",
        "network.",
        "redirectHttp",
        "sslPolicy",
        "subjectAlternativeNames",
        "targetGroup.protocolVersion",
        "webAclArn",
    ),
    "imageTag": ("build.",),
    "loadBalancer.accessLogs.own": ("loadBalancer.logsBucket.",),
    "loadBalancer.connectionLogs.own": ("loadBalancer.connectionLogs.bucket",),
    "loadBalancer.healthCheckLogs.own": ("loadBalancer.healthCheckLogs.bucket",),
    "monitoring.level": (
        "monitoring.serverErrorThreshold",
        "monitoring.clientErrorThreshold",
        "monitoring.redirectThreshold",
        "monitoring.responseTimeThreshold",
    ),
    "readonlyRootFilesystem": ("enableExecuteCommand",),
    "targetGroup.slowStart": ("targetGroup.algorithm", "targetGroup.anomalyMitigation"),
    "targetGroup.crossZone": ("targetGroup.stickiness.",),
    "targetGroup.stickiness.type": MOVING,
    "repository.enabled": ("resolveImage",),
    "spot": ("capacityProviderStrategies",),
    # A network is given or the service's own.
    **dict.fromkeys(OWN, (*GIVEN, "loadBalancer.ipAddressType")),
    "network.ipv6": GIVEN,
    "taskRoleArn": ("taskRoleStatements", "taskRolePolicyArns", "secretsKmsKeyArns"),
}
# What is not refused, but needs another network than the second's program has; and what is refused for what changes with it.
ELSEWHERE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(OWN, (*BESIDE_GIVEN, *BESIDE_IPV6)),
    "network.ipv6": BESIDE_GIVEN,
    # Beside a certificate there is nothing left to do in the zone.
    "dnsRecords": (
        "hostedZoneId",
        "certificateArn",
        "additionalCertificateArns",
        "mutualTls.",
        "sslPolicy",
        "redirectHttp",
        "http",
        "targetGroup.protocolVersion",
        "loadBalancer.responseHeaders.strictTransportSecurity",
        "authentication.",
        "routes[].authentication.",
    ),
    # A prefix changes with the bucket that it is in.
    "loadBalancer.connectionLogs.own": (
        "loadBalancer.connectionLogs.prefix",
        "loadBalancer.accessLogs.bucket",
        "loadBalancer.accessLogs.prefix",
    ),
    "loadBalancer.healthCheckLogs.own": (
        "loadBalancer.healthCheckLogs.prefix",
        "loadBalancer.accessLogs.bucket",
        "loadBalancer.accessLogs.prefix",
    ),
    # Those have a port for tests beside them.
    "listenerArn": (*MOVING, "authentication.", "routes[].authentication."),
    "monitoring.level": ("deployment.rollbackAlarms.",),
    "targetGroup.stickiness.cookieName": MOVING,
    **dict.fromkeys(ROUTED, MOVING),
    # One way in, and routes that may have another: test_authentication.py.
    **dict.fromkeys(AUTHENTICATED, (*MOVING, "routes[]", "targets[]", "defaultAction.", "authentication.")),
    **dict.fromkeys(
        ("loadBalancer.logsBucket.retentionInDays", "loadBalancer.logsBucket.forceDelete"),
        ("loadBalancer.accessLogs.bucket", "loadBalancer.accessLogs.prefix"),
    ),
}
# What is refused only when all of them are there: no role is left that could have the boundary.
TOO_MANY = frozenset({"permissionsBoundary", "taskRoleArn", "executionRoleArn"})

Pair = frozenset[str]


@dataclass(frozen=True)
class Feature:
    """An input with its value, and what must be there for it."""

    path: str
    needs: Inputs
    values: Inputs
    touches: frozenset[str]

    def refuses(self, other: Feature) -> bool:
        return other.path != self.path and other.path.startswith(APART.get(self.path, ()))

    def stands_with(self, other: Feature) -> bool:
        """Whether no value is asked for twice, or taken away from whom needs it gone."""
        if self.refuses(other) or other.refuses(self):
            return False
        if any(two.path.startswith(ELSEWHERE.get(one.path, ())) for one, two in ((self, other), (other, self))):
            return False
        mine, theirs = self.needs | self.values, other.needs | other.values
        for name in mine.keys() & theirs.keys():
            one, two = (ABSENT if it[name] is None else it[name] for it in (mine, theirs))
            among_needs = name not in self.values and name not in other.values
            if one != two and (among_needs or ABSENT in (one, two) or name in self.values.keys() & other.values.keys()):
                return False
        return True


def features(touched: dict[str, frozenset[str]]) -> dict[str, Feature]:
    """All inputs of the component."""
    found: dict[str, Feature] = {}
    for group in GROUPS.values():
        needs: Inputs = {name: it for name, it in group.program.items() if SERVICE.get(name) != it and name != "preset"}
        needs |= {name: None for name in SERVICE.keys() - group.program.keys()}
        for path, row in group.inputs.items():
            if path not in ALWAYS:
                values = {name.split("[]")[0]: it for name, it in {path: row.value, **row.changes_with}.items()}
                found[path] = Feature(path, needs, values, touched[path])
    return found


def meeting(all_of_them: dict[str, Feature]) -> set[Pair]:
    """The pairs that stand in the same call, and can stand together."""
    pairs = combinations(all_of_them.values(), 2)
    return {frozenset((one.path, two.path)) for one, two in pairs if one.touches & two.touches and one.stands_with(two)}


def programs(all_of_them: dict[str, Feature]) -> list[list[str]]:
    """Inputs that stand together, such that each pair does somewhere."""
    left = meeting(all_of_them)
    found: list[list[str]] = []
    while left:
        chosen: list[str] = sorted(min(left, key=sorted))
        while len(chosen) < MOST:
            gains = {
                path: sum(frozenset((path, it)) in left for it in chosen)
                for path, feature in all_of_them.items()
                if path not in chosen and not {*chosen, path} >= TOO_MANY
                if all(feature.stands_with(all_of_them[it]) for it in chosen)
            }
            best = max(sorted(gains), key=lambda path: gains[path], default="")
            if not best or not gains[best]:
                break
            chosen.append(best)
        left -= {frozenset(pair) for pair in combinations(chosen, 2)}
        found.append(chosen)
    return merged(found, all_of_them)


def merged(programs: list[list[str]], all_of_them: dict[str, Feature]) -> list[list[str]]:
    """The programs in fewer ones: small ones that meet nowhere share one."""
    found: list[list[str]] = []
    for program in sorted(programs, key=len, reverse=True):
        for other in found:
            both = sorted({*program, *other})
            if len(both) <= MOST and not {*both} >= TOO_MANY:
                pairs = combinations((all_of_them[path] for path in both), 2)
                if all(one.stands_with(two) for one, two in pairs):
                    other[:] = both
                    break
        else:
            found.append(program)
    return found


def declared(chosen: list[Feature]) -> Inputs:
    """The inputs of a program, with `$names`."""
    inputs: Inputs = dict(SERVICE)
    for asked in ([it.needs for it in chosen], [it.values for it in chosen]):
        for values in asked:
            for path, value in values.items():
                inputs = with_parents(inputs, path.split("."), ABSENT if value is None else value)
    return inputs


def with_parents(inputs: Inputs, path: list[str], value: Any) -> Inputs:
    head, *rest = path
    return with_value(inputs, head, with_parents(inputs.get(head) or {}, rest, value) if rest else value)
