"""Features that meet in one object of AWS, two by two: asked for together, read back together."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from life import Life
from world import IMAGE

# Most meet in the service, its task definition and its target group.
FEATURES: dict[str, dict[str, Any]] = {
    "port": {"containerPort": 8080},
    "spot": {"spot": "mixed"},
    "deployment": {"deployment": {"minimumHealthyPercent": 50, "circuitBreaker": {"rollback": False}}},
    "exec": {"enableExecuteCommand": True},
    "health": {"healthCheck": {"path": "/up", "port": "8081"}, "deregistrationDelay": 60},
    "secrets": {"secrets": {"KEY": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf"}},
    "scaling": {"autoscaling": {"enabled": True, "requestCountTarget": 100}},
    "tags": {"tags": {"team": "one"}},
}


def test_each_pair_of_features_is_read_back_as_it_was_asked_for(life: Life) -> None:
    for one, other in combinations(FEATURES, 2):
        life.service("web", None, image=IMAGE, useDefaultVpc=True, preset="dev", **FEATURES[one], **FEATURES[other])
        try:
            life.up()
            assert life.refresh().steps == []
            life.no_change()
        except AssertionError as error:
            raise AssertionError(f"{one} and {other}: {error}") from error
