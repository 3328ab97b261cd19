"""The network loses AWS's answers after the effect: the object stands, and nobody was told."""

from world import IMAGE, Cloud, Stack

CREATES = [
    ("ecs", "CreateCluster"),
    ("ecs", "RegisterTaskDefinition"),
    ("ecs", "CreateService"),
    ("elbv2", "CreateLoadBalancer"),
    ("elbv2", "CreateTargetGroup"),
    ("elbv2", "CreateListener"),
    ("ec2", "CreateSecurityGroup"),
    ("ec2", "AuthorizeSecurityGroupIngress"),
    ("ec2", "AuthorizeSecurityGroupEgress"),
    ("iam", "CreateRole"),
    ("logs", "CreateLogGroup"),
]


def lose_the_answers(cloud: Cloud) -> None:
    for service, operation in CREATES:
        cloud.fault(service, operation, "reset_after")


def test_runs_go_on_until_all_is_made_and_nothing_is_left_behind(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    lose_the_answers(cloud)
    for _ in CREATES:
        cli = stack.start("up", "--yes", "--skip-preview")
        text, _ = cli.communicate(timeout=120)
        if cli.returncode == 0:
            break
    assert cli.returncode == 0, text
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_lost_answer_does_not_fail_the_run(stack: Stack, cloud: Cloud) -> None:
    stack.service(image=IMAGE, useDefaultVpc=True)
    lose_the_answers(cloud)
    stack.up()
