"""What a team delivered, and the sample that a forecast draws from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flowmart.forecast.calendar import days_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from flowmart.forecast.calendar import TeamCalendar

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Rules:
    """
    What a forecast is made from.

    :param weeks: how many weeks before it are drawn from.
    :param minimum_weeks: how many of them have to be known.
    """

    weeks: int = 13
    minimum_weeks: int = 10


@dataclass(frozen=True)
class History:
    """
    The deliveries of a team, or of all teams.

    :param first_on: first day of which it is known what was delivered.
    :param delivered: day -> items; days without any are left out.
    """

    first_on: date
    delivered: Mapping[date, int]

    def delivered_between(self, first_on: date, until_on: date) -> int:
        """Items delivered from the first day on, the last one excluded."""
        return sum(self.delivered.get(day, 0) for day in days_between(first_on, until_on))


@dataclass(frozen=True)
class Sample:
    """
    The past that a forecast draws from.

    :param counts: items of each working day.
    :param reason: why it is not enough to draw from; empty if it is.
    """

    counts: tuple[int, ...]
    reason: str = ""


def take_sample(history: History, as_of_on: date, rules: Rules, calendar: TeamCalendar) -> Sample:
    """
    The working days of the last weeks before a day, as they were known on it.

    What was delivered on a day off counts with the working day before it (before the first one:
    with that one), so that nothing is lost and weekends are not drawn.

    :param as_of_on: the day after the last one that counts.
    """
    first_on = max(history.first_on, as_of_on - rules.weeks * WEEK)
    counts: list[int] = []
    early = 0  # items before the first working day
    for day in days_between(first_on, as_of_on):
        items = history.delivered.get(day, 0)
        if calendar.is_working_day(day):
            counts.append(early + items)
            early = 0
        elif counts:
            counts[-1] += items
        else:
            early += items
    if calendar.known_until < as_of_on:
        return Sample((), f"its calendar ends on {calendar.known_until}")
    return Sample(tuple(counts), _why_not(as_of_on - first_on, counts, rules))


def _why_not(known: timedelta, counts: list[int], rules: Rules) -> str:
    if known < rules.minimum_weeks * WEEK:
        weeks = max(known, timedelta()) // WEEK
        return f"only {weeks} whole weeks of history are known; {rules.minimum_weeks} are needed"
    if not counts:
        return f"no working days in the last {rules.weeks} weeks"
    if not any(counts):
        return f"no deliveries in the last {rules.weeks} weeks"
    return ""
