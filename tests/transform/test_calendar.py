"""Working calendars as instants, compared with a slow count of what the clock on the wall shows."""

from __future__ import annotations

import os
import random
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from flowmart.transform.calendar import COVERED_FROM, Calendar, Version
from flowmart.transform.public_holidays import PublicHolidays, public_days

HOUR = 3_600
OFFICE = ((9 * HOUR, 13 * HOUR), (14 * HOUR, 18 * HOUR))
WEEK = (OFFICE,) * 5 + ((), ())
# Nights, so that changes of clocks fall into them; half minutes, so that no grid hides a mistake.
NIGHTS = (((0, 2 * HOUR + 1_830), (2 * HOUR + 2_400, 5 * HOUR), (22 * HOUR, 24 * HOUR)),) * 7
RUSSIA = PublicHolidays("RU")

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # 3:30 behind, changed its clocks at 00:01 until 2011
    "America/Sao_Paulo",  # changed them at midnight
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # had no 30 December 2011
    "Africa/Casablanca",
]


def calendar(timezone, week=WEEK, holidays=None, days=()):
    return Calendar("c", (Version(COVERED_FROM, timezone, week, holidays),), tuple(days))


def working_seconds(openings, start, end):
    """The difference of two look-ups, as models work it out."""
    return up_to(openings, end) - up_to(openings, start)


def up_to(openings, instant):
    place = bisect_right(openings, instant, key=lambda opening: opening.opens_at)
    if not place:
        return 0
    last = openings[place - 1]
    within = min(instant, last.closes_at) - last.opens_at
    return last.working_seconds_before + int(within.total_seconds())


def counted(timezone, hours_of, start, end, step=30):
    """The oracle: for every half minute, whether the clock shows a time of work."""
    zone, worked = ZoneInfo(timezone), 0
    instant = start
    while instant < end:
        local = instant.astimezone(zone)
        shown = local.hour * HOUR + local.minute * 60 + local.second
        worked += step * any(opens <= shown < closes for opens, closes in hours_of(local.date()))
        instant += timedelta(seconds=step)
    return worked


def changes_of_clocks(timezone):
    """The instants at which a zone's clocks change from 2005 to 2014, to the hour."""
    zone, hour = ZoneInfo(timezone), timedelta(hours=1)
    hours = [datetime(2005, 1, 1, tzinfo=UTC) + n * hour for n in range(10 * 366 * 24)]
    shifts = [instant.astimezone(zone).utcoffset() for instant in hours]
    return [
        later
        for (_, later), (before, after) in zip(pairwise(hours), pairwise(shifts), strict=True)
        if before != after
    ]


@pytest.mark.soak
@pytest.mark.parametrize("timezone", ZONES)
def test_random_spans_agree_with_the_count(timezone):
    """Seeds are fresh ones; SEED in the environment repeats one of them."""
    openings = calendar(timezone).openings
    for seed in seeds(int(os.environ.get("SOAK") or 3)):
        draw = random.Random(seed)
        start = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(20_000_000) / 2)
        end = start + timedelta(minutes=draw.randrange(10_000) / 2)
        expected = counted(timezone, lambda day: WEEK[day.weekday()], start, end)
        assert working_seconds(openings, start, end) == expected, f"SEED={seed}: {start} to {end}"


def seeds(number):
    given = os.environ.get("SEED")
    return [int(given)] if given else random.SystemRandom().sample(range(10**6), number)


@pytest.mark.parametrize("timezone", ZONES)
def test_nights_in_which_the_clocks_change_agree_with_the_count(timezone):
    openings = calendar(timezone, NIGHTS).openings
    for change in changes_of_clocks(timezone)[:8]:
        start, end = change - timedelta(hours=13), change + timedelta(hours=13)
        expected = counted(timezone, lambda day: NIGHTS[day.weekday()], start, end)
        assert working_seconds(openings, start, end) == expected, change


def opening_times(openings, day):
    return [(o.opens_at.time(), o.closes_at.time()) for o in openings if o.worked_on == day]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # 2025-03-30 in Berlin: 02:00 is 03:00.
        ((2, 15), (2, 45), []),
        ((1, 30), (3, 30), [(time(0, 30), time(1, 30))]),
        ((2, 30), (4, 0), [(time(1), time(2))]),
        ((0, 0), (24, 0), [(time(23), time(22))]),
    ],
)
def test_a_stretch_around_skipped_hours(first, last, expected):
    stretch = (first[0] * HOUR + first[1] * 60, last[0] * HOUR + last[1] * 60)
    openings = calendar("Europe/Berlin", ((stretch,),) * 7).openings
    shown = opening_times(openings, date(2025, 3, 30))
    # What a change of clocks cuts is two rows, side by side.
    merged = [(shown[0][0], shown[-1][1])] if shown else []
    assert merged == expected
    assert all(closes == opens for (_, closes), (opens, _) in pairwise(shown))


def test_a_stretch_that_takes_place_twice():
    """2025-10-26 in Berlin: the clocks show 02:00 to 03:00 at 00:00Z and again at 01:00Z."""
    stretch = (2 * HOUR + 900, 2 * HOUR + 2_700)
    openings = calendar("Europe/Berlin", ((stretch,),) * 7).openings
    assert opening_times(openings, date(2025, 10, 26)) == [
        (time(0, 15), time(0, 45)),
        (time(1, 15), time(1, 45)),
    ]


@pytest.mark.parametrize("timezone", ZONES)
def test_stretches_are_in_order_and_add_up(timezone):
    openings = calendar(timezone, NIGHTS).openings
    for earlier, later in pairwise(openings):
        assert earlier.opens_at < earlier.closes_at <= later.opens_at
        seconds = int((earlier.closes_at - earlier.opens_at).total_seconds())
        assert earlier.working_seconds_before + seconds == later.working_seconds_before


def test_it_covers_seventy_years_and_nothing_beyond():
    found = calendar("Asia/Kolkata", (((0, 24 * HOUR),),) * 7)
    start, end = found.covered
    assert [start.isoformat(), end.isoformat()] == [
        "1989-12-31T18:30:00+00:00",
        "2059-12-31T18:30:00+00:00",
    ]
    assert (found.openings[0].opens_at, found.openings[-1].closes_at) == (start, end)
    last = found.openings[-1]
    assert last.working_seconds_before + 24 * HOUR == (end - start).total_seconds()


def test_no_further_than_holidays_are_known():
    """The library knows those of Russia from 1991 on: before, working time is unknown."""
    found = calendar("UTC", holidays=RUSSIA)
    assert found.covered[0] == datetime(1991, 1, 1, tzinfo=UTC)
    assert found.openings[0].opens_at > found.covered[0]


def worked_days(found, year):
    return {o.worked_on for o in found.openings if o.worked_on.year == year}


def weekdays(year):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day for day in days if day.year == year and day.weekday() < 5}


def test_russia_2024_as_the_government_moved_its_days():
    """
    Resolution 1314 of 2023-08-10: Saturday 27 April is worked for Monday the 29th, 2 November for
    30 April, 28 December for 30 December; 6 January is moved to 10 May, 7 January to 31 December.
    """
    off = {date(2024, 1, n) for n in range(1, 9)} | {
        date(2024, month, day)
        for month, day in [(2, 23), (3, 8), (4, 29), (4, 30), (5, 1), (5, 9), (5, 10), (6, 12),
                           (11, 4), (12, 30), (12, 31)]
    }  # fmt: skip
    worked = {date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28)}
    days = worked_days(calendar("Europe/Moscow", holidays=RUSSIA), 2024)
    assert days == weekdays(2024) - off | worked
    assert len(days) == 248  # the production calendar of 2024


def test_a_working_saturday_has_the_hours_of_the_weeks_first_day_of_work():
    found = calendar("UTC", holidays=RUSSIA)
    assert opening_times(found.openings, date(2024, 4, 27)) == [
        (time(9), time(13)),
        (time(14), time(18)),
    ]


def test_a_holiday_that_is_moved_away_is_not_worked():
    """The library lists 2024-01-06 among the days that are worked; it is a holiday all the same."""
    off, worked = public_days(RUSSIA, [2024])
    assert date(2024, 1, 6) in off
    assert worked == {date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28)}


def test_without_moved_days_there_are_those_that_the_law_lists():
    """As conformance.md, 3.2, has them."""
    off, worked = public_days(PublicHolidays("RU", moved_days=False), range(2022, 2027))
    listed = [*((1, n) for n in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)]
    assert off == {date(year, *day) for year in range(2022, 2027) for day in listed}
    assert not worked


def test_a_region_has_holidays_of_its_own():
    """Epiphany is off in Bavaria, and not in Berlin."""
    epiphany = date(2025, 1, 6)
    for region, is_off in (("BY", True), ("BE", False)):
        found = calendar("Europe/Berlin", holidays=PublicHolidays("DE", region))
        assert (epiphany not in worked_days(found, 2025)) is is_off


def test_own_days_win_over_public_ones():
    days = {
        date(2025, 1, 1): ((10 * HOUR, 12 * HOUR),),  # a holiday, worked for two hours
        date(2025, 1, 2): None,  # a holiday, worked as usual
        date(2025, 1, 11): None,  # a Saturday
        date(2024, 4, 27): (),  # a working Saturday, off
    }
    found = calendar("UTC", holidays=RUSSIA, days=days.items()).openings
    usual = [(time(9), time(13)), (time(14), time(18))]
    assert opening_times(found, date(2025, 1, 1)) == [(time(10), time(12))]
    assert opening_times(found, date(2025, 1, 2)) == usual
    assert opening_times(found, date(2025, 1, 11)) == usual
    assert opening_times(found, date(2024, 4, 27)) == []


def test_versions_follow_each_other_across_zones():
    """Work around the clock moves from New York to Tokyo: the clocks jump, nothing counts twice."""
    week = (((0, 24 * HOUR),),) * 7
    moved = date(2020, 6, 1)
    found = Calendar(
        "c",
        (Version(COVERED_FROM, "America/New_York", week), Version(moved, "Asia/Tokyo", week)),
    )
    openings = found.openings
    for earlier, later in pairwise(openings):
        assert earlier.closes_at <= later.opens_at
    start, end = datetime(2020, 5, 30, 12, tzinfo=UTC), datetime(2020, 6, 2, 12, tzinfo=UTC)
    assert working_seconds(openings, start, end) == 72 * HOUR


def test_the_fingerprint_is_that_of_the_working_time():
    same = calendar("UTC", days=[(date(2025, 1, 4), ())])  # a Saturday: off anyway
    assert calendar("UTC").fingerprint == same.fingerprint
    assert calendar("UTC", days=[(date(2025, 1, 6), ())]).fingerprint != same.fingerprint
