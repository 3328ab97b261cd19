"""Values that the program gives: they reach the tasks when they change, and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deaths import dies_before_the_answer
from life import Life
from state import State
from test_unknown_and_secret import texts
from values import UNKNOWN, Secret, plain, unhidden_texts
from world import SMALL, Cloud

HIDDEN = "hush-hush"
STORES = {"secretsManager": {}, "parameterStore": {"secretStore": "parameterStore"}}
NAME = "/fargate/shop/values"


def given(life: Life, values: Any, **more: Any) -> Life:
    return life.service("web", None, **SMALL | {"name": "shop", "secretValues": values} | more)


def definition(life: Life, cloud: Cloud) -> dict[str, Any]:
    """The container of the newest revision."""
    arn = life.resources()["web-task-definition"]["outputs"]["arn"]
    found = cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return dict(found["containerDefinitions"][0])


def injected(life: Life, cloud: Cloud) -> dict[str, str]:
    """What the tasks of the newest revision have, as ECS fetches it."""
    found = {}
    for secret in definition(life, cloud).get("secrets", []):
        named = secret["valueFrom"]
        if ":secretsmanager:" in named:
            parts = named.split(":")
            answer = cloud.client("secretsmanager").get_secret_value(SecretId=":".join(parts[:7]), VersionId=parts[9])
            found[secret["name"]] = json.loads(answer["SecretString"])[parts[7]]
        else:
            answer = cloud.client("ssm").get_parameter(Name=named.partition(":parameter")[2], WithDecryption=True)
            found[secret["name"]] = answer["Parameter"]["Value"]
    return found


def steps(life: Life) -> list[str]:
    return sorted(str(it) for it in life.up_as_planned().changes() if it.name != "web")


@pytest.mark.parametrize("store", STORES)
def test_a_changed_value_is_a_new_revision_and_an_unchanged_one_is_none(life: Life, cloud: Cloud, store: str) -> None:
    kept = {"secretsManager": "web-secret", "parameterStore": "web-parameter-DB_PASSWORD"}[store]
    given(life, {"DB_PASSWORD": Secret("one")}, **STORES[store]).up()
    assert injected(life, cloud) == {"DB_PASSWORD": "one"}
    first = definition(life, cloud)
    life.no_change()
    assert life.refresh().steps == []
    given(life, {"DB_PASSWORD": Secret("two")}, **STORES[store])
    assert steps(life) == [f"update {kept}", "update web-service", "update web-task-definition"]
    assert injected(life, cloud) == {"DB_PASSWORD": "two"}
    assert definition(life, cloud) != first
    life.no_change()
    # Another setting leaves the values alone.
    given(life, {"DB_PASSWORD": Secret("two")}, **STORES[store], logRetentionInDays=14)
    assert steps(life) == ["update web-logs"]


def test_an_old_revision_keeps_its_values(life: Life, cloud: Cloud) -> None:
    """So a rollback brings them back."""
    given(life, {"KEY": Secret("one")}).up()
    old = definition(life, cloud)["secrets"][0]["valueFrom"].split(":")
    given(life, {"KEY": Secret("two")}).up()
    answer = cloud.client("secretsmanager").get_secret_value(SecretId=NAME, VersionId=old[9])
    assert json.loads(answer["SecretString"]) == {"KEY": "one"}
    assert answer["VersionStages"] == ["AWSPREVIOUS"]


def test_a_parameter_that_is_created_again_reaches_the_tasks(life: Life, cloud: Cloud) -> None:
    """It counts its versions from 1 again."""
    given(life, {"KEY": Secret("one")}, **STORES["parameterStore"]).up()
    before = definition(life, cloud)["dockerLabels"]
    cloud.client("ssm").delete_parameter(Name="/fargate/shop/KEY")
    life.refresh()
    given(life, {"KEY": Secret("two")}, **STORES["parameterStore"]).up()
    after = definition(life, cloud)["dockerLabels"]
    assert before != after and injected(life, cloud) == {"KEY": "two"}


def test_values_move_from_one_store_to_the_other(life: Life, cloud: Cloud) -> None:
    values = {"KEY": Secret("one"), "OTHER": Secret("two")}
    for store in ("secretsManager", "parameterStore", "secretsManager"):
        given(life, values, **STORES[store]).up()
        assert injected(life, cloud) == plain(values)
        kinds = {it.split()[0] for it in cloud.objects()} & {"secretsmanager:secret", "ssm:parameter"}
        assert kinds == {"secretsmanager:secret" if store == "secretsManager" else "ssm:parameter"}
        life.no_change()
    life.destroy()
    assert cloud.objects() == []


@pytest.mark.parametrize("value", [HIDDEN, Secret(HIDDEN)])
@pytest.mark.parametrize("store", STORES)
def test_a_value_is_told_to_nobody_whether_or_not_the_program_hides_it(
    life: Life, cloud: Cloud, store: str, value: Any
) -> None:
    """Not in the state, not in what the plugin sends, not in the ledger, not in the task definition."""
    given(life, {"KEY": value}, **STORES[store])
    runs = [life.preview(), life.up()]
    # A refusal that repeats what was sent.
    service, operation = {
        "secretsManager": ("secretsmanager", "PutSecretValue"), "parameterStore": ("ssm", "PutParameter"),
    }[store]  # fmt: skip
    cloud.fault(service, operation, "error", code="InvalidRequestException", message=f"no {HIDDEN}-2, no {HIDDEN}")
    given(life, {"KEY": f"{HIDDEN}-2"}, **STORES[store])
    runs += [life.up(fails=True), life.refresh(), life.up()]
    for it in runs:
        assert [text for text in texts(it) if HIDDEN in text] == []
        assert HIDDEN not in it.text
    state = [(it.name, text) for it in life.state.entries for text in unhidden_texts({"i": it.inputs, "o": it.outputs})]
    assert [it for it in state if HIDDEN in it[1]] == []
    assert HIDDEN not in json.dumps(definition(life, cloud))
    assert HIDDEN not in json.dumps(cloud.calls())


def test_what_others_add_is_secret_too(life: Life, cloud: Cloud) -> None:
    """A refresh and an import know nothing of it before."""
    given(life, {"KEY": Secret("one")}).up()
    changed = json.dumps({"KEY": "one", "THEIRS": HIDDEN})
    cloud.client("secretsmanager").put_secret_value(SecretId=NAME, SecretString=changed)
    ran = life.refresh()
    assert [str(step) for step in ran.steps] == ["update web-secret"]
    state = [(it.name, text) for it in life.state.entries for text in unhidden_texts({"i": it.inputs, "o": it.outputs})]
    assert [it for it in state if HIDDEN in it[1]] == []
    assert "update web-secret" in steps(life)
    assert injected(life, cloud) == {"KEY": "one"}
    life.no_change()


def test_a_stack_that_was_destroyed_is_created_again_at_once(life: Life, cloud: Cloud) -> None:
    """Under the same name, while the secret of the first one waits for its deletion."""
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=7).up()
    life.destroy()
    assert cloud.objects() == []
    manager = cloud.client("secretsmanager")
    assert manager.describe_secret(SecretId=NAME)["DeletedDate"]
    life.state = State()
    given(life, {"KEY": Secret("two")}, secretRecoveryDays=7)
    life.up().says(f"restored {NAME}, which was waiting for its deletion")
    assert injected(life, cloud) == {"KEY": "two"}
    life.no_change()
    assert life.refresh().steps == []
    # It is this state's now, with its tags.
    life.destroy()
    assert cloud.objects() == []


def test_a_secret_that_was_taken_out_and_put_back_is_restored(life: Life, cloud: Cloud) -> None:
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=7).up()
    life.service("web", None, **SMALL | {"name": "shop"}).up()
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=7).up().says("restored")
    assert injected(life, cloud) == {"KEY": "one"}


def test_a_restore_that_fails_leaves_nothing_that_nobody_owns(life: Life, cloud: Cloud) -> None:
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=7).up()
    life.destroy()
    life.state = State()
    given(life, {"KEY": Secret("two")}, secretRecoveryDays=7)
    cloud.fault("secretsmanager", "TagResource", "error", code="AccessDeniedException", message="no", every=True)
    life.up(fails=True).says("secretsmanager:TagResource")
    cloud.control("DELETE", "faults")
    assert "secretsmanager:secret" not in str(cloud.objects())
    life.up().says("restored")
    life.destroy()
    assert cloud.objects() == []


def test_a_run_that_is_killed_between_the_restore_and_the_tags_is_made_up_for(life: Life, cloud: Cloud) -> None:
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=7).up()
    life.destroy()
    life.state = State()
    given(life, {"KEY": Secret("two")}, secretRecoveryDays=7)
    dies_before_the_answer(life, "secretsmanager", "RestoreSecret")
    manager = cloud.client("secretsmanager")
    assert "DeletedDate" not in manager.describe_secret(SecretId=NAME)
    life.up()
    assert injected(life, cloud) == {"KEY": "two"}
    life.no_change()
    assert life.refresh().steps == []
    # And nobody takes it from this state.
    others = Life(cloud)
    given(others, {"KEY": Secret("three")}).up(fails=True).says("of another state")
    life.destroy()
    assert cloud.objects() == []


def allowed(life: Life, cloud: Cloud) -> str:
    """What the execution role may do."""
    role = life.resources()["web-execution-role"]["id"]
    iam = cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])


@pytest.mark.parametrize(
    "after", [{}, {"secretStore": "parameterStore", "secretValues": {"KEY": Secret("one")}}], ids=["none", "moved"]
)
def test_the_role_reads_what_a_rollback_needs_until_the_service_has_moved(
    life: Life, cloud: Cloud, after: dict[str, Any]
) -> None:
    given(life, {"KEY": Secret("one")}, secretKmsKeyArn=cloud.key()).up()
    arn = cloud.client("secretsmanager").describe_secret(SecretId=NAME)["ARN"]
    before = allowed(life, cloud)
    cloud.behave("broken:1", run="exit", code=1, after=1)
    life.service("web", None, **SMALL | {"name": "shop", "image": "broken:1"} | after).up(fails=True)
    assert arn in allowed(life, cloud) and "kms:Decrypt" in allowed(life, cloud)
    # It is no drift, and another change before the service has moved forgets nothing.
    assert "web-execution-role" not in str([str(it) for it in life.refresh().steps])
    life.service("web", None, **SMALL | {"name": "shop", "image": "broken:1"}).up(fails=True)
    assert arn in allowed(life, cloud)
    life.service("web", None, **SMALL | {"name": "shop"} | after).up()
    assert arn not in allowed(life, cloud) and "FargateUntilDeployed" not in allowed(life, cloud)
    life.no_change()
    assert life.refresh().steps == []
    # Taken back, all is as it was.
    given(life, {"KEY": Secret("one")}).up()
    assert "FargateUntilDeployed" not in allowed(life, cloud)
    assert "Secrets" in before
    life.no_change()


def test_a_name_that_waits_for_the_deletion_of_others_is_told(life: Life, cloud: Cloud) -> None:
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name=NAME, SecretString="theirs")
    manager.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    given(life, {"KEY": Secret("one")})
    life.up(fails=True).says(
        f"the name is taken by the secret {NAME}, which waits for its deletion",
        f"delete-secret --secret-id {NAME} --force-delete-without-recovery",
    )
    manager.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    life.up()


@pytest.mark.parametrize("days", [0, 7, 30])
def test_a_deleted_secret_can_be_restored_for_as_long_as_the_program_says(life: Life, cloud: Cloud, days: int) -> None:
    given(life, {"KEY": Secret("one")}, secretRecoveryDays=days).up()
    life.destroy()
    deletes = [it for it in cloud.calls() if it["operation"] == "DeleteSecret"]
    said = {it: deletes[-1]["params"].get(it) for it in ("RecoveryWindowInDays", "ForceDeleteWithoutRecovery")}
    assert said == {"RecoveryWindowInDays": days or None, "ForceDeleteWithoutRecovery": None if days else True}


@pytest.mark.parametrize(("service", "operation"), [("secretsmanager", "PutSecretValue"), ("ecs", "UpdateService")])
@pytest.mark.parametrize("kind", ["error", "reset_after"])
def test_a_change_that_failed_half_way_is_taken_back(
    life: Life, cloud: Cloud, service: str, operation: str, kind: str
) -> None:
    given(life, {"KEY": Secret("one")}).up()
    life.configure("maxRetries", "1")
    cloud.fault(service, operation, kind, every=True, code="InvalidRequestException", message="no")
    given(life, {"KEY": Secret("two")}).up(fails=True)
    cloud.control("DELETE", "faults")
    given(life, {"KEY": Secret("one")}).up()
    assert injected(life, cloud) == {"KEY": "one"}
    current = cloud.client("secretsmanager").get_secret_value(SecretId=NAME)
    assert json.loads(current["SecretString"]) == {"KEY": "one"}
    life.no_change()


def test_the_execution_role_reads_this_secret_and_no_other(life: Life, cloud: Cloud) -> None:
    key = cloud.key()
    given(life, {"KEY": Secret("one")}, secretKmsKeyArn=key).up()
    arn = cloud.client("secretsmanager").describe_secret(SecretId=NAME)["ARN"]
    role = life.outputs()["executionRoleArn"].rpartition("/")[2]
    iam = cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    reads = {it["Sid"]: it for it in policy["Statement"]}
    assert reads["Secrets"]["Resource"] in (arn, [arn])
    assert reads["SecretsKeys"]["Resource"] in (key, [key])
    assert reads["SecretsKeys"]["Condition"] == {"StringLike": {"kms:ViaService": ["secretsmanager.*"]}}


def test_values_may_be_unknown_in_a_preview(life: Life) -> None:
    given(life, {"KEY": UNKNOWN})
    assert "create web-secret" in [str(step) for step in life.plan()]
