"""Boundaries of data intervals: they follow each other, also where clocks change."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flowmart.core.schedule import Schedule

# Half an hour, an hour, two hours; at midnight, at one, at two, at a quarter to three; by law of
# this year only; and zones whose clocks never change.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
]
EXPRESSIONS = ["0 0 * * *", "0 2 * * *", "30 2 * * *", "0 6 * * *", "15 1,2,3 * * *", "0 0 * * 1"]
FREQUENT = ["0 * * * *", "*/20 * * * *", "0 0-23/6 * * *"]


def walk(schedule: Schedule, since: datetime, until: datetime) -> list[datetime]:
    boundaries = [schedule.at_or_after(since)]
    while boundaries[-1] < until:
        boundaries.append(schedule.after(boundaries[-1]))
    return boundaries


def days_of_changes(zone: str, year: int = 2026) -> list[datetime]:
    """The days on which the zone's offset changes, found day by day."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [
        day
        for day, (one, two) in zip(days, itertools.pairwise(offsets), strict=False)
        if one != two
    ]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a4_boundaries_of_a_year_are_the_same_forwards_and_backwards(zone, expression):
    schedule = Schedule(expression, zone)
    year = walk(schedule, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    assert all(one < two for one, two in itertools.pairwise(year))
    near_changes = {day + timedelta(days=n) for day in days_of_changes(zone) for n in (-1, 0, 1)}
    days = {day.date() for day in near_changes}
    for one, two in itertools.pairwise(year):
        if two.date() in days or two.day == 1:
            assert schedule.before(two) == one
            assert schedule.before(two + timedelta(seconds=1)) == two
            assert schedule.at_or_before(two) == schedule.at_or_after(two) == two


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expression", FREQUENT)
def test_a4_boundaries_within_a_day_are_the_same_forwards_and_backwards(zone, expression):
    schedule = Schedule(expression, zone)
    for day in days_of_changes(zone):
        around = walk(schedule, day - timedelta(days=1), day + timedelta(days=2))
        for one, two in itertools.pairwise(around):
            assert one < two
            assert schedule.before(two) == one


def at(day, hour, minute=0):
    return datetime(2026, *day, hour, minute, tzinfo=UTC)


LORD_HOWE = [(14, 0), (15, 30), (16, 30)]


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        # Berlin, 29 March: 02:00 does not exist, the clock goes from 01:59 CET to 03:00 CEST.
        ("0 2 * * *", "Europe/Berlin", [at((3, 28), 1), at((3, 29), 1), at((3, 30), 0)]),
        # Berlin, 25 October: 02:00 is there twice, first as CEST (00:00 UTC); a day of 25 hours.
        ("0 2 * * *", "Europe/Berlin", [at((10, 24), 0), at((10, 25), 0), at((10, 26), 1)]),
        ("0 0 * * *", "Europe/Berlin", [at((10, 24), 22), at((10, 25), 23), at((10, 26), 23)]),
        # Every hour is every hour of the clock, the repeated one included.
        ("0 * * * *", "Europe/Berlin", [at((10, 25), 0), at((10, 25), 1), at((10, 25), 2)]),
        # Half an hour back at 02:00 LHDT (+11:00), which is 15:00 UTC.
        (
            "0 * * * *",
            "Australia/Lord_Howe",
            [at((4, 4), 14), at((4, 4), 15, 30), at((4, 4), 16, 30)],
        ),
        # No change of clocks, an offset of 5:45.
        (
            "0 6 * * *",
            "Asia/Kathmandu",
            [at((3, 28), 0, 15), at((3, 29), 0, 15), at((3, 30), 0, 15)],
        ),
    ],
)
def test_a4_boundaries_worked_out_by_hand(expression, zone, expected):
    assert walk(Schedule(expression, zone), expected[0], expected[-1]) == expected


@pytest.mark.parametrize(
    "expression", ["every day", "@daily", "0 0 * *", "* * * * * *", "61 0 * * *", "0 0 30 2 *", ""]
)
def test_what_is_no_cron_expression_is_refused(expression):
    with pytest.raises(ValueError, match="not a cron expression such as"):
        Schedule(expression, "UTC")
