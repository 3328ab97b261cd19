"""Inputs that are not known yet, and inputs that are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from inputs import FEATURES, GROUPS, Inputs
from kinds import KINDS
from life import Life, Ran
from test_inputs import inputs_of_the_schema, program
from values import UNKNOWN, Secret, read, unhidden_texts
from world import IMAGE, Cloud

ARN = "arn:aws:{}:eu-west-1:123456789012:{}".format
PLACES = {
    "$secret1": ARN("secretsmanager", "secret:one-AbCdEf"),
    "$key1": ARN("kms", "key/11111111-1111-1111-1111-111111111111"),
    "$one.clusterArn": ARN("ecs", "cluster/one"),
    "$one.taskRoleArn": "arn:aws:iam::123456789012:role/one-task",
    "$one.executionRoleArn": "arn:aws:iam::123456789012:role/one-execution",
    "$one.albSecurityGroupId": "sg-0123456789abcdef0",
    "$one.serviceSecurityGroupId": "sg-0123456789abcdef1",
    **{f"${name}": it.like for kind in KINDS.values() for name, it in kind.ground.items()},
}


class Elsewhere:
    """Ids of things that a preview never meets."""

    def filled(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return PLACES.get(value, "subnet-0123456789abcdef0")
        if isinstance(value, dict):
            return {name: self.filled(it) for name, it in value.items()}
        if isinstance(value, list):
            return [self.filled(it) for it in value]
        return value


# They decide which children exist, so they are plain: an SDK waits for them.
PLAIN = {path for path, spec in inputs_of_the_schema().items() if spec.get("plain")}
ROWS = {path: (group.program, row) for group in GROUPS.values() for path, row in group.inputs.items()}
OUTPUTS = sorted(ROWS.keys() - PLAIN)
KEPT = {"image": IMAGE, "useDefaultVpc": True}


def leaf(inputs: Inputs, path: str, value: Any) -> Inputs:
    """The inputs with a value at a path; a member of a list stands in the first item that has it."""
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    if not rest:
        return inputs | {name: value}
    if head.endswith("[]"):
        items = list(inputs.get(name) or [{}])
        member = rest.split(".")[0].removesuffix("[]")
        index = next((index for index, it in enumerate(items) if member in it), 0)
        items[index] = leaf(items[index], rest, value)
        return inputs | {name: items}
    return inputs | {name: leaf(inputs.get(name, {}), rest, value)}


def members(inputs: Inputs, above: str = "") -> Iterator[tuple[str, Any]]:
    """The values in the inputs, by their paths."""
    for name, value in inputs.items():
        if isinstance(value, dict) and f"{above}{name}" not in PLAIN:
            yield from members(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def declared(path: str, value: Any) -> Inputs:
    base, row = ROWS[path]
    inputs = Elsewhere().filled(base)
    if path in ("vpcId", "privateSubnetIds"):
        inputs["publicSubnetIds"] = UNKNOWN
    elif "publicSubnetIds" in inputs:
        inputs = {name: it for name, it in inputs.items() if name != "publicSubnetIds"}
        inputs |= {"useDefaultVpc": True} if path != "publicSubnetIds" else {}
    list_name, _, member = path.partition("[].")
    if member:
        inputs = program(inputs, list_name, type(row)(row.value), Elsewhere())  # type: ignore[arg-type]
    for name, it in row.changes_with.items():
        inputs = program(inputs, name, type(row)(it), Elsewhere())  # type: ignore[arg-type]
    above, oidc, _ = path.rpartition("authentication.oidc.")
    if oidc:
        # A known one is looked at.
        inputs = leaf(inputs, f"{above}{oidc}clientSecretArn", UNKNOWN)
    return leaf(inputs, path, value)


def children(ran: Ran) -> set[str]:
    return {step.name for step in ran.steps if step.op == "create"}


def test_each_input_alone_may_be_unknown(life: Life) -> None:
    for path in OUTPUTS:
        life.service("web", None, **declared(path, UNKNOWN))
        try:
            ran = life.preview()
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
        balancer = set() if path in APART else {"web-alb"}
        assert {"web-service", "web-target-group", "web-task-definition"} | balancer <= children(ran), path


# Three ways to have an image and a network, and what only the one of each takes.
IMAGES = {"image": {"image"}, "repository": {"imageTag", "repository"}, "build": {"build"}}
NETWORKS = {
    "default": {"useDefaultVpc": True},
    "own": {"vpcId": UNKNOWN, "publicSubnetIds": [UNKNOWN, UNKNOWN], "privateSubnetIds": UNKNOWN},
    "created": {"network": {"nat": "single", "ipv6": True}},
}
# Inputs that name something of one's own shut out what the made one would be like.
INSTEAD = {
    "clusterArn": {"containerInsights"},
    "taskRoleArn": {"taskRolePolicyArns", "taskRoleStatements", "secretsKmsKeyArns"},
    "capacityProviderStrategies": {"spot"},
}
# What means nothing beside a strategy that moves traffic, or without what only another program says.
BESIDE_A_CANARY = (
    "deployment.linear.",
    "deployment.minimumHealthyPercent",
    "deployment.maximumPercent",
    "deployment.pauseTimeoutInMinutes",
    "autoscaling.requestCountTarget",
    "targets[]",
    "routes[].forward.",
    "defaultAction.redirect.",
    "authentication.",
)
# The component has a bucket for these logs.
BESIDE_A_BUCKET = ("loadBalancer.accessLogs.bucket",)
# What only the listener of another stack says.
APART = ("listenerArn",)
# ECS moves the traffic of one route, and the others do something else.
ANSWER = dict.fromkeys(("statusCode", "contentType", "messageBody"), UNKNOWN)
REWRITE = {"regex": UNKNOWN, "replace": UNKNOWN}
ROUTES: list[Inputs] = [
    dict.fromkeys(("pathPatterns", "hostHeaders", "sourceIps", "methods"), UNKNOWN)
    | {"httpHeaders": [{"name": UNKNOWN, "values": UNKNOWN}], "queryStrings": [{"key": UNKNOWN, "value": UNKNOWN}]}
    | {"rewriteHost": REWRITE, "rewriteUrl": REWRITE},
    {"pathPatterns": UNKNOWN}
    | {"redirect": dict.fromkeys(("statusCode", "protocol", "port", "host", "path", "query"), UNKNOWN)},
    {"pathPatterns": UNKNOWN, "fixedResponse": ANSWER},
]
# A schedule has one time.
SCHEDULES: list[Inputs] = [
    {"name": "night", "cron": UNKNOWN, "timezone": UNKNOWN, "minCapacity": UNKNOWN, "maxCapacity": UNKNOWN},
    {"name": "campaign", "at": UNKNOWN, "maxCapacity": UNKNOWN},
    {"name": "often", "rate": UNKNOWN, "minCapacity": UNKNOWN},
]


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Where something unknown stands."""
    if isinstance(value, dict):
        for name, it in value.items():
            yield from paths(it, f"{above}.{name}".lstrip("."))
    elif isinstance(value, list):
        for it in value:
            yield from paths(it, f"{above}[]")
    else:
        yield above


def everything_unknown(image: str, network: str, instead: bool) -> Inputs:
    shut_out = set().union(*INSTEAD.values()) if instead else set(INSTEAD)
    shut_out |= set().union(*(names for way, names in IMAGES.items() if way != image))
    # With the other store some inputs mean nothing.
    shut_out |= {"permissionsBoundary", "vpcId", "publicSubnetIds", "privateSubnetIds", "secretStore"}
    if network != "created":
        shut_out |= {path for path in {*PLAIN, *OUTPUTS} if path.startswith("network.")} | {"network"}
    inputs: Inputs = dict(NETWORKS[network])
    for path, value in ((path, it) for feature in FEATURES for path, it in members(feature.program)):
        # What decides whether a feature is there must be known.
        inputs = leaf(inputs, path, value) if path in PLAIN - shut_out else inputs
    inputs = leaf(inputs, "mutualTls.mode", "verify")
    for path in OUTPUTS:
        if path.split(".")[0].removesuffix("[]") in shut_out or path.startswith(
            (*BESIDE_A_CANARY, *BESIDE_A_BUCKET, *APART, "routes[]", "autoscaling.schedules[]")
        ):
            continue
        inputs = leaf(inputs, path, UNKNOWN)
    return leaf(inputs, "autoscaling.schedules", SCHEDULES) | {"routes": ROUTES}


def test_the_routes_have_all_that_a_route_has() -> None:
    of_routes = {path for path in OUTPUTS if path.startswith("routes[].") and "authentication" not in path}
    assert set(paths({"routes": ROUTES})) == {it for it in of_routes if not it.startswith(BESIDE_A_CANARY)}


@pytest.mark.parametrize("instead", [False, True])
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("image", IMAGES)
def test_all_inputs_may_be_unknown_at_once(life: Life, image: str, network: str, instead: bool) -> None:
    life.service("web", None, **everything_unknown(image, network, instead))
    made = children(life.preview())
    assert {"web-service", "web-alb", "web-https", "web-task-definition", "web-scaling", "web-dashboard"} <= made
    assert ("web-repository" in made) == (image != "image")
    assert ("web-cluster" in made) != instead and ("web-task-role" in made) != instead


def texts(ran: Ran) -> list[str]:
    """Whatever the plugin has sent in the clear."""
    found = [it.message for it in ran.heard.log]
    for sent in ran.heard.sent:
        if isinstance(sent.message, str):
            found.append(sent.message)
            continue
        for field, value in sent.message.ListFields():
            if field.message_type is not None and field.message_type.full_name == "google.protobuf.Struct":
                found += unhidden_texts(read(value, unknowns=True, outputs=True))
            else:
                found.append(str(value))
    return found


def strings(value: Any) -> Any:
    """A value with each text in it secret."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, dict):
        return {name: strings(it) for name, it in value.items()}
    if isinstance(value, list):
        return [strings(it) for it in value]
    return value


HIDDEN = "hush-hush"
# Texts that nobody checks: each may be anything, so each can be recognised wherever it turns up.
FREE = {
    "image": f"public.ecr.aws/{HIDDEN}/nginx:1",
    "secrets": {"KEY": f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{HIDDEN}-AbCdEf"},
    "databaseSecretArn": f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{HIDDEN}-AbCdEf",
    "triggers": {"at": HIDDEN},
    "taskRolePolicyArns": [f"arn:aws:iam::aws:policy/{HIDDEN}"],
    "permissionsBoundary": f"arn:aws:iam::aws:policy/{HIDDEN}",
    "monitoring.alarmActions": [f"arn:aws:sns:eu-west-1:123456789012:{HIDDEN}"],
    "logKmsKeyId": f"arn:aws:kms:eu-west-1:123456789012:key/{HIDDEN}",
    "certificateArn": f"arn:aws:acm:eu-west-1:123456789012:certificate/{HIDDEN}",
    "taskRoleStatements[].actions": [f"s3:{HIDDEN}"],
    "taskRoleStatements[].resources": [f"arn:aws:s3:::{HIDDEN}/*"],
}


# Texts that AWS shows to many: a secret is refused there.
SHOWN = {
    "environment": {"KEY": HIDDEN},
    "command": [HIDDEN],
    "entryPoint": [HIDDEN],
    "user": HIDDEN,
    "containerName": HIDDEN,
    "workingDirectory": f"/{HIDDEN}",
    "healthCheck.path": f"/{HIDDEN}",
    "tags": {"team": HIDDEN},
    "containerHealthCheck.command": ["CMD-SHELL", HIDDEN],
}


# A fresh certificate may be unknown to the balancer for minutes; this one stays unknown.
IN_VAIN = {"certificateArn": {"customTimeouts": {"create": "2s"}}}


@pytest.mark.parametrize("path", FREE)
def test_a_secret_is_told_to_nobody(life: Life, path: str) -> None:
    """Not in a preview, not in a run that may fail, not in a refresh, not in the state."""
    life.service("web", IN_VAIN.get(path), **declared(path, strings(FREE[path])))
    runs = [life.preview()]
    runs += [life.try_up(), life.refresh()]
    for it in runs:
        assert [text for text in texts(it) if HIDDEN in text] == []
    state = [(it.name, text) for it in life.state.entries for text in unhidden_texts({"i": it.inputs, "o": it.outputs})]
    assert [it for it in state if HIDDEN in it[1]] == []


def test_a_secret_is_refused_where_aws_would_show_it(life: Life, cloud: Cloud) -> None:
    """As a whole, and each text in it alone."""
    for path in SHOWN:
        for value in (strings(SHOWN[path]), Secret(SHOWN[path])):
            life.service("web", None, **declared(path, value))
            ran = life.preview(fails=True)
            ran.says(path, "The value is secret")
            assert [text for text in texts(ran) if HIDDEN in text] == [], path
    assert cloud.objects() == []


def test_a_secret_that_is_wrong_is_told_to_nobody(life: Life) -> None:
    for path in ("cpu", "architecture", "healthCheck.matcher", "sslPolicy", "imageTag", "image", "vpcId", "name"):
        life.service("web", None, **(KEPT | leaf({}, path, Secret(f"{HIDDEN} !"))))
        ran = life.preview(fails=True)
        assert HIDDEN not in ran.text, path
        assert [text for text in texts(ran) if HIDDEN in text] == [], path


def test_what_decides_which_parts_there_are_must_be_known(life: Life) -> None:
    for path in sorted(PLAIN - {"taskRoleStatements[].sid"}):
        life.service("web", None, **leaf(dict(KEPT), path, UNKNOWN))
        life.preview(fails=True).says(path.replace("[]", "[0]"), "must be known")
