"""ECR: lifecycle policies, and what they let go as the days pass."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Cloud
from test_ecr_images import push, tags


def selection(**changes: Any) -> dict[str, Any]:
    base = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    return {**base, **changes}


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ([selection()], True),
        ([selection(countType="sinceImagePushed", countUnit="days", tagStatus="untagged")], True),
        ([selection(countType="sinceImagePushed")], False),
        ([selection(tagStatus="tagged")], False),
        ([selection(), selection(tagStatus="untagged")], False),
        ([selection(countNumber=0)], False),
        ([selection(tagStatus="tagged", tagPatternList=["*"])], True),
        ([selection(tagStatus="tagged", tagPatternList=["*a*b*c*"])], True),
        ([selection(tagStatus="tagged", tagPatternList=["*a*b*c*d*"])], False),
        ([selection(tagStatus="untagged"), selection(tagStatus="untagged")], False),
        ([selection(countType="sinceImagePulled", countUnit="days")], False),
    ],
)
def test_lifecycle_policies(cloud: Cloud, rules: list[dict[str, Any]], fits: bool) -> None:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="web")
    text = json.dumps(
        {
            "rules": [
                {"rulePriority": n, "selection": rule, "action": {"type": "expire"}}
                for n, rule in enumerate(rules, 1)
            ]
        }
    )
    if fits:
        ecr.put_lifecycle_policy(repositoryName="web", lifecyclePolicyText=text)
        found = ecr.get_lifecycle_policy(repositoryName="web")["lifecyclePolicyText"]
        assert json.loads(found) == json.loads(text)
    else:
        code, message = cloud.refused(
            "ecr", "put_lifecycle_policy", repositoryName="web", lifecyclePolicyText=text
        )
        assert code == "InvalidParameterException" and "LifecyclePolicyText" in message


def put(cloud: Cloud, *rules: dict[str, Any]) -> None:
    cloud.client("ecr").create_repository(repositoryName="web")
    numbered = [
        {"rulePriority": n, "selection": rule, "action": {"type": "expire"}}
        for n, rule in enumerate(rules, 1)
    ]
    cloud.client("ecr").put_lifecycle_policy(
        repositoryName="web", lifecyclePolicyText=json.dumps({"rules": numbered})
    )


def wait(cloud: Cloud, days: float) -> None:
    cloud.control("POST", "/clock", {"advance": days * 24 * 3600})


def test_what_is_timed_goes_by_its_push_and_not_by_the_loss_of_its_tag(cloud: Cloud) -> None:
    put(cloud, selection(tagStatus="untagged", countType="sinceImagePushed", countUnit="days"))
    old = push(cloud, "old")
    wait(cloud, 20)
    assert list(tags(cloud)) == [old]
    new = push(cloud, "new")
    assert list(tags(cloud)) == [old, new]
    wait(cloud, 1)
    assert list(tags(cloud)) == [new]


def test_what_is_counted_goes_oldest_first_and_once_a_day(cloud: Cloud) -> None:
    put(cloud, selection(tagStatus="untagged", countNumber=2))
    pushed = [push(cloud, str(n)) for n in range(5)]
    wait(cloud, 0.9)
    assert list(tags(cloud)) == pushed
    wait(cloud, 0.2)
    assert list(tags(cloud)) == pushed[2:]


def test_what_a_rule_is_about_no_later_one_lets_go(cloud: Cloud) -> None:
    put(
        cloud,
        selection(tagStatus="tagged", tagPrefixList=["keep-"], countNumber=1000),
        selection(tagStatus="untagged", countNumber=1),
        selection(countNumber=3),
    )
    kept = push(cloud, "kept", "keep-1")
    push(cloud, "kept", "v0")
    pushed = [push(cloud, str(n), f"v{n}") for n in range(1, 6)]
    wait(cloud, 1)
    assert list(tags(cloud)) == [kept, *pushed[2:]]


def test_all_patterns_must_match_some_tag(cloud: Cloud) -> None:
    put(cloud, selection(tagStatus="tagged", tagPatternList=["v*", "*-rc"], countNumber=1))
    for tag in ("v1", "v1-rc", "x-rc", "v2-rc"):
        push(cloud, tag, tag)
    wait(cloud, 1)
    assert sorted(tag for found in tags(cloud).values() for tag in found) == ["v1", "v2-rc", "x-rc"]


def test_what_an_index_names_stays_with_it_and_takes_no_place(cloud: Cloud) -> None:
    put(cloud, selection(tagStatus="untagged", countNumber=1))
    index = push(cloud, "two", platforms=["linux/amd64", "linux/arm64"])
    wait(cloud, 1)
    assert len(tags(cloud)) == 3
    push(cloud, "three")
    wait(cloud, 1)
    assert len(tags(cloud)) == 4
    push(cloud, "four")
    wait(cloud, 1)
    assert index not in tags(cloud)
    # Without it they are images like others.
    wait(cloud, 1)
    assert len(tags(cloud)) == 2
