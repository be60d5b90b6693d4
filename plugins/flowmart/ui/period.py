"""The weeks that the page looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_WEEKS = 26
_RECENT = timedelta(weeks=4)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Period:
    """
    Whole weeks, from a Monday to a Sunday.

    :param weeks: their Mondays.
    :param start_at: start of the first one, inclusive.
    :param end_at: end of the last one, exclusive.
    :param recent_start_at: start of the recent period.
    :param as_of: time up to which the warehouse has data.
    :param name: the period in words, such as ``last 26 weeks``.
    :param recent_name: the recent period in words.
    """

    weeks: tuple[date, ...]
    start_at: datetime
    end_at: datetime
    recent_start_at: datetime
    as_of: datetime
    name: str
    recent_name: str

    def is_over(self, week: date) -> bool:
        """Whether the data of a week is complete."""
        return as_midnight(week + _WEEK, self.as_of) <= self.as_of


def period_until(
    as_of: datetime, timezone: str, quarter: str | None, known_since: datetime
) -> Period:
    """
    The weeks of the last half year for which there is data, or the weeks of a quarter.

    :param as_of: time up to which the warehouse has data.
    :param timezone: IANA zone of weeks.
    :param quarter: such as ``2026-Q4``.
    :param known_since: creation of the first issue.
    """
    as_of = as_of.astimezone(ZoneInfo(timezone))
    last_on = (as_of - timedelta(microseconds=1)).date()
    first_on = max(last_on - _WEEK * (_WEEKS - 1), known_since.astimezone(as_of.tzinfo).date())
    first_on = min(first_on, last_on)
    if quarter:
        first_on, quarter_end_on = _quarter(quarter)
        last_on = min(last_on, quarter_end_on) if first_on <= last_on else quarter_end_on
    first, last = _monday(first_on), _monday(last_on)
    weeks = tuple(first + _WEEK * number for number in range((last - first) // _WEEK + 1))
    start_at = as_midnight(first, as_of)
    return Period(
        weeks=weeks,
        start_at=start_at,
        end_at=as_midnight(last + _WEEK, as_of),
        recent_start_at=start_at if quarter else as_of - _RECENT,
        as_of=as_of,
        name=quarter or f"last {len(weeks)} weeks",
        recent_name=quarter or f"last {_RECENT.days // 7} weeks",
    )


def as_midnight(day: date, like: datetime) -> datetime:
    """The start of a day in the time zone of another instant."""
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _quarter(name: str) -> tuple[date, date]:
    """First and last day of a quarter."""
    year, number = int(name[:4]), int(name[-1])
    first = date(year, number * 3 - 2, 1)
    after = date(year + 1, 1, 1) if number == 4 else date(year, number * 3 + 1, 1)
    return first, after - timedelta(days=1)
