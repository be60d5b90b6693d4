"""Literals of queries in the zone of the token owner, on nights when the clock is changed too."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from local.sandbox.youtrack.errors import ApiError
from local.sandbox.youtrack.times import Times

BERLIN = Times(ZoneInfo("Europe/Berlin"), includes_end=True)


def utc(text: str) -> int:
    """Epoch milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("2026-01-05T09:00:00", "2026-01-05T08:00:00", "2026-01-05T08:00:01"),
        ("2026-07-05T09:00:00", "2026-07-05T07:00:00", "2026-07-05T07:00:01"),
        ("2026-01-05T09:00", "2026-01-05T08:00:00", "2026-01-05T08:01:00"),
        ("2026-01-05", "2026-01-04T23:00:00", "2026-01-05T23:00:00"),
        # 23 and 25 hours long
        ("2026-03-29", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),
        ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
        # twice in one night, of which the first is meant, up to its last second
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00", "2026-10-25T00:30:01"),
        ("2026-10-25T02:59:59", "2026-10-25T00:59:59", "2026-10-25T01:00:00"),
        # never that night
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00", "2026-03-29T01:30:01"),
    ],
)
def test_a_literal_names_a_second_a_minute_or_a_day(literal: str, first: str, last: str) -> None:
    assert BERLIN.span(literal, None) == (utc(first), utc(last))


def test_a_range_holds_its_last_second_or_not_by_a_switch() -> None:
    ends = ("2026-01-05T09:00:00", "2026-01-05T10:00:00")
    first = utc("2026-01-05T08:00:00")
    assert BERLIN.span(*ends) == (first, utc("2026-01-05T09:00:01"))
    exclusive = Times(ZoneInfo("Europe/Berlin"), includes_end=False)
    assert exclusive.span(*ends) == (first, utc("2026-01-05T09:00:00"))


def test_an_hour_of_utc_written_as_local_time_of_a_night_in_autumn_is_lost() -> None:
    """A client that writes [01:00Z, 01:30Z) as 02:00 .. 02:30 asks for the hour before."""
    first, last = BERLIN.span("2026-10-25T02:00:00", "2026-10-25T02:30:00")
    assert (first, last) == (utc("2026-10-25T00:00:00"), utc("2026-10-25T00:30:01"))


def test_open_ends() -> None:
    at = utc("2026-01-05T08:00:00")
    first, last = BERLIN.span("*", "2026-01-05T09:00:00")
    assert (first < 0, last) == (True, at + 1000)
    first, last = BERLIN.span("2026-01-05T09:00:00", "*")
    assert (first, last > 10**15) == (at, True)


# Today is Thursday, 1 January 2026 in Berlin, half an hour after midnight; in UTC it is not.
@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("Today", "2025-12-31T23:00:00", "2026-01-01T23:00:00"),
        ("yesterday", "2025-12-30T23:00:00", "2025-12-31T23:00:00"),
        ("Tomorrow", "2026-01-01T23:00:00", "2026-01-02T23:00:00"),
        ("This week", "2025-12-28T23:00:00", "2026-01-04T23:00:00"),
        ("Last week", "2025-12-21T23:00:00", "2025-12-28T23:00:00"),
        ("Two weeks ago", "2025-12-14T23:00:00", "2025-12-21T23:00:00"),
        ("This month", "2025-12-31T23:00:00", "2026-01-31T23:00:00"),
        ("Last month", "2025-11-30T23:00:00", "2025-12-31T23:00:00"),
        ("2025-12", "2025-11-30T23:00:00", "2025-12-31T23:00:00"),
        ("2026-03", "2026-02-28T23:00:00", "2026-03-31T22:00:00"),  # summer time begins
    ],
)
def test_z_relative_dates_and_months_are_days_of_the_owners_zone(
    literal: str, first: str, last: str
) -> None:
    now = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    times = Times(ZoneInfo("Europe/Berlin"), includes_end=True, now=lambda: now)
    assert times.span(literal, None) == (utc(first), utc(last))


def test_z_a_range_of_relative_dates_and_months_holds_its_last_day() -> None:
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    times = Times(ZoneInfo("UTC"), includes_end=True, now=lambda: now)
    assert times.span("Last week", "Today") == (
        utc("2025-12-29T00:00:00"),
        utc("2026-01-06T00:00:00"),
    )
    assert times.span("2025-11", "2025-12") == (
        utc("2025-11-01T00:00:00"),
        utc("2026-01-01T00:00:00"),
    )


@pytest.mark.parametrize(
    "text", ["minus 7d", "2026", "2026-13", "2026-1-5", "2026-13-01", "*", "2026-01-05 09:00"]
)
def test_what_is_no_literal(text: str) -> None:
    with pytest.raises(ApiError, match="isn't a date"):
        BERLIN.span(text, None)
