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

    from flowmart.forecast.calendar import IsWorkingDay
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
    history: History, as_of_on: date, open_items: int, rules: Rules, is_working_day: IsWorkingDay
) -> list[Forecast]:
    """
    Answer all questions at all levels.

    :param history: of a team; only days before ``as_of_on`` count.
    :param as_of_on: first day of the future.
    :param open_items: how many items are not done.
    """
    sample = take_sample(history, as_of_on, rules, is_working_day)
    future = working_days(as_of_on, as_of_on + _LONGEST, is_working_day)
    return [
        *(f for weeks in HORIZONS for f in _within(weeks, sample, as_of_on, future)),
        *(f for items in AMOUNTS for f in _finish(FINISH_ITEMS, items, sample, future)),
        *_finish(FINISH_OPEN_ITEMS, open_items, sample, future),
    ]


def _within(weeks: int, sample: Sample, as_of_on: date, future: list[date]) -> Iterator[Forecast]:
    if sample.reason:
        yield from _none(WITHIN_WEEKS, weeks, sample, sample.reason)
        return
    periods = sum(day < as_of_on + weeks * WEEK for day in future)
    for level, answer in how_many(sample.counts, periods, LEVELS).items():
        yield _forecast(
            WITHIN_WEEKS, weeks, level, sample,
            items=answer.value, probability=answer.probability,
        )  # fmt: skip


def _finish(question: str, items: int, sample: Sample, future: list[date]) -> Iterator[Forecast]:
    reason = sample.reason or ("" if items else "no items are open")
    if reason:
        yield from _none(question, items, sample, reason)
        return
    answers = how_long(sample.counts, items, LEVELS, longest=len(future))
    for level in LEVELS:
        if level not in answers:
            yield _forecast(
                question, items, level, sample, reason=f"not within {_LONGEST_YEARS} years"
            )
            continue
        days, probability = answers[level]
        yield _forecast(
            question, items, level, sample,
            days=days, done_on=future[days - 1], probability=probability,
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
