"""What a run does with a deployment that it watches, and what the next run makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from deaths import cancelled_while_it_watches, dies_while_it_watches
from life import Life
from values import Secret
from world import SMALL, Cloud

NEXT: dict[str, Any] = SMALL | {"image": "public.ecr.aws/shop/next:1", "name": "shop"}
FIRST: dict[str, Any] = SMALL | {"name": "shop"}


def slowly(cloud: Cloud) -> None:
    cloud.control("POST", "clock", {"speed": 1})


def at_once(cloud: Cloud) -> None:
    cloud.control("POST", "clock", {"speed": 0})


def newest(cloud: Cloud) -> dict[str, Any]:
    """The newest deployment of the service."""
    ecs = cloud.client("ecs")
    briefs = ecs.list_service_deployments(cluster="shop", service="shop")["serviceDeployments"]
    (found,) = ecs.describe_service_deployments(serviceDeploymentArns=[briefs[0]["serviceDeploymentArn"]])[
        "serviceDeployments"
    ]
    return dict(found)


def running(cloud: Cloud) -> str:
    """The image that runs."""
    ecs = cloud.client("ecs")
    (service,) = ecs.describe_services(cluster="shop", services=["shop"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return str(definition["containerDefinitions"][0]["image"])


@pytest.mark.parametrize("triggers", [{}, {"at": "1"}], ids=["without triggers", "with triggers"])
def test_where_the_plugin_died_the_next_run_goes_on_watching(
    life: Life, cloud: Cloud, triggers: dict[str, str]
) -> None:
    life.service("web", None, **FIRST).up()
    slowly(cloud)
    life.service("web", None, **NEXT, triggers=triggers)
    dies_while_it_watches(life)
    watched = newest(cloud)["serviceDeploymentArn"]
    at_once(cloud)
    life.up()
    if not triggers:
        assert newest(cloud)["serviceDeploymentArn"] == watched
    assert running(cloud) == NEXT["image"]
    life.no_change()


def test_a_cancelled_run_takes_its_deployment_back(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **FIRST).up()
    slowly(cloud)
    life.service("web", None, **NEXT)
    cancelled_while_it_watches(life).says("stopped on request", "ECS was asked to go back to what ran before")
    assert newest(cloud)["status"].startswith("ROLLBACK")
    at_once(cloud)
    while newest(cloud)["status"] == "ROLLBACK_IN_PROGRESS":
        cloud.control("POST", "clock", {"advance": 60})
    assert newest(cloud)["status"] == "ROLLBACK_SUCCESSFUL"
    assert running(cloud) == FIRST["image"]
    # The state does not pretend: the next run deploys what the program says.
    assert [str(it) for it in life.plan() if it.name == "web-service"] == ["update web-service"]
    life.up()
    assert running(cloud) == NEXT["image"]
    life.no_change()


def test_a_cancelled_run_leaves_its_deployment_if_it_is_told_so(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **FIRST).up()
    slowly(cloud)
    life.service("web", None, **NEXT, deployment={"onCancel": "leave"})
    cancelled_while_it_watches(life).says("ECS goes on with the deployment", "`deployment.onCancel`")
    watched = newest(cloud)["serviceDeploymentArn"]
    at_once(cloud)
    cloud.forget_calls()
    life.up()
    assert "ecs:UpdateService" not in cloud.counts()
    assert newest(cloud)["serviceDeploymentArn"] == watched
    life.no_change()


def test_a_cancelled_first_deployment_goes_on(life: Life, cloud: Cloud) -> None:
    """There is nothing to go back to: stopped, ECS would give it up."""
    slowly(cloud)
    life.service("web", None, **FIRST)
    # The balancer needs minutes, and the service is begun at once.
    cancelled_while_it_watches(life).says("no earlier one has worked")
    assert newest(cloud)["status"] == "IN_PROGRESS"
    at_once(cloud)
    life.up()
    assert newest(cloud)["status"] == "SUCCESSFUL"
    life.no_change()


@pytest.mark.parametrize("more", [{}, {"triggers": {"at": "1"}}, {"forceNewDeployment": True}], ids=str)
def test_what_became_healthy_after_a_time_out_is_not_deployed_again(
    life: Life, cloud: Cloud, more: dict[str, Any]
) -> None:
    life.service("web", None, **FIRST, **more).up()
    slowly(cloud)
    life.service("web", {"customTimeouts": {"update": "2s"}}, **NEXT, **more)
    life.up(fails=True).says("gave up waiting for the deployment of service shop", "The next `pulumi up` waits for it")
    watched = newest(cloud)["serviceDeploymentArn"]
    at_once(cloud)
    life.service("web", None, **NEXT, **more)
    life.up()
    assert newest(cloud)["serviceDeploymentArn"] == watched
    life.no_change()


def test_the_state_says_what_really_runs_after_a_failure(life: Life, cloud: Cloud) -> None:
    cloud.behave("broken:1", run="exit", code=3, after=0)
    life.service("web", None, **FIRST).up()
    definition = life.resources()["web-task-definition"]["outputs"]["arn"]
    assert life.resources()["web-service"]["outputs"]["deployedTaskDefinitionArn"] == definition
    life.service("web", None, **FIRST | {"image": "public.ecr.aws/shop/broken:1"})
    life.up(fails=True)
    service = life.resources()["web-service"]
    wanted = life.resources()["web-task-definition"]["outputs"]["arn"]
    assert wanted != definition
    assert service["outputs"]["deployedTaskDefinitionArn"] == definition
    assert service["outputs"]["taskDefinitionArn"] == wanted
    assert "exit code 3" in str(service["initErrors"])
    life.service("web", None, **NEXT).up()
    service = life.resources()["web-service"]
    assert service["outputs"]["deployedTaskDefinitionArn"] == service["outputs"]["taskDefinitionArn"]
    life.no_change()


def test_no_log_line_and_no_reason_tells_a_secret(life: Life, cloud: Cloud) -> None:
    line = "connecting with hunter2-hunter2 " + "x" * 160 + " hunter2-hunter2"
    cloud.behave("leaky:1", run="exit", code=1, after=0, logs=[line])
    program = FIRST | {"secretValues": {"PASSWORD": Secret("hunter2-hunter2")}}
    life.service("web", None, **program | {"image": "public.ecr.aws/shop/leaky:1"})
    ran = life.up(fails=True)
    ran.says("connecting with [secret]")
    assert "hunter2" not in ran.text
    assert not [it for it in ran.heard.log if "hunter2" in it.message]


def test_a_watch_asks_no_more_than_it_must(life: Life, cloud: Cloud) -> None:
    life.service("web", None, **FIRST).up()
    cloud.forget_calls()
    life.service("web", None, **NEXT).up()
    counts = cloud.counts()
    # Listed once before the update, and once after it.
    assert counts["ecs:ListServiceDeployments"] == 2
    assert counts["ecs:DescribeServiceDeployments"] == 1
    assert counts["elbv2:DescribeTargetHealth"] == 1
    assert not {"ecs:ListTasks", "ecs:DescribeTasks", "elbv2:DescribeTargetGroupAttributes"} & counts.keys()
