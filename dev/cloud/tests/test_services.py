"""The folder of services: each has its record, and a new one is found by looking."""

from __future__ import annotations

from pathlib import Path

import pytest

from localaws import models, services

SHOP = """
from localaws.service import XML, Rate, Service

SERVICE = Service("route53", words=XML, invalid="InvalidInput", rates=(Rate(("*",), 50, 10),))
"""


def test_each_record_is_of_a_service_that_botocore_knows() -> None:
    for name, record in services.known().items():
        assert models.service_model(name).operation_names, name
        assert record.words.throttled.code and record.words.denied.code, name
    # Two services of one target prefix could not be told apart.
    prefixes = [
        models.service_model(name).metadata.get("targetPrefix") for name in services.known()
    ]
    assert len(models.by_target_prefix()) == len([it for it in prefixes if it])


def test_a_new_service_is_found_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.setattr(services, "__path__", [*services.__path__, str(tmp_path)])
    found = services.known.__wrapped__()
    assert set(found) == {*services.known(), "route53"}
    assert found["route53"].rates[0].rate == 10
