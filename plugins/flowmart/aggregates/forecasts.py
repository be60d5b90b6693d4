"""The rows of forecasts and of their backtest, from the days of teams."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from flowmart.forecast.backtest import replay_forecasts
from flowmart.forecast.forecast import make_forecasts
from flowmart.forecast.history import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from flowmart.aggregates.calendars import Calendars
    from flowmart.forecast.history import Rules

    Rows = list[tuple[Any, ...]]

ALL = "(all)"


def compute(
    team_days: Iterable[Mapping[str, Any]],
    open_items: Iterable[Mapping[str, Any]],
    instance: str,
    first_on: date,
    as_of_on: date,
    rules: Rules,
    calendars: Calendars,
) -> dict[str, Rows]:
    """
    Forecast for every team, and for all together.

    :param team_days: rows of ``int_team_days``.
    :param open_items: rows of ``int_open_items``.
    :param first_on: first day on which the instance is known.
    :param as_of_on: the day after the last one.
    :param calendars: the days on which teams work.
    :return: model -> rows, in the order of its contract's columns.
    """
    still_open = Counter({row["team"]: row["open_items"] for row in open_items})
    still_open[ALL] = still_open.total()
    forecasts: Rows = []
    backtest: Rows = []
    for team, history in sorted(_histories(team_days, first_on).items()):
        calendar = calendars.of(team)
        for f in make_forecasts(history, as_of_on, still_open[team], rules, calendar):
            question, target, level, *answer = f
            forecasts.append((instance, team, question, target, level, as_of_on, *answer))
        for past in replay_forecasts(history, as_of_on, rules, calendar):
            forecast_on, weeks, level, *found = past
            backtest.append((instance, team, forecast_on, weeks, level, as_of_on, *found))
    return {"agg_forecast": forecasts, "agg_forecast_backtest": backtest}


def _histories(team_days: Iterable[Mapping[str, Any]], first_on: date) -> dict[str, History]:
    """Team -> its history, which begins with its first day, or that of the instance if later."""
    delivered: dict[str, Counter[date]] = defaultdict(Counter)
    for row in team_days:
        for team in (row["team"], ALL):
            delivered[team][row["happened_on"]] += row["delivered"]
    return {team: History(max(first_on, min(days)), dict(days)) for team, days in delivered.items()}
