"""Days on which a team works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IsWorkingDay = Callable[[date], bool]
"""Whether a day is one on which a team works."""

CalendarOf = Callable[[str], IsWorkingDay]
"""The days on which a team works; ``(all)`` for those that all teams keep by default."""

DAY = timedelta(days=1)


def every_day(day: date) -> bool:
    """Without a calendar, every day counts."""
    return True


def without_calendar(team: str) -> IsWorkingDay:
    """A team of which no calendar is known."""
    return every_day


def days_between(first_on: date, until_on: date) -> Iterator[date]:
    """The days from the first one on, the last one excluded."""
    yield from (first_on + n * DAY for n in range((until_on - first_on).days))


def working_days(first_on: date, until_on: date, is_working_day: IsWorkingDay) -> list[date]:
    """The working days from the first day on, the last one excluded."""
    return list(filter(is_working_day, days_between(first_on, until_on)))
