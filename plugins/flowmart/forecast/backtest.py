"""Forecasts of the past against what came: each is made from what was delivered before its day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from flowmart.forecast.calendar import working_days
from flowmart.forecast.distribution import LEVELS, how_many
from flowmart.forecast.forecast import HORIZONS
from flowmart.forecast.history import WEEK, take_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from flowmart.forecast.calendar import TeamCalendar
    from flowmart.forecast.history import History, Rules

BACKTEST_WEEKS = 52
"""How many weeks back forecasts are tested."""


class Backtest(NamedTuple):
    """
    A forecast of the past, and what came.

    :param forecast_on: a Monday; it is made from the deliveries before that day.
    :param weeks: its horizon.
    :param level: percentage.
    :param forecast_items: how many items were to be done, at least.
    :param delivered_items: how many were.
    :param is_held: whether at least as many were.
    """

    forecast_on: date
    weeks: int
    level: int
    forecast_items: int
    delivered_items: int
    is_held: bool


def replay_forecasts(
    history: History, as_of_on: date, rules: Rules, calendar: TeamCalendar
) -> Iterator[Backtest]:
    """
    Make the forecast of every Monday of the last year whose horizon is over, and compare.

    Mondays without enough history are left out.

    :param history: of a team; only days before ``as_of_on`` count.
    :param as_of_on: the day after the last one that is known.
    """
    last_monday = as_of_on - timedelta(days=as_of_on.weekday())
    for weeks_ago in range(BACKTEST_WEEKS, 0, -1):
        forecast_on = last_monday - weeks_ago * WEEK
        sample = take_sample(history, forecast_on, rules, calendar)
        if sample.reason:
            continue
        for weeks in HORIZONS:
            end = forecast_on + weeks * WEEK
            if end > min(as_of_on, calendar.known_until):
                break
            delivered = history.delivered_between(forecast_on, end)
            periods = len(working_days(forecast_on, end, calendar.is_working_day))
            for level, answer in how_many(sample.counts, periods, LEVELS).items():
                is_held = delivered >= answer.value
                yield Backtest(forecast_on, weeks, level, answer.value, delivered, is_held)
