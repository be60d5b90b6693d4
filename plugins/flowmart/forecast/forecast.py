"""Forecasts of a team: how many items within some weeks, and when some items are done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from flowmart.forecast.calendar import working_days
from flowmart.forecast.distribution import LEVELS, how_long, how_many
from flowmart.forecast.history import WEEK, take_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from flowmart.forecast.calendar import TeamCalendar
    from flowmart.forecast.history import History, Rules, Sample

HORIZONS = (2, 4, 8, 12)
"""Weeks in question."""

AMOUNTS = (5, 10, 20, 50)
"""Items in question."""

WITHIN_WEEKS, FINISH_ITEMS, FINISH_OPEN_ITEMS = "within_weeks", "finish_items", "finish_open_items"

# Nobody plans further, and the past of some weeks tells nothing of it.
_LONGEST_YEARS = 5
_LONGEST = timedelta(days=365 * _LONGEST_YEARS)


class Forecast(NamedTuple):
    """
    One answer, or why there is none.

    :param question: one of three.
    :param target: the weeks or the items that are asked for.
    :param level: percentage.
    :param items: how many items will be done, at least.
    :param days: working days that it takes.
    :param done_on: the last of them.
    :param probability: the exact one of this answer.
    :param reason: why there is no answer.
    :param sampled_days: working days that were drawn from.
    :param sampled_items: items delivered on them.
    """

    question: str
    target: int
    level: int
    items: int | None
    days: int | None
    done_on: date | None
    probability: float | None
    reason: str | None
    sampled_days: int
    sampled_items: int


def make_forecasts(
    history: History, as_of_on: date, open_items: int, rules: Rules, calendar: TeamCalendar
) -> list[Forecast]:
    """
    Answer all questions at all levels.

    :param history: of a team; only days before ``as_of_on`` count.
    :param as_of_on: first day of the future.
    :param open_items: how many items are not done.
    :param calendar: the days on which the team works.
    """
    sample = take_sample(history, as_of_on, rules, calendar)
    future = _Future(as_of_on, calendar)
    return [
        *(f for weeks in HORIZONS for f in _within(weeks, sample, future)),
        *(f for items in AMOUNTS for f in _finish(FINISH_ITEMS, items, sample, future)),
        *_finish(FINISH_OPEN_ITEMS, open_items, sample, future),
    ]


class _Future:
    """The working days to come, as far as anybody looks or knows."""

    def __init__(self, as_of_on: date, calendar: TeamCalendar) -> None:
        last_on = as_of_on + _LONGEST
        until_on = min(last_on, calendar.known_until)
        self.days = working_days(as_of_on, until_on, calendar.is_working_day)
        self._as_of_on = as_of_on
        self._until_on = until_on
        self.beyond = (
            f"not within {_LONGEST_YEARS} years"
            if until_on == last_on
            else f"its calendar ends on {calendar.known_until}"
        )

    def days_within(self, weeks: int) -> int | None:
        """Working days in some weeks; None if they are not known."""
        end = self._as_of_on + weeks * WEEK
        return sum(day < end for day in self.days) if end <= self._until_on else None


def _within(weeks: int, sample: Sample, future: _Future) -> Iterator[Forecast]:
    days = future.days_within(weeks)
    if sample.reason or days is None:
        yield from _none(WITHIN_WEEKS, weeks, sample, sample.reason or future.beyond)
        return
    for level, answer in how_many(sample.counts, days, LEVELS).items():
        yield _forecast(
            WITHIN_WEEKS, weeks, level, sample,
            items=answer.value, probability=answer.probability,
        )  # fmt: skip


def _finish(question: str, items: int, sample: Sample, future: _Future) -> Iterator[Forecast]:
    reason = sample.reason or ("" if items else "no items are open")
    if reason:
        yield from _none(question, items, sample, reason)
        return
    answers = how_long(sample.counts, items, LEVELS, longest=len(future.days))
    for level in LEVELS:
        if level not in answers:
            yield _forecast(question, items, level, sample, reason=future.beyond)
            continue
        days, probability = answers[level]
        yield _forecast(
            question, items, level, sample,
            days=days, done_on=future.days[days - 1], probability=probability,
        )  # fmt: skip


def _none(question: str, target: int, sample: Sample, reason: str) -> Iterator[Forecast]:
    for level in LEVELS:
        yield _forecast(question, target, level, sample, reason=reason)


def _forecast(
    question: str,
    target: int,
    level: int,
    sample: Sample,
    *,
    items: int | None = None,
    days: int | None = None,
    done_on: date | None = None,
    probability: float | None = None,
    reason: str | None = None,
) -> Forecast:
    return Forecast(
        question, target, level, items, days, done_on, probability, reason,
        sampled_days=len(sample.counts), sampled_items=sum(sample.counts),
    )  # fmt: skip
