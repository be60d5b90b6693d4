"""Windows: half-open, in UTC, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from flowmart.core.errors import ConfigError
from flowmart.core.window import Window

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)


def test_a_window_holds_its_start_and_not_its_end() -> None:
    window = Window(NOON, ONE)
    assert window.contains(NOON)
    assert window.contains(ONE - timedelta(microseconds=1))
    assert not window.contains(ONE)


def test_a_window_in_another_zone_is_the_same_window() -> None:
    moscow = timezone(timedelta(hours=3))
    assert Window(NOON.astimezone(moscow), ONE.astimezone(moscow)) == Window(NOON, ONE)
    assert Window(NOON.astimezone(moscow), ONE).slug == "20261101T120000Z--20261101T130000Z"


def test_the_night_of_a_clock_change_has_25_hours() -> None:
    """Berlin, 2026-10-25: midnight to midnight is 22:00Z to 23:00Z the day after."""
    window = Window.parse("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    assert window.end - window.start == timedelta(hours=25)


def test_a_slug_names_the_window_and_reads_back() -> None:
    window = Window(NOON, ONE)
    assert Window.from_slug(window.slug) == window


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("", "", "no data interval"),
        ("2026-11-01T12:00:00+00:00", "", "no data interval"),
        ("yesterday", "2026-11-01T12:00:00+00:00", "not a pair of ISO 8601 times"),
        ("2026-11-01T12:00:00", "2026-11-01T13:00:00", "no time zone"),
        ("2026-11-01T12:00:00+00:00", "2026-11-01T12:00:00+00:00", "empty or reversed"),
        ("2026-11-01T13:00:00+00:00", "2026-11-01T12:00:00+00:00", "empty or reversed"),
    ],
)
def test_what_is_no_window_says_so(start: str, end: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Window.parse(start, end)


def test_neighbours_do_not_overlap() -> None:
    assert not Window(NOON, ONE).overlaps(Window(ONE, ONE + timedelta(hours=1)))
    assert Window(NOON, ONE).overlaps(Window(ONE - timedelta(seconds=1), ONE))
