"""A simulated scheduler: a year of data intervals, none missing and none twice."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.timetables.base import DataInterval, TimeRestriction

from flowmart.core.schedule import Schedule, midnight
from flowmart.instance_settings import InstanceSettings
from flowmart.timetable import BEFORE_ANY_WINDOW, IntervalTimetable
from local.stack.history import whole_days


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


@pytest.mark.parametrize(
    ("schedule", "zone", "expected"),
    [
        ("0 0 * * *", "Europe/Moscow", (19, 21)),  # local midnight of the 20th
        ("0 6 * * *", "UTC", (20, 6)),
        ("0 * * * *", "UTC", (20, 0)),
        ("0 0 * * 1", "UTC", (23, 0)),  # the first Monday
    ],
)
def test_a2_what_is_older_ends_where_the_first_scheduled_interval_begins(
    schedule: str, zone: str, expected: tuple[int, int]
) -> None:
    """The one wide window of `make run` ends at ``starts_at``, and the scheduler begins there."""
    settings = InstanceSettings(start=date(2026, 11, 20), schedule=schedule, timezone=zone)
    day, hour = expected
    assert settings.starts_at == datetime(2026, 11, day, hour, tzinfo=UTC)
    timetable = IntervalTimetable(schedule, timezone=zone)
    for earliest in (settings.starts_at, midnight(settings.start, zone)):
        restriction = TimeRestriction(pendulum.instance(earliest), latest=None, catchup=True)
        info = timetable.next_dagrun_info(
            last_automated_data_interval=None, restriction=restriction
        )
        assert info
        assert info.data_interval.start == settings.starts_at


def test_a3_a_backfill_of_days_runs_the_intervals_that_begin_on_them_locally() -> None:
    """Airflow runs what begins between the two instants, both included."""
    zone = "Europe/Moscow"
    start, end = whole_days(date(2026, 11, 10), date(2026, 11, 14), zone)
    schedule = Schedule("0 0 * * *", zone)
    boundaries = [schedule.at_or_after(start)]
    while (following := schedule.after(boundaries[-1])) <= end:
        boundaries.append(following)
    local = [boundary.astimezone(ZoneInfo(zone)) for boundary in boundaries]
    assert [(moment.day, moment.hour) for moment in local] == [(day, 0) for day in range(10, 15)]


def test_n15_a_run_that_is_only_triggered_takes_the_last_whole_interval() -> None:
    timetable = IntervalTimetable("0 0 * * *", timezone="UTC")
    asked = pendulum.datetime(2026, 11, 23, 12, 30)
    found = timetable.infer_manual_data_interval(run_after=asked)
    assert (found.start, found.end) == (
        pendulum.datetime(2026, 11, 22),
        pendulum.datetime(2026, 11, 23),
    )


def test_a_backfill_may_reach_back_before_the_start_and_the_schedule_may_not() -> None:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    timetable = IntervalTimetable("0 0 * * *", "UTC", start)

    def first(earliest: datetime) -> datetime:
        info = timetable.next_dagrun_info(
            last_automated_data_interval=None,
            restriction=TimeRestriction(pendulum.instance(earliest), latest=None, catchup=True),
        )
        assert info
        return info.data_interval.start

    assert first(BEFORE_ANY_WINDOW) == start
    assert first(datetime(2026, 11, 10, tzinfo=UTC)) == datetime(2026, 11, 10, tzinfo=UTC)
