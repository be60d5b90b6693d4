"""Dates and times in search queries: literals of the token owner's time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from local.sandbox.youtrack.errors import invalid_query

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

# form -> how much time a literal of it names
_TIMES = {"%Y-%m-%dT%H:%M:%S": timedelta(seconds=1), "%Y-%m-%dT%H:%M": timedelta(minutes=1)}
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
# How many days, weeks or months from now.
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKS = {
    "three weeks ago": -3, "two weeks ago": -2, "last week": -1, "this week": 0, "next week": 1,
}  # fmt: skip
_MONTHS = {"last month": -1, "this month": 0, "next month": 1}
_ALWAYS = 1 << 62


def _now() -> datetime:
    return datetime.now(UTC)


class Times:
    """
    Reads literals.

    What YouTrack does here is not documented; the choices are: a literal is read in the zone of the
    token owner's profile and names the whole second, minute, day, week or month; where the clock is
    set back, it means the first of the two; weeks begin on Mondays.

    :param zone: the time zone of the token owner.
    :param includes_end: whether a range holds the second, minute or day of its last literal.
    :param now: gives the moment from which relative dates count.
    """

    def __init__(
        self, zone: ZoneInfo, *, includes_end: bool, now: Callable[[], datetime] = _now
    ) -> None:
        self.zone = zone
        self.includes_end = includes_end
        self._now = now

    def within(self, zone: ZoneInfo) -> Times:
        """The same in another zone."""
        return Times(zone, includes_end=self.includes_end, now=self._now)

    @property
    def today(self) -> date:
        """The day in the zone."""
        return self._now().astimezone(self.zone).date()

    def span(self, text: str, until: str | None) -> tuple[int, int]:
        """
        A literal, or a range with ``*`` for an open end, as epoch milliseconds ``[first, last)``.

        :raises ApiError: 400 for what is no literal.
        """
        if until is None:
            return self._literal(text)
        first = -_ALWAYS if text == "*" else self._literal(text)[0]
        if until == "*":
            return first, _ALWAYS
        start, end = self._literal(until)
        return first, end if self.includes_end else start

    def _literal(self, text: str) -> tuple[int, int]:
        if days := self._days(text):
            # A day ends when the next begins, be it 23, 24 or 25 hours later.
            start, end = (datetime.combine(day, time(), self.zone) for day in days)
            return _milliseconds(start), _milliseconds(end)
        for form, length in _TIMES.items():
            try:
                local = datetime.strptime(text, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
            if _TIME.fullmatch(text):
                start_ms = _milliseconds(local)
                return start_ms, start_ms + length // timedelta(milliseconds=1)
        raise invalid_query(
            f'The value "{text}" isn\'t a date or a time, or none that the sandbox plays.'
        )

    def _days(self, text: str) -> tuple[date, date] | None:
        """The days that a literal names: the first, and the one after the last."""
        folded, today = text.casefold(), self.today
        if folded in _DAYS:
            first = today + timedelta(days=_DAYS[folded])
            return first, first + timedelta(days=1)
        if folded in _WEEKS:
            first = today + timedelta(days=7 * _WEEKS[folded] - today.weekday())
            return first, first + timedelta(days=7)
        if folded in _MONTHS:
            return _month(today.replace(day=1), _MONTHS[folded])
        if not _DAY.fullmatch(text):
            return None
        try:
            first = date.fromisoformat(text if len(text) == len("2026-01-05") else f"{text}-01")
        except ValueError:
            return None
        return (first, first + timedelta(days=1)) if text.count("-") > 1 else _month(first, 0)


def _month(first: date, steps: int) -> tuple[date, date]:
    """A month some steps away from that which begins on a day, and the day after it."""
    months = [12 * first.year + first.month - 1 + steps + more for more in (0, 1)]
    start, end = (date(month // 12, month % 12 + 1, 1) for month in months)
    return start, end


def _milliseconds(local: datetime) -> int:
    return round(local.timestamp() * 1000)
