"""Every call to AWS in `pulumi up --debug`: with its request, and without a secret; and who AWS sees calling."""

import re

from world import SMALL, VERSION, Cloud, Stack

LINE = re.compile(
    r"debug: (?P<call>[\w-]+:\w+) for (?P<object>.+): status 200 after \d+ ms, request (?P<request>[\w-]+)"
)


def test_debug_shows_each_call_with_its_request_and_no_secret(stack: Stack, cloud: Cloud) -> None:
    providers = ["FARGATE", "FARGATE_SPOT"]
    secret = cloud.client("ecs").create_cluster(clusterName="shared", capacityProviders=providers)["cluster"][
        "clusterArn"
    ]
    stack.service(**SMALL, clusterArn={"fn::secret": secret})
    cloud.forget_calls()
    ran = stack.up("--debug")
    calls = {it["request"]: it for it in cloud.calls()}
    shown = [it.groupdict() for it in LINE.finditer(ran.text)]
    assert {"ecs:CreateService", "iam:CreateRole", "elasticloadbalancing:CreateLoadBalancer"} <= {
        it["call"] for it in shown
    }
    for line in shown:
        assert calls[line["request"]]["operation"] == line["call"].split(":")[1], line
    assert {"call": "ecs:DescribeClusters", "object": "[secret]"}.items() <= next(
        it for it in shown if it["call"] == "ecs:DescribeClusters"
    ).items()
    ran.says_not(secret)


def test_no_call_is_shown_without_debug(stack: Stack, cloud: Cloud) -> None:
    stack.service(**SMALL)
    cloud.forget_calls()
    ran = stack.up()
    ran.says_not("iam:CreateRole", *(it["request"] for it in cloud.calls()))
    assert all(f" lib/pulumi-fargate/{VERSION}" in it["user_agent"] for it in cloud.calls())
