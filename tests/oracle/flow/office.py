"""Working seconds, counted day by day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.oracle.flow.meanings import moment

ZONE = ZoneInfo("Europe/Berlin")
HOURS = (time(9), time(13)), (time(14), time(18))
_SATURDAY = 5


def worked(start: int, end: int) -> int:
    """Working seconds between two moments, from Monday to Friday."""
    total = 0
    day, until = (moment(at).astimezone(ZONE).date() for at in (start, end))
    while day <= until:
        for opens, closes in _stretches(day):
            total += max(0, min(closes, end // 1000) - max(opens, start // 1000))
        day += timedelta(days=1)
    return total


@cache
def _stretches(day: date) -> list[tuple[int, int]]:
    """What is worked on a day, epoch seconds."""
    if day.weekday() >= _SATURDAY:
        return []
    clocks = [[datetime.combine(day, clock, ZONE) for clock in ends] for ends in HOURS]
    return [(int(opens.timestamp()), int(closes.timestamp())) for opens, closes in clocks]
