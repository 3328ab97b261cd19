"""A service whose traffic ECS moves between two target groups: made, changed, refreshed, switched and removed.

At every moment all of the production traffic goes to a healthy target: the local AWS counts both, who serves and what is
sent to target groups without a healthy one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from approvals import answer, pause
from life import Life
from places import certificate, network
from world import IMAGE, Cloud, Ran, wait_for

OTHER = "public.ecr.aws/nginx/nginx:1.28"
THIRD = "public.ecr.aws/nginx/nginx:1.29"
BAD = "public.ecr.aws/team/broken:1"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:check"
BASE: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
STRATEGIES: dict[str, dict[str, Any]] = {
    "blueGreen": {"strategy": "blueGreen", "bakeTimeInMinutes": 5},
    "canary": {"strategy": "canary", "canary": {"percent": 12.5, "bakeTimeInMinutes": 1}},
    "linear": {"strategy": "linear", "linear": {"stepPercent": 30, "stepBakeTimeInMinutes": 2}},
}


def program(life: Life, deployment: dict[str, Any] | None, image: str = IMAGE, **more: Any) -> Life:
    own = {"deployment": deployment} if deployment else {}
    return life.service("web", None, **BASE | {"image": image} | own | more)


def group(life: Life, alternate: bool = False) -> str:
    return str(life.resources()[f"web-{'alternate-' * alternate}target-group"]["id"])


def weights(life: Life, cloud: Cloud, rule: str = "production") -> tuple[int, int]:
    """Of the first and of the alternate target group."""
    arn = life.resources()[f"web-{rule}-rule"]["id"]
    (found,) = cloud.client("elbv2").describe_rules(RuleArns=[arn])["Rules"]
    told = {it["TargetGroupArn"]: it["Weight"] for it in found["Actions"][0]["ForwardConfig"]["TargetGroups"]}
    return told[group(life)], told[group(life, alternate=True)]


def live(life: Life, cloud: Cloud) -> dict[str, Any]:
    arn = life.outputs()["serviceArn"]
    (found,) = cloud.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])["services"]
    return dict(found)


def image(life: Life, cloud: Cloud) -> str:
    """What the service wants to run."""
    definition = live(life, cloud)["taskDefinition"]
    found = cloud.client("ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"]
    return str(found["containerDefinitions"][0]["image"])


@contextmanager
def never_without_a_target(cloud: Cloud) -> Iterator[None]:
    assert cloud.control("POST", "ecs/serving")
    yield
    services = cloud.control("GET", "ecs/serving")["services"].values()
    assert services
    for service in services:
        assert service["least"] >= 1, service
        assert service.get("lost", 0) == 0, service


def settled(life: Life) -> None:
    life.no_change()
    assert [str(it) for it in life.refresh().steps] == []
    life.no_change()


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_service_of_each_strategy_lives(life: Life, cloud: Cloud, name: str) -> None:
    strategy = STRATEGIES[name]
    program(life, strategy).up_as_planned()
    assert weights(life, cloud) == (100, 0)
    settled(life)
    with never_without_a_target(cloud):
        for it, expected in ((OTHER, (0, 100)), (THIRD, (100, 0)), (IMAGE, (0, 100))):
            program(life, strategy, it).up_as_planned()
            assert weights(life, cloud) == expected
            settled(life)
    sent = [it["operation"] for it in cloud.calls() if it["service"] == "elbv2"]
    assert "ModifyRule" not in sent and "ModifyListener" not in sent
    life.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("deployments", [0, 1, 2])
@pytest.mark.parametrize("name", STRATEGIES)
def test_from_replacing_tasks_to_moving_traffic_and_back(life: Life, cloud: Cloud, name: str, deployments: int) -> None:
    """Whichever target group has the traffic when it goes back."""
    strategy = STRATEGIES[name]
    program(life, None).up()
    before = live(life, cloud)["loadBalancers"]
    with never_without_a_target(cloud):
        program(life, strategy).up_as_planned()
        assert live(life, cloud)["deploymentConfiguration"]["strategy"] != "ROLLING"
        settled(life)
        for it in [OTHER, THIRD][:deployments]:
            program(life, strategy, it).up()
        assert weights(life, cloud) == ((0, 100) if deployments == 1 else (100, 0) if deployments else (1, 0))
        program(life, None).up_as_planned()
    found = live(life, cloud)
    assert found["deploymentConfiguration"]["strategy"] == "ROLLING"
    assert found["loadBalancers"] == before and image(life, cloud) == IMAGE
    settled(life)
    kinds = cloud.kinds()
    assert kinds["elbv2:target-group"] == 1 and "elbv2:listener-rule" not in kinds
    program(life, None, OTHER).up()
    life.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("fault", ["error", "reset_after"])
def test_a_switch_that_stops_between_its_steps_goes_on(
    life: Life, cloud: Cloud, call: int, back: bool, fault: str
) -> None:
    life.configure("maxRetries", "1")
    steps = [STRATEGIES["blueGreen"], None] if back else [None, STRATEGIES["canary"]]
    program(life, steps[0]).up()
    if back:
        program(life, steps[0], OTHER).up()
    with never_without_a_target(cloud):
        refusal = {"code": "AccessDeniedException", "message": "no"} if fault == "error" else {}
        cloud.fault("ecs", "UpdateService", fault, occurrence=call, times=2, **refusal)
        program(life, steps[1], THIRD).up(fails=True)
        cloud.control("DELETE", "faults")
        program(life, steps[1], THIRD).up()
    assert image(life, cloud) == THIRD
    settled(life)
    life.destroy()
    assert cloud.objects() == []


def test_between_the_strategies_that_move_traffic_there_is_one_update(life: Life, cloud: Cloud) -> None:
    program(life, STRATEGIES["blueGreen"]).up()
    with never_without_a_target(cloud):
        for name in ("canary", "linear", "blueGreen"):
            cloud.forget_calls()
            program(life, STRATEGIES[name], OTHER if name == "canary" else THIRD).up_as_planned()
            assert cloud.counts()["ecs:UpdateService"] == 1
            settled(life)
    found = live(life, cloud)["deploymentConfiguration"]
    assert found["strategy"] == "BLUE_GREEN" and "canaryConfiguration" not in found


def test_weights_that_others_set_are_no_difference(life: Life, cloud: Cloud) -> None:
    program(life, STRATEGIES["blueGreen"]).up()
    arn = life.resources()["web-production-rule"]["id"]
    groups = [{"TargetGroupArn": group(life), "Weight": 3}, {"TargetGroupArn": group(life, True), "Weight": 2}]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    cloud.client("elbv2").modify_rule(RuleArn=arn, Actions=[action])
    settled(life)
    program(life, STRATEGIES["blueGreen"], tags={"team": "web"}).up()
    assert weights(life, cloud) == (3, 2)


def test_a_failed_deployment_goes_back_and_the_next_one_works(life: Life, cloud: Cloud) -> None:
    cloud.behave(BAD, run="exit", code=3, after=0)
    strategy = STRATEGIES["canary"]
    program(life, strategy).up()
    with never_without_a_target(cloud):
        program(life, strategy, BAD).up(fails=True).says("went back to what ran before", "exit code 3")
        assert weights(life, cloud) == (100, 0)
        # Nothing was fixed, so it fails again.
        program(life, strategy, BAD).up(fails=True)
        program(life, strategy, OTHER).up()
    assert image(life, cloud) == OTHER
    settled(life)


def test_a_way_to_moving_traffic_that_fails_is_begun_again(life: Life, cloud: Cloud) -> None:
    """The step before the strategy fails: nothing of it is left to do by hand."""
    program(life, None).up()
    with never_without_a_target(cloud):
        cloud.behave(IMAGE, run="exit", code=3, after=0)
        program(life, STRATEGIES["linear"], OTHER).up(fails=True)
        cloud.control("DELETE", "images/behaviour", {"image": IMAGE})
        program(life, STRATEGIES["linear"], OTHER).up()
    assert image(life, cloud) == OTHER
    settled(life)


def test_tests_reach_the_new_revision_on_a_port_of_their_own(life: Life, cloud: Cloud) -> None:
    strategy = STRATEGIES["blueGreen"]
    program(life, strategy).up()
    program(life, strategy | {"testListenerPort": 8443}).up_as_planned()
    settled(life)
    program(life, strategy | {"testListenerPort": 8443}, OTHER).up_as_planned()
    # The rule of tests was a deployment of its own.
    assert weights(life, cloud) == weights(life, cloud, "test") == (100, 0)
    # Ports have rules for clients.
    assert "web-alb-in-8443-0.0.0.0-0" in life.resources()
    settled(life)
    program(life, strategy, OTHER).up_as_planned()
    assert cloud.kinds()["elbv2:listener-rule"] == 1
    settled(life)
    life.destroy()
    assert cloud.objects() == []


def test_what_is_replaced_while_traffic_moves(life: Life, cloud: Cloud) -> None:
    strategy = STRATEGIES["blueGreen"]
    place = {"useDefaultVpc": None} | network(cloud)
    program(life, strategy, **place).up()
    program(life, strategy, OTHER, **place).up()
    with never_without_a_target(cloud):
        program(life, strategy, OTHER, **place, containerPort=8080).up()
        settled(life)
    # Clients keep to the balancer that is being left; the rule of the next one has nothing healthy in the beginning.
    assert cloud.control("POST", "ecs/serving")
    program(life, strategy, OTHER, **place, containerPort=8080, internal=True).up()
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert service["least"] >= 1
    settled(life)
    life.destroy()


def test_https_with_moving_traffic(life: Life, cloud: Cloud) -> None:
    strategy = STRATEGIES["blueGreen"]
    program(life, strategy).up()
    program(life, strategy, OTHER).up()
    assert weights(life, cloud) == (0, 100)
    # Both listeners forward until the rule of plain HTTP is deleted, and its group is empty before that, as
    # docs/how-to/strategies.md says. HTTPS always serves, and in the end plain HTTP redirects.
    assert cloud.control("POST", "ecs/serving")
    program(life, strategy, OTHER, certificateArn=certificate(cloud)).up()
    (service,) = cloud.control("GET", "ecs/serving")["services"].values()
    assert service["least"] >= 1
    (service,) = cloud.control("POST", "ecs/serving")["services"].values()
    assert service == {"now": 1, "least": 1, "lost": 0}
    settled(life)


def test_functions_run_in_the_stages_of_a_deployment(life: Life, cloud: Cloud) -> None:
    cloud.control("PUT", "ecs/functions", {"arn": FUNCTION, "answers": [{"hookStatus": "SUCCEEDED"}]})
    hooks = [{"stages": ["POST_SCALE_UP", "PRE_SCALE_UP"], "lambdaArn": FUNCTION}]
    strategy = STRATEGIES["blueGreen"] | {"hooks": hooks}
    program(life, strategy).up_as_planned()
    stages = [it["lifecycleStage"] for it in cloud.control("GET", "ecs/functions")["calls"]]
    assert {"PRE_SCALE_UP", "POST_SCALE_UP"} <= set(stages)
    settled(life)
    cloud.control("PUT", "ecs/functions", {"arn": FUNCTION, "answers": [{"hookStatus": "FAILED"}]})
    program(life, strategy, OTHER).up(fails=True).says("lifecycle hook")
    program(life, STRATEGIES["blueGreen"], OTHER).up()
    assert live(life, cloud)["deploymentConfiguration"].get("lifecycleHooks", []) == []
    settled(life)


@contextmanager
def running(life: Life) -> Iterator[list[Ran]]:
    """An `up` that goes on beside the test."""
    done: list[Ran] = []
    thread = threading.Thread(target=lambda: done.append(life.try_up()))
    thread.start()
    try:
        yield done
    finally:
        thread.join(timeout=120)


@pytest.mark.parametrize("action", ["CONTINUE", "ROLLBACK"])
def test_a_person_decides(life: Life, cloud: Cloud, action: str) -> None:
    strategy = STRATEGIES["blueGreen"]
    program(life, strategy).up()
    program(life, strategy | {"pause": "approve", "pauseTimeoutInMinutes": 60}, OTHER)
    with running(life) as done:
        waiting = wait_for("the pause", lambda: pause(cloud))
        assert weights(life, cloud) == (100, 0) and not done
        answer(cloud, waiting, action)
    (ran,) = done
    approved = action == "CONTINUE"
    assert (ran.code == 0) == approved, ran.text
    assert weights(life, cloud) == ((0, 100) if approved else (100, 0))
    if approved:
        settled(life)


def test_an_alarm_of_either_target_group_makes_a_deployment_go_back(life: Life, cloud: Cloud) -> None:
    own = {"monitoring": {"level": "advanced", "dashboard": False}}
    strategy = STRATEGIES["blueGreen"] | {"rollbackAlarms": True}
    program(life, strategy, **own).up_as_planned()
    settled(life)
    named = live(life, cloud)["deploymentConfiguration"]["alarms"]
    base = life.outputs()["serviceName"]
    both = {f"{base}-{it}{end}" for it in ("server-errors", "slow", "unhealthy") for end in ("", "-alternate")}
    assert set(named["alarmNames"]) == both and named["enable"] and named["rollback"]
    program(life, strategy | {"pause": "approve"}, OTHER, **own)
    with running(life) as done:
        wait_for("the pause", lambda: pause(cloud))
        alarms = cloud.client("cloudwatch")
        alarms.set_alarm_state(AlarmName=f"{base}-slow-alternate", StateValue="ALARM", StateReason="slow")
        cloud.control("POST", "clock", {"advance": 60})
    (ran,) = done
    assert ran.code != 0
    ran.says("alarm")
    alarms.set_alarm_state(AlarmName=f"{base}-slow-alternate", StateValue="OK", StateReason="well")
    program(life, STRATEGIES["blueGreen"], OTHER, **own).up()
    assert not live(life, cloud)["deploymentConfiguration"].get("alarms", {}).get("enable")
    settled(life)


def test_alarms_and_dashboard_see_both_target_groups(life: Life, cloud: Cloud) -> None:
    program(life, STRATEGIES["canary"], monitoring={"level": "advanced"}).up()
    alarms = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    groups = {it["Value"] for alarm in alarms for it in alarm["Dimensions"] if it["Name"] == "TargetGroup"}
    ours = {life.resources()[f"web-{it}"]["outputs"]["arnSuffix"] for it in ("target-group", "alternate-target-group")}
    assert groups == ours
    name = life.resources()["web-dashboard"]["outputs"]["name"]
    body = cloud.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    assert all(it in body for it in ours)
    settled(life)
    life.destroy()
    assert cloud.objects() == []


def test_a_service_without_an_image_yet_starts_with_the_first_push(life: Life, cloud: Cloud) -> None:
    own = {"useDefaultVpc": True, "preset": "dev", "deployment": STRATEGIES["linear"]}
    life.service("web", None, **own).up()
    cloud.push(life.resources()["web-repository"]["id"], "latest", "first")
    life.up()
    assert live(life, cloud)["runningCount"] == 1
    settled(life)


def test_what_ends_a_deployment_of_replaced_tasks_early(life: Life, cloud: Cloud) -> None:
    breaker = {"threshold": {"type": "COUNT", "value": 4}, "resetOnHealthyTask": False}
    program(life, {"circuitBreaker": breaker}).up_as_planned()
    found = live(life, cloud)["deploymentConfiguration"]["deploymentCircuitBreaker"]
    assert found["thresholdConfiguration"] == {"type": "COUNT", "value": 4}
    assert found["resetOnHealthyTask"] is False
    settled(life)
    program(life, None).up_as_planned()
    settled(life)


def test_a_rule_whose_creation_was_not_answered_is_taken_as_it_is(life: Life, cloud: Cloud) -> None:
    life.configure("maxRetries", "0")
    program(life, None).up()
    cloud.fault("elbv2", "CreateRule", "reset_after", times=1)
    with never_without_a_target(cloud):
        program(life, STRATEGIES["linear"]).up()
    settled(life)


@pytest.mark.parametrize(
    "own",
    [
        {"desiredCount": 0, "autoscaling": {"enabled": False}},
        {"autoscaling": {"enabled": True, "minCapacity": 0, "maxCapacity": 4}},
    ],
    ids=["fixed", "scaled"],
)
def test_tasks_that_others_started_serve_on_the_way_back(life: Life, cloud: Cloud, own: dict[str, Any]) -> None:
    """The program's count is 0."""
    program(life, STRATEGIES["blueGreen"], **own).up()
    found = live(life, cloud)
    cloud.client("ecs").update_service(cluster=found["clusterArn"], service=found["serviceArn"], desiredCount=2)
    cloud.control("POST", "clock", {"advance": 60})
    program(life, STRATEGIES["blueGreen"], OTHER, **own).up()
    assert weights(life, cloud) == (0, 100)
    with never_without_a_target(cloud):
        program(life, None, OTHER, **own).up()
    assert live(life, cloud)["runningCount"] == 2


def test_a_service_without_tasks_goes_back_at_once(life: Life, cloud: Cloud) -> None:
    own = {"desiredCount": 0, "autoscaling": {"enabled": False}}
    program(life, STRATEGIES["blueGreen"], **own).up()
    program(life, STRATEGIES["blueGreen"], OTHER, **own).up()
    assert life.up().text.count("is deployed") <= 1
    assert program(life, None, THIRD, **own).up().text.count("is deployed") == 1
    settled(life)


def test_another_cluster_and_the_way_back_are_two_runs(life: Life, cloud: Cloud) -> None:
    made = cloud.client("ecs").create_cluster(clusterName="other", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    other = made["cluster"]["clusterArn"]
    program(life, STRATEGIES["blueGreen"]).up()
    program(life, None, clusterArn=other).preview(fails=True).says("run `pulumi up` with one of the two changes")
    program(life, STRATEGIES["blueGreen"], clusterArn=other).up()
    settled(life)
    program(life, None, clusterArn=other).up()
    settled(life)


def test_what_others_deploy_does_not_let_a_new_image_around_its_strategy(life: Life, cloud: Cloud) -> None:
    program(life, None).up()
    found = live(life, cloud)
    cloud.control("POST", "clock", {"speed": 0.05})
    cloud.client("ecs").update_service(
        cluster=found["clusterArn"], service=found["serviceArn"], forceNewDeployment=True
    )
    program(life, STRATEGIES["blueGreen"] | {"pause": "approve", "pauseTimeoutInMinutes": 60}, OTHER)
    with running(life) as done:
        wait_for("two deployments more", lambda: len(statuses(cloud)) >= 3)
        cloud.control("POST", "clock", {"speed": 0})
        waiting = wait_for("the pause", lambda: pause(cloud))
        assert deployed(cloud) == [IMAGE] * 3
        answer(cloud, waiting)
    (ran,) = done
    assert ran.code == 0, ran.text
    assert deployed(cloud) == [IMAGE] * 3 + [OTHER]


def deployed(cloud: Cloud) -> list[str]:
    """The images of the deployments that succeeded, the oldest first."""
    revisions = [it["targetServiceRevisionArn"] for it in deployments(cloud) if it["status"] == "SUCCESSFUL"]
    told = cloud.client("ecs").describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]
    images = {it["serviceRevisionArn"]: it["containerImages"][0]["image"] for it in told}
    return [images[it] for it in revisions]


def test_a_first_deployment_outlasts_that_iam_does_not_know_the_role_yet(life: Life, cloud: Cloud) -> None:
    """In an account that has used ECS before: there nothing else makes the service wait."""
    cloud.client("iam").create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    cloud.control("POST", "clock", {"advance": 600})
    cloud.control("POST", "clock", {"speed": 0.3})
    program(life, STRATEGIES["blueGreen"])
    with running(life) as done:
        ended = wait_for("the first refusal", lambda: statuses(cloud))
        assert "SUCCESSFUL" not in ended
        cloud.control("POST", "clock", {"speed": 0})
    (ran,) = done
    assert ran.code == 0, ran.text
    assert statuses(cloud)[-1] == "SUCCESSFUL"
    settled(life)


def statuses(cloud: Cloud) -> list[str]:
    """Of the deployments that ended, the oldest first."""
    going_on = ("PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
    return [it["status"] for it in deployments(cloud) if it["status"] not in going_on]


def deployments(cloud: Cloud) -> list[dict[str, Any]]:
    """Those of the only service, the oldest first; none before there is one."""
    ecs = cloud.client("ecs")
    found: list[dict[str, Any]] = []
    for cluster in ecs.list_clusters()["clusterArns"]:
        for service in ecs.list_services(cluster=cluster)["serviceArns"]:
            found += ecs.list_service_deployments(cluster=cluster, service=service)["serviceDeployments"]
    return sorted(found, key=lambda it: it["createdAt"])


def test_ports_that_change_places_are_two_runs(life: Life, cloud: Cloud) -> None:
    ports = STRATEGIES["blueGreen"] | {"testListenerPort": 9443}
    program(life, ports, listenerPort=8080).up()
    swapped = STRATEGIES["blueGreen"] | {"testListenerPort": 8080}
    program(life, swapped, OTHER, listenerPort=9443).up(fails=True).says("cannot change places in one run")
    program(life, ports, OTHER, listenerPort=8080).up()
    settled(life)
    program(life, ports | {"testListenerPort": 9000}, OTHER, listenerPort=8080).up()
    program(life, ports | {"testListenerPort": 9000}, OTHER, listenerPort=9443).up()
    program(life, swapped, OTHER, listenerPort=9443).up()
    settled(life)
