"""A simulated scheduler: a year of data intervals, none missing and none twice."""

from __future__ import annotations

import itertools

import pendulum
import pytest
from airflow.timetables.base import DataInterval, TimeRestriction

from flowmart.timetable import IntervalTimetable


def runs(expression: str, zone: str, days: int) -> list[DataInterval]:
    """What a scheduler that catches up makes of a year that begins on 1 January."""
    timetable = IntervalTimetable(expression, timezone=zone)
    start = pendulum.datetime(2026, 1, 1, tz=zone)
    restriction = TimeRestriction(earliest=start, latest=start.add(days=days), catchup=True)
    found: list[DataInterval] = []
    while info := timetable.next_dagrun_info(
        last_automated_data_interval=found[-1] if found else None, restriction=restriction
    ):
        found.append(info.data_interval)
    return found


# What these call is tested with many more in core/test_schedule.py.
@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("0 2 * * *", "Europe/Berlin"),
        ("30 2 * * *", "Australia/Lord_Howe"),
        ("0 0 * * *", "America/Havana"),
        ("15 1,2,3 * * *", "Antarctica/Troll"),
        ("0 0 * * 1", "Africa/Casablanca"),
        # The library leaves out 06:00 of two days, which makes an interval of twelve hours.
        ("0 */6 * * *", "Australia/Lord_Howe"),
    ],
)
def test_a4_intervals_follow_each_other_for_a_year(expression: str, zone: str) -> None:
    year = runs(expression, zone, 366)
    assert len(year) > 50
    for one, two in itertools.pairwise(year):
        assert one.start < one.end == two.start


def test_a4_an_hourly_schedule_goes_on_after_a_night_of_half_an_hour() -> None:
    """Airflow's own timetable raises an error there, in every loop of the scheduler."""
    year = runs("0 * * * *", "Australia/Lord_Howe", 120)
    assert year[-1].end > pendulum.datetime(2026, 4, 29)
    for one, two in itertools.pairwise(year):
        assert one.end == two.start


def test_a2_the_first_interval_begins_at_the_first_boundary_from_the_start_on() -> None:
    """The clock of the faults: daily at six begins at six, and an earlier window ends there."""
    [first] = runs("0 6 * * *", "UTC", 1)
    assert first.start == pendulum.datetime(2026, 1, 1, 6)
    [first] = runs("0 0 * * *", "Europe/Moscow", 1)[:1]
    assert first.start == pendulum.datetime(2025, 12, 31, 21)
