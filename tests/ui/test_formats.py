"""Numbers and times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flowmart.ui import formats

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0, "0 s"),
        (90, "2 min"),
        (5_400, "1.5 h"),
        (86_400, "1.0 d"),
        (4e8, "4,629.6 d"),
    ],
)
def test_durations(seconds, said):
    assert formats.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "in the future"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (86_400, "1 day ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_ago(seconds, said):
    assert formats.ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_unknown_stays_unknown_and_zero_stays_zero():
    assert formats.days(None) is None
    assert formats.days(0) == 0
    assert formats.days(129_600) == 1.5
