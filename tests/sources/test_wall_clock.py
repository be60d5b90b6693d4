from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowmart.sources.wall_clock import WallClock

BERLIN = WallClock(ZoneInfo("Europe/Berlin"))
# In Berlin 02:00 to 03:00 was shown twice on 2026-10-25: from 00:00 and from 01:00 UTC on.
ZONES = ("Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC")
MOMENTS = st.integers(1_262_304_000_000, 1_893_456_000_000)  # 2010 to 2030


def second(text: str) -> int:
    """The epoch second of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        ("2026-10-24 23:59:58", "2026-10-24 23:59:58", "2026-10-24 23:59:58"),
        ("2026-10-25 00:00:00", "2026-10-24 23:59:59", "2026-10-25 02:00:00"),
        ("2026-10-25 00:59:59", "2026-10-24 23:59:59", "2026-10-25 02:00:00"),
        ("2026-10-25 01:07:00", "2026-10-24 23:59:59", "2026-10-25 02:00:00"),
        ("2026-10-25 02:00:00", "2026-10-25 02:00:00", "2026-10-25 02:00:00"),
    ],
)
def test_an_hour_that_is_shown_twice_is_walked_around(at, before, after):
    assert BERLIN.before(second(at) * 1000) == second(before)
    assert BERLIN.after(second(at) * 1000) == second(after)


def test_milliseconds_are_cut_off_before_and_filled_up_after():
    moscow = WallClock(ZoneInfo("Europe/Moscow"))
    assert moscow.before(1_790_000_000_001) == 1_790_000_000
    assert moscow.after(1_790_000_000_001) == 1_790_000_001


def test_a_literal_is_the_time_on_the_wall_without_an_offset():
    assert BERLIN.literal(second("2026-07-01 10:00:00")) == "2026-07-01 12:00:00"
    assert BERLIN.literal(second("2026-12-01 10:00:00")) == "2026-12-01 11:00:00"
    with_t = WallClock(BERLIN.zone, "T")
    assert with_t.literal(second("2026-12-01 10:00:00")) == "2026-12-01T11:00:00"


@given(st.sampled_from(ZONES), MOMENTS, st.sampled_from([0, 1]))
def test_however_the_server_reads_an_ambiguous_hour_a_span_holds_its_moment(name, at_ms, fold):
    zone = ZoneInfo(name)
    clock = WallClock(zone)

    def read(literal: str) -> float:
        shown = datetime.strptime(literal, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone, fold=fold)
        return shown.timestamp() * 1000

    low, high = clock.before(at_ms), clock.after(at_ms)
    assert read(clock.literal(low)) == low * 1000 <= at_ms
    assert read(clock.literal(high)) == high * 1000 >= at_ms
