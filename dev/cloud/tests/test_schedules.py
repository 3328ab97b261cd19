"""When scheduled actions are due, and what they do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localaws.services.application_autoscaling import times


def at(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()


def last(
    schedule: str, until: str, zone: str | None = None, since: str = "2026-01-01 00:00"
) -> str:
    due = times.parse(schedule, zone).last(at("2026-01-01 00:00"), at(since), at(until))
    return "" if due is None else datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("schedule", "zone", "until", "due"),
    [
        ("at(2026-03-01T08:00:00)", "Europe/Berlin", "2026-03-02 00:00", "2026-03-01 07:00"),
        ("at(2026-03-01T08:00:00)", None, "2026-03-01 07:59", ""),
        ("rate(12 hours)", None, "2026-01-03 13:00", "2026-01-03 12:00"),
        # 28 November 2026 is a Saturday.
        ("cron(0 20 ? * MON-FRI *)", None, "2026-11-28 23:00", "2026-11-27 20:00"),
        ("cron(0 20 ? * MON-FRI *)", "Europe/Berlin", "2026-11-28 23:00", "2026-11-27 19:00"),
        ("cron(0 20 ? * MON-FRI *)", "Europe/Berlin", "2026-07-18 23:00", "2026-07-17 18:00"),
        ("cron(*/15 8-18 * * ? *)", None, "2026-05-05 09:20", "2026-05-05 09:15"),
        ("cron(0 0 L * ? *)", None, "2026-03-15 00:00", "2026-02-28 00:00"),
        ("cron(0 0 LW * ? *)", None, "2026-03-15 00:00", "2026-02-27 00:00"),
        ("cron(0 0 15W * ? *)", None, "2026-11-20 00:00", "2026-11-16 00:00"),
        ("cron(0 0 ? * MON#1 *)", None, "2026-11-28 00:00", "2026-11-02 00:00"),
        ("cron(0 0 ? * FRIL *)", None, "2026-11-28 00:00", "2026-11-27 00:00"),
        ("cron(0 0 1 JAN,JUL ? *)", None, "2026-11-28 00:00", "2026-07-01 00:00"),
        # Summer time leaves out 02:30.
        ("cron(30 2 29 3 ? *)", "Europe/Berlin", "2026-03-30 00:00", ""),
    ],
)
def test_when_it_is_due(schedule: str, zone: str | None, until: str, due: str) -> None:
    assert last(schedule, until, zone) == due


@pytest.mark.parametrize(
    "schedule",
    [
        "at night",
        "at(tomorrow)",
        "rate(0 hours)",
        "rate(1 week)",
        "cron(0 20 * * *)",
        "cron(0 20 * * * *)",
        "cron(0 20 ? * ? *)",
        "cron(60 20 ? * * *)",
        "cron(0 20 ? * FUN *)",
        "cron(0 20 32 * ? *)",
    ],
)
def test_what_is_no_schedule(schedule: str) -> None:
    with pytest.raises(times.WrongSchedule):
        times.parse(schedule, None)


def test_what_is_no_zone() -> None:
    with pytest.raises(times.WrongSchedule):
        times.zone("Europe/Hamburg")
