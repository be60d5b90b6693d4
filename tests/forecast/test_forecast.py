"""Samples, days off, answers and reasons, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from math import comb

import pytest

from flowmart.forecast.backtest import replay_forecasts
from flowmart.forecast.calendar import TeamCalendar, every_day, working_days
from flowmart.forecast.distribution import LEVELS, how_long, how_many
from flowmart.forecast.forecast import Forecast, make_forecasts
from flowmart.forecast.history import History, Rules, take_sample

MONDAY = date(2026, 11, 30)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
RULES = Rules()
DAILY = TeamCalendar()


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


def history(*items: int, until: date = MONDAY, known: timedelta = 20 * WEEK) -> History:
    """The last days' deliveries, today's excluded; before them nothing was delivered."""
    first = until - len(items) * DAY
    return History(until - known, {first + n * DAY: count for n, count in enumerate(items)})


def steady(per_day: int = 1, weeks: int = 13, **given) -> History:
    return history(*[per_day] * (7 * weeks), **given)


def answers(forecasts: list[Forecast], question: str, target: int) -> dict[int, Forecast]:
    return {f.level: f for f in forecasts if (f.question, f.target) == (question, target)}


def test_all_questions_have_an_answer_at_all_levels() -> None:
    forecasts = make_forecasts(steady(), MONDAY, 7, RULES, DAILY)
    questions = [
        *(("within_weeks", weeks) for weeks in (2, 4, 8, 12)),
        *(("finish_items", items) for items in (5, 10, 20, 50)),
        ("finish_open_items", 7),
    ]
    assert [(f.question, f.target, f.level) for f in forecasts] == [
        (*question, level) for question, level in product(questions, (50, 70, 85, 95))
    ]


def test_one_item_a_day_is_what_it_is() -> None:
    forecasts = make_forecasts(steady(), MONDAY, 7, RULES, DAILY)
    for level in LEVELS:
        assert answers(forecasts, "within_weeks", 4)[level].items == 28
        finish = answers(forecasts, "finish_open_items", 7)[level]
        assert (finish.days, finish.done_on) == (7, date(2026, 12, 6))
        assert finish.probability == 1
        assert (finish.sampled_days, finish.sampled_items) == (91, 91)


def test_the_lower_tail_against_the_binomial_distribution() -> None:
    """An item on every other day: after n days, k items with probability C(n, k) / 2^n."""
    for level, answer in how_many((0, 1), 14, LEVELS).items():
        reached = [sum(comb(14, k) for k in range(items, 15)) / 2**14 for items in range(15)]
        expected = max(items for items in range(15) if reached[items] >= level / 100)
        assert answer.value == expected
        assert answer.probability == pytest.approx(reached[expected])


def test_a_probability_that_equals_the_level_is_enough() -> None:
    """In binary, sums of tenths are a little less than they should be."""
    assert how_many((0, 0, 0, 1, 1, 1, 1, 1, 1, 1), 1, [70])[70].value == 1
    assert how_long((0, 0, 0, 1, 1, 1, 1, 1, 1, 1), 1, [70], longest=9)[70] == (1, 0.7)


def test_days_off_are_not_drawn_and_not_counted() -> None:
    """Two items each working day; the second Monday is a holiday."""
    holiday = MONDAY + WEEK

    def is_working_day(day: date) -> bool:
        return on_weekdays(day) and day != holiday

    weekdays = dict.fromkeys(working_days(MONDAY - 13 * WEEK, MONDAY, on_weekdays), 2)
    forecasts = make_forecasts(
        History(MONDAY - 20 * WEEK, weekdays), MONDAY, 0, RULES, TeamCalendar(is_working_day)
    )
    two_weeks = answers(forecasts, "within_weeks", 2)[95]
    assert (two_weeks.items, two_weeks.sampled_days) == (18, 65)
    ten_items = answers(forecasts, "finish_items", 10)[95]
    assert (ten_items.days, ten_items.done_on) == (5, date(2026, 12, 4))  # that Friday
    twenty_items = answers(forecasts, "finish_items", 20)[95]
    assert (twenty_items.days, twenty_items.done_on) == (10, date(2026, 12, 14))


def test_what_is_delivered_on_a_day_off_counts_with_the_working_day_before() -> None:
    saturday, sunday, friday = MONDAY - 2 * DAY, MONDAY - DAY, MONDAY - 3 * DAY
    found = take_sample(
        History(MONDAY - 20 * WEEK, {friday: 1, saturday: 2, sunday: 3}),
        MONDAY,
        RULES,
        TeamCalendar(on_weekdays),
    )
    assert len(found.counts) == 65
    assert found.counts[-1] == 6
    # A history that begins on a Saturday: there is no working day before.
    rules = Rules(weeks=1, minimum_weeks=0)
    early = take_sample(
        History(saturday, {saturday: 2}), MONDAY + DAY, rules, TeamCalendar(on_weekdays)
    )
    assert early.counts == (2,)


def test_only_the_last_weeks_before_the_day_are_drawn_from() -> None:
    older = {MONDAY - 13 * WEEK - DAY: 100, MONDAY: 100, MONDAY - DAY: 1}
    found = take_sample(History(MONDAY - 50 * WEEK, older), MONDAY, RULES, DAILY)
    assert (len(found.counts), sum(found.counts)) == (91, 1)


def test_a_history_that_is_shorter_than_the_sample_is_not_filled_with_zeros() -> None:
    found = take_sample(steady(known=11 * WEEK), MONDAY, RULES, DAILY)
    assert found.counts == (1,) * 77


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (steady(known=10 * WEEK - DAY), "only 9 whole weeks of history are known; 10 are needed"),
        (steady(known=-WEEK), "only 0 whole weeks of history are known; 10 are needed"),
        (history(), "no deliveries in the last 13 weeks"),
    ],
)
def test_without_enough_history_there_is_a_reason_and_no_number(past: History, reason: str) -> None:
    forecasts = make_forecasts(past, MONDAY, 3, RULES, DAILY)
    assert {f.reason for f in forecasts} == {reason}
    assert {(f.items, f.days, f.done_on, f.probability) for f in forecasts} == {(None,) * 4}
    assert len(forecasts) == 36


def test_a_team_that_never_works_has_no_forecast() -> None:
    forecasts = make_forecasts(steady(), MONDAY, 3, RULES, TeamCalendar(lambda day: False))
    assert {f.reason for f in forecasts} == {"no working days in the last 13 weeks"}


def test_nothing_open_needs_no_forecast() -> None:
    forecasts = make_forecasts(steady(), MONDAY, 0, RULES, DAILY)
    assert answers(forecasts, "finish_open_items", 0)[50].reason == "no items are open"


def test_what_takes_longer_than_five_years_is_not_forecast() -> None:
    """One item in 13 weeks: a thousand take about 250 years, and ten about two and a half."""
    forecasts = make_forecasts(history(1), MONDAY, 1000, RULES, DAILY)
    assert answers(forecasts, "finish_open_items", 1000)[50].reason == "not within 5 years"
    ten = answers(forecasts, "finish_items", 10)[50]
    assert ten.reason is None
    assert ten.days is not None
    assert 800 < ten.days < 1000


def test_a_backtest_knows_no_more_than_its_own_day() -> None:
    """
    Three items a day until ten weeks ago, one a day since.

    The forecast of ten weeks ago saw three a day only: 42 in two weeks, of which 14 came. That of
    a week later draws from 7 days of 1 and 84 of 3.
    """
    change = MONDAY - 10 * WEEK
    past = History(
        MONDAY - 30 * WEEK,
        {
            day: 3 if day < change else 1
            for day in working_days(MONDAY - 30 * WEEK, MONDAY, every_day)
        },
    )
    rows = {
        (row.forecast_on, row.weeks, row.level): row
        for row in replay_forecasts(past, MONDAY, RULES, DAILY)
    }
    before = rows[(change, 2, 95)]
    assert (before.forecast_items, before.delivered_items, before.is_held) == (42, 14, False)
    earlier = rows[(change - 2 * WEEK, 2, 50)]
    assert (earlier.forecast_items, earlier.delivered_items, earlier.is_held) == (42, 42, True)
    halfway = rows[(change - WEEK, 2, 50)]
    assert (halfway.forecast_items, halfway.delivered_items, halfway.is_held) == (42, 28, False)
    sample = (3,) * 84 + (1,) * 7
    after = rows[(change + WEEK, 8, 85)]
    assert after.forecast_items == how_many(sample, 56, [85])[85].value
    assert (after.delivered_items, after.is_held) == (56, False)


def test_a_backtest_takes_mondays_with_enough_history_whose_horizon_is_over() -> None:
    """As of a Wednesday; known for 20 weeks, the first ten of which no forecast can be made in."""
    wednesday = MONDAY + 2 * DAY
    past = steady(weeks=20, until=wednesday, known=20 * WEEK)
    days: dict[int, list[date]] = {}
    for row in replay_forecasts(past, wednesday, RULES, DAILY):
        if row.level == 50:
            days.setdefault(row.weeks, []).append(row.forecast_on)
    # 20 weeks before 2 December is 15 July; ten weeks of history are there on 23 September.
    first = date(2026, 9, 28)
    assert days[2] == [first + n * WEEK for n in range(8)]  # until 16 November
    assert days[4][-1] == date(2026, 11, 2)
    assert days[8] == [first, first + WEEK]  # until 5 October
    assert 12 not in days


def test_a_backtest_reaches_a_year_back() -> None:
    past = steady(weeks=100, known=100 * WEEK)
    rows = list(replay_forecasts(past, MONDAY, RULES, DAILY))
    assert min(row.forecast_on for row in rows) == MONDAY - 52 * WEEK
    assert all(row.is_held for row in rows)


def test_where_the_calendar_ends_there_is_no_number() -> None:
    """It is known for four weeks: 20 working days, of two items each."""
    weekdays = dict.fromkeys(working_days(MONDAY - 13 * WEEK, MONDAY, on_weekdays), 2)
    past = History(MONDAY - 20 * WEEK, weekdays)
    calendar = TeamCalendar(on_weekdays, MONDAY + 4 * WEEK)
    forecasts = make_forecasts(past, MONDAY, 0, RULES, calendar)
    assert answers(forecasts, "within_weeks", 4)[50].items == 40
    assert answers(forecasts, "finish_items", 20)[50].days == 10
    for question, target in (("within_weeks", 8), ("finish_items", 50)):
        assert answers(forecasts, question, target)[50].reason == "its calendar ends on 2026-12-28"
    ended = TeamCalendar(on_weekdays, MONDAY - DAY)
    reasons = {f.reason for f in make_forecasts(past, MONDAY, 3, RULES, ended)}
    assert reasons == {"its calendar ends on 2026-11-29"}
    days = [row.forecast_on for row in replay_forecasts(past, MONDAY, RULES, ended)]
    assert max(days) == MONDAY - 3 * WEEK, "two weeks later the calendar is still known"
