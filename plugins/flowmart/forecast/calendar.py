"""Days on which a team works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

IsWorkingDay = Callable[[date], bool]
"""Whether a day is one on which a team works."""

DAY = timedelta(days=1)


def every_day(day: date) -> bool:
    """Without a calendar, every day counts."""
    return True


class TeamCalendar(NamedTuple):
    """
    The days on which a team works.

    :param is_working_day: whether a day is one.
    :param known_until: from this day on nobody knows.
    """

    is_working_day: IsWorkingDay = every_day
    known_until: date = date.max


def days_between(first_on: date, until_on: date) -> Iterator[date]:
    """The days from the first one on, the last one excluded."""
    yield from (first_on + n * DAY for n in range((until_on - first_on).days))


def working_days(first_on: date, until_on: date, is_working_day: IsWorkingDay) -> list[date]:
    """The working days from the first day on, the last one excluded."""
    return list(filter(is_working_day, days_between(first_on, until_on)))
