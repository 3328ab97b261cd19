"""When scheduled actions are due: `at`, `rate` and `cron` in a time zone.

Source: Application Auto Scaling user guide, "Schedule recurring scaling actions using cron expressions": minutes, hours, day of the
month, month, day of the week, year; one of the two days is `?`; a time that summer time leaves out does not come.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
# How far a look back goes; every month of the year comes in it.
_YEAR = 366


class WrongSchedule(ValueError):
    """It is no schedule."""


def zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except Exception as error:
        raise WrongSchedule(f"time zone {name}") from error


def parse(schedule: str, timezone: str | None) -> Schedule:
    kind, _, text = schedule.partition("(")
    if not text.endswith(")"):
        raise WrongSchedule(schedule)
    text, where = text[:-1], zone(timezone)
    if kind == "at":
        try:
            return At(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=where))
        except ValueError as error:
            raise WrongSchedule(schedule) from error
    if kind == "rate":
        match = re.fullmatch(r"(\d+) (minute|hour|day)s?", text)
        if match is None or match[1] == "0":
            raise WrongSchedule(schedule)
        return Rate(int(match[1]) * _UNITS[match[2]])
    if kind == "cron":
        return Cron(text, where)
    raise WrongSchedule(schedule)


class Schedule:
    def last(self, created: float, since: float, until: float) -> float | None:
        """The last time after `since`, until `until`, at which it is due."""
        raise NotImplementedError


class At(Schedule):
    def __init__(self, when: datetime) -> None:
        self.when = when.timestamp()

    def last(self, created: float, since: float, until: float) -> float | None:
        return self.when if since < self.when <= until else None


class Rate(Schedule):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def last(self, created: float, since: float, until: float) -> float | None:
        due = created + (until - created) // self.seconds * self.seconds
        return due if due > max(since, created) else None


class Cron(Schedule):
    def __init__(self, text: str, where: ZoneInfo) -> None:
        fields = text.split()
        if len(fields) != 6 or (fields[2] == "?") == (fields[4] == "?"):
            raise WrongSchedule(text)
        self.where = where
        self.minutes = numbers(fields[0], range(60))
        self.hours = numbers(fields[1], range(24))
        self.day, self.weekday = fields[2], fields[4]
        self.months = numbers(fields[3], range(1, 13), MONTHS)
        self.years = numbers(fields[5], range(1970, 2200))
        # What is wrong with the two days is told now.
        self._falls_on(date(2026, 1, 1))

    def last(self, created: float, since: float, until: float) -> float | None:
        day = datetime.fromtimestamp(until, self.where).date()
        for _ in range(_YEAR):
            if self._falls_on(day):
                due = [it for it in self._times(day) if since < it <= until]
                if due:
                    return max(due)
            if datetime.combine(day, time(), self.where).timestamp() <= since:
                return None
            day -= timedelta(days=1)
        return None

    def _times(self, day: date) -> Iterator[float]:
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime.combine(day, time(hour, minute), self.where)
                back = local.astimezone(UTC).astimezone(self.where)
                if back.replace(tzinfo=None) == local.replace(tzinfo=None):
                    yield local.timestamp()

    def _falls_on(self, day: date) -> bool:
        return (
            day.month in self.months
            and day.year in self.years
            and (self._is_day(day) if self.weekday == "?" else self._is_weekday(day))
        )

    def _is_day(self, day: date) -> bool:
        last = monthrange(day.year, day.month)[1]
        if self.day == "L":
            return day.day == last
        if self.day == "LW" or self.day.endswith("W"):
            wanted = last if self.day == "LW" else number(self.day[:-1], range(1, 32))
            return day == nearest_weekday(day.replace(day=min(wanted, last)))
        return day.day in numbers(self.day, range(1, 32))

    def _is_weekday(self, day: date) -> bool:
        # Sunday is 1.
        weekday = day.isoweekday() % 7 + 1
        week = range(1, 8)
        if self.weekday == "L":
            return weekday == 7
        if "#" in self.weekday:
            wanted, nth = self.weekday.split("#")
            is_nth = (day.day - 1) // 7 + 1 == number(nth, range(1, 6))
            return weekday == number(wanted, week, DAYS) and is_nth
        if self.weekday.endswith("L"):
            is_last = day.day + 7 > monthrange(day.year, day.month)[1]
            return weekday == number(self.weekday[:-1], week, DAYS) and is_last
        return weekday in numbers(self.weekday, week, DAYS)


def nearest_weekday(day: date) -> date:
    """The nearest of Monday to Friday in the same month."""
    if day.isoweekday() == 6:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if day.isoweekday() == 7:
        after = day + timedelta(days=1)
        return after if after.month == day.month else day - timedelta(days=2)
    return day


def number(text: str, allowed: range, names: list[str] | None = None) -> int:
    found = names.index(text.upper()) + 1 if names and text.upper() in names else None
    if found is None and text.isdigit():
        found = int(text)
    if found is None or found not in allowed:
        raise WrongSchedule(text)
    return found


def numbers(text: str, allowed: range, names: list[str] | None = None) -> set[int]:
    """The values of a field: `*`, numbers, lists, ranges and steps."""
    found: set[int] = set()
    for part in text.split(","):
        what, _, step = part.partition("/")
        if "/" in part and (not step.isdigit() or step == "0"):
            raise WrongSchedule(text)
        if what == "*":
            first, last = allowed[0], allowed[-1]
        elif "-" in what:
            first, last = (number(it, allowed, names) for it in what.split("-", 1))
        else:
            first = number(what, allowed, names)
            last = allowed[-1] if step else first
        if first > last:
            found |= {*range(first, allowed[-1] + 1), *range(allowed[0], last + 1)}
        else:
            found |= set(range(first, last + 1, int(step or 1)))
    return found
