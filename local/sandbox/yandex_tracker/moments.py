"""Date literals of the query language, read in the time zone of the token's owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from local.sandbox.yandex_tracker.errors import TrackerError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MOMENT = "%Y-%m-%d %H:%M:%S"
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%m/%d/%Y")


class Span(NamedTuple):
    """
    What a literal stands for: a day, or one instant (a millisecond).

    :param start: epoch milliseconds, belongs to it.
    :param end: epoch milliseconds, does not belong to it.
    """

    start: int
    end: int


def span(literal: str, zone: ZoneInfo) -> Span:
    """
    Read a literal. Of an hour that the clocks show twice, the first one is meant.

    :raises TrackerError: for another spelling, such as one with an offset or milliseconds.
    """
    moment = _read(literal, _MOMENT)
    if moment:
        start = _epoch_ms(moment, zone)
        return Span(start, start + 1)
    for spelling in _DAYS:
        day = _read(literal, spelling)
        if day:
            return Span(_epoch_ms(day, zone), _epoch_ms(day + timedelta(days=1), zone))
    raise TrackerError(400, f'Unable to parse date: "{literal}"')


def _read(literal: str, spelling: str) -> datetime | None:
    try:
        return datetime.strptime(literal, spelling)  # noqa: DTZ007 - its zone is the reader's
    except ValueError:
        return None


def _epoch_ms(local: datetime, zone: ZoneInfo) -> int:
    return int(local.replace(tzinfo=zone).timestamp()) * 1000
