"""Times and durations as payloads spell them."""

from __future__ import annotations

import itertools

import pytest

from local.sandbox.yandex_tracker.values import duration, millis, stamp
from tests.local.sandbox.yandex_tracker.conftest import START


def test_instants_of_the_story_keep_their_order_and_second() -> None:
    told = [millis(at) for at in range(START, START + 5000)]
    assert all(one < other for one, other in itertools.pairwise(told))
    assert [at // 1000 for at in told] == list(range(START, START + 5000))
    assert len({at % 1000 for at in told}) > 900


def test_a_stamp_is_utc_with_milliseconds() -> None:
    assert stamp(START * 1000 + 7) == "2026-09-01T00:00:00.007+0000"


@pytest.mark.parametrize(
    ("minutes", "spelled"), [(0, "PT0M"), (15, "PT15M"), (120, "PT2H"), (1505, "PT25H5M")]
)
def test_durations(minutes: int, spelled: str) -> None:
    assert duration(minutes) == spelled
