"""
Forecasts, backtest and pace bands of one company, worked out by hand, on each engine.

Days are counted from 1 January 2026. Everything is known from day 0 until day 120, which is
`as_of_on`; 13 weeks before it is day 29.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from math import comb

import pytest

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from tests.aggregates.conftest import SETTINGS
from tests.records import make_record
from tests.sql.tracker import DAY, START, Tracker, at, phid
from tests.sql.warehouse import CONTEXT

FIRST = date(2026, 1, 1)
AS_OF = FIRST + timedelta(days=120)
ALPHA, BETA = (1,), (2,)
SECONDS = 1 / DAY
CONFIGURED = replace(CONTEXT, levels={"epic": "epic"}, ignore_visits_shorter_than_seconds=60)
# Delivered by Alpha: day, days from the start until it waits, and until it is done.
DELIVERED = [(40.5, 1, 2), (55.5, 2, 4), (75.5, 3, 6), (90.5, 4, 8), (100.5, 5, 10)]
LEVELS = (50, 70, 85, 95)


def company():
    tracker = Tracker()
    for number, (done, waits, ends) in enumerate(DELIVERED, start=1):
        finish(tracker, number, done, waits, ends)
    # Too early, too late, discarded, an epic, without work, and made as done: no bands of these.
    finish(tracker, 11, 20.5, 9, 9.5)
    finish(tracker, 12, 121.5, 9, 9.5)
    finish(tracker, 13, 60.5, 9, 9.5, end="duplicate")
    finish(tracker, 14, 60.5, 9, 9.5, subtype="epic")
    tracker.task(15, created=50, status="resolved", projects=ALPHA)
    tracker.moves(15, (65.5, "resolved"))
    tracker.task(16, created=66.5, status="resolved", projects=ALPHA)
    # Beta delivers one item twice: two days of work, eight done, one more of work.
    tracker.task(21, created=59, status="resolved", projects=BETA)
    tracker.moves(21, (60, "progress"), (62, "resolved"), (70, "progress"), (71, "resolved"))
    # Open when day 120 began: 12 (above), and these three; one was deleted, one came later.
    tracker.task(31, created=30, projects=ALPHA)
    tracker.task(32, created=0, status="progress", projects=ALPHA)
    tracker.moves(32, (110, "progress"))
    tracker.task(33, created=119.9, projects=BETA)
    tracker.task(34, created=30, projects=ALPHA)
    tracker.task(35, created=120.1, projects=ALPHA)
    tracker.task(36, created=30, projects=ALPHA, subtype="epic")
    return tracker


def finish(tracker, number, done, waits, ends, end="resolved", **fields):
    """An item that is worked on, waits, and ends; the third one by mistake once before."""
    start = done - ends
    tracker.task(number, created=start - 1, status=end, projects=ALPHA, **fields)
    slip = [(start + 0.5, "resolved"), (start + 0.5 + 30 * SECONDS, "progress")]
    tracker.moves(
        number,
        (start, "progress"),
        *(slip if number == 3 else []),
        (start + waits, "stalled"),
        (done, end),
    )


@pytest.fixture(scope="module", autouse=True)
def built(warehouse, flow_metrics):
    warehouse.run(company().records(), CONFIGURED)
    # The fifth delivery and an open item are deleted: history stays, open work goes.
    gone = [
        make_record(phid("TASK", n), phid("TASK", n), at(119) * 1000,
                    {"issue_id": phid("TASK", n), "record_state": "deleted"})
        for n in (5, 34)
    ]  # fmt: skip
    warehouse.run({"issue_tombstones": gone}, CONFIGURED)
    flow_metrics.cover(0, 120)
    flow_metrics.run()


def bands(warehouse, team):
    """Status -> items, and ages in days."""
    rows = warehouse.rows("mart.agg_pace_bands", "*", f"team = '{team}'")
    return {
        row["status_name"]: (
            row["items"],
            *(
                seconds and seconds / DAY
                for level in LEVELS
                if [seconds := row[f"age_{level}_seconds"]]
            ),
        )
        for row in rows
    }


def test_bands_are_nearest_ranks_of_the_age_at_the_last_exit(warehouse):
    """{1, 2, 3, 4, 5} and {2, 4, 6, 8, 10}: ranks 3, 4, 5 and 5 of 5 (conformance 4.1)."""
    assert bands(warehouse, "Alpha") == {"Progress": (5, 3, 4, 5, 5), "Stalled": (5, 6, 8, 10, 10)}


def test_bands_of_the_last_status_of_work_equal_the_percentiles_of_cycle_time(warehouse):
    """Conformance 5.4."""
    times = sorted(
        row["cycle_time_seconds"] / DAY
        for row in warehouse.rows(
            "mart.fct_issue_deliveries",
            "cycle_time_seconds",
            "team = 'Alpha' and outcome = 'delivered' and level = 'item' "
            f"and cycle_time_seconds is not null and delivered_on >= '{FIRST + timedelta(29)}' "
            f"and delivered_on < '{AS_OF}'",
        )
    )
    ranks = [-(-level * len(times) // 100) for level in LEVELS]
    assert bands(warehouse, "Alpha")["Stalled"][1:] == tuple(times[rank - 1] for rank in ranks)


def test_too_few_items_make_no_band_and_time_done_does_not_age(warehouse):
    """Beta's item left *progress* at 2 days, and for the last time, after eight days done, at 3."""
    assert bands(warehouse, "Beta") == {"Progress": (1, None, None, None, None)}
    [row] = warehouse.rows("mart.agg_pace_bands", "reason", "team = 'Beta'")
    assert row["reason"] == "only 1 of 5 items"
    # {1, 2, 3, 3, 4, 5}: ranks 3, 5, 6 and 6 of 6.
    assert bands(warehouse, "(all)")["Progress"] == (6, 3, 4, 5, 5)


def test_every_row_says_as_of_when(warehouse, flow_metrics):
    for table in flow_metrics.published():
        assert {row["as_of_on"] for row in warehouse.rows(table)} == {AS_OF}, table


def binomial(days, share, items):
    """Probability of at least so many items, of which a share of all days brings one."""
    return sum(comb(days, k) * share**k * (1 - share) ** (days - k) for k in range(items, days + 1))


def forecasts(warehouse, team, question):
    rows = warehouse.rows("mart.agg_forecast", "*", f"team = '{team}' and question = '{question}'")
    return {(row["target"], row["level"]): row for row in rows}


def test_how_many_within_some_weeks(warehouse):
    """Alpha delivered one item on 7 of 91 days: the five, one without work and one made as done."""
    rows = forecasts(warehouse, "Alpha", "within_weeks")
    assert {target for target, _ in rows} == {2, 4, 8, 12}
    for (weeks, level), row in rows.items():
        share, days = 7 / 91, weeks * 7
        expected = max(n for n in range(days) if binomial(days, share, n) >= level / 100)
        assert (row["items"], row["days"], row["done_on"]) == (expected, None, None)
        assert row["probability"] == pytest.approx(binomial(days, share, expected))
        assert (row["sampled_days"], row["sampled_items"], row["reason"]) == (91, 7, None)


def test_when_some_items_are_done(warehouse):
    rows = forecasts(warehouse, "Alpha", "finish_items")
    assert {target for target, _ in rows} == {5, 10, 20, 50}
    for (items, level), row in rows.items():
        days = next(n for n in range(2000) if binomial(n, 7 / 91, items) >= level / 100)
        assert (row["items"], row["days"]) == (None, days)
        assert row["done_on"] == AS_OF + timedelta(days=days - 1)
        assert row["probability"] == pytest.approx(binomial(days, 7 / 91, items))


def test_open_items_are_those_of_the_day_without_what_is_gone(warehouse):
    """Alpha: 12, 31 and 32; Beta: 33."""
    for team, items in (("Alpha", 3), ("Beta", 1), ("(all)", 4)):
        rows = forecasts(warehouse, team, "finish_open_items")
        assert {target for target, _ in rows} == {items}, team


def test_a_team_without_enough_history_has_a_reason(warehouse):
    """Beta is known since day 59: 61 days are 8 whole weeks."""
    rows = forecasts(warehouse, "Beta", "within_weeks")
    assert {row["reason"] for row in rows.values()} == {
        "only 8 whole weeks of history are known; 10 are needed"
    }
    assert {(row["items"], row["probability"]) for row in rows.values()} == {(None, None)}


def test_the_backtest_compares_with_what_came(warehouse):
    """
    The first Monday with ten weeks of history is 16 March, day 74: until then Alpha delivered on
    days 20, 40, 55, 65 and 66, and in the two weeks from then on once, on day 75.
    """
    rows = {
        (row["forecast_on"], row["weeks"], row["level"]): row
        for row in warehouse.rows("mart.agg_forecast_backtest", "*", "team = 'Alpha'")
    }
    monday = FIRST + timedelta(days=74)
    two_weeks = [monday + timedelta(weeks=n) for n in range(5)]
    assert sorted({day for day, weeks, _ in rows if weeks == 2}) == two_weeks
    assert sorted({day for day, weeks, _ in rows if weeks == 4}) == two_weeks[:3]
    for level in LEVELS:
        expected = max(n for n in range(14) if binomial(14, 5 / 74, n) >= level / 100)
        row = rows[(monday, 2, level)]
        assert (row["forecast_items"], row["delivered_items"]) == (expected, 1)
        assert row["is_held"] is True
    # Days 75; 90; 90 and 100; 100; and from 13 April (day 102) on none within two weeks.
    assert [rows[(day, 2, 50)]["delivered_items"] for day in two_weeks] == [1, 1, 2, 1, 0]
    # Of days 11..101, 7 brought one: at least one item within two weeks with 67 %.
    last = rows[(two_weeks[4], 2, 50)]
    assert (last["forecast_items"], last["is_held"]) == (1, False)


def test_hit_rates_count_the_forecasts_that_held(warehouse):
    """At 50 %, each of the five forecasts of two weeks said one item, and the last one failed."""
    [row] = warehouse.rows(
        "mart.v_forecast_hit_rates", "*", "team = 'Alpha' and weeks = 2 and level = 50"
    )
    assert (row["forecasts"], row["held_forecasts"], row["hit_rate"]) == (5, 4, 0.8)


def test_open_items_are_among_the_ages_of_their_status(warehouse, flow_metrics):
    """Measured now: hours for one, and days for others, around 3, 4 and 5 days."""
    today = (time.time() - START) / DAY
    tracker = company()
    for number, age in ((41, 0.04), (42, 3.5), (43, 4.5), (44, 6)):
        tracker.task(number, created=today - 8, status="progress", projects=ALPHA)
        tracker.moves(number, (today - age, "progress"))
    tracker.task(45, created=today - 30, status="progress", projects=ALPHA)
    tracker.moves(45, (today - 20, "progress"), (today - 19, "resolved"), (today - 0.5, "progress"))
    tracker.task(46, created=today - 8, status="progress", projects=BETA)
    tracker.moves(46, (today - 1, "progress"))
    tracker.task(47, created=today - 8, status="limbo", projects=ALPHA)
    tracker.moves(47, (today - 2, "progress"), (today - 1, "limbo"))
    warehouse.run(tracker.records(), CONFIGURED)
    rows = {
        row["readable_id"]: (row["band"], row["reason"])
        for row in warehouse.rows("mart.v_issue_ageing_bands")
    }
    assert rows == {
        "T32": ("beyond 95", None),
        "T41": ("within 50", None),
        "T42": ("within 70", None),
        "T43": ("within 85", None),
        "T44": ("beyond 95", None),
        "T45": ("within 50", None),
        "T46": (None, "only 1 of 5 items"),
        "T47": (None, "no delivered item left this status"),
    }
    [row] = warehouse.rows("mart.v_issue_ageing_bands", "age_seconds", "readable_id = 'T45'")
    assert row["age_seconds"] / DAY == pytest.approx(1.5, abs=0.05)


def test_settings_are_followed(warehouse, flow_metrics):
    """Four weeks of at least one item; deliveries of days 92 to 119: only the fifth."""
    before = flow_metrics.published()
    flow_metrics.run(settings=replace(SETTINGS, band_weeks=4, band_items=1))
    assert bands(warehouse, "Alpha") == {
        "Progress": (1, 5, 5, 5, 5),
        "Stalled": (1, 10, 10, 10, 10),
    }
    flow_metrics.run(everything=True)
    after = flow_metrics.published()
    assert after.pop("ops.ops_flow_metrics")
    before.pop("ops.ops_flow_metrics")
    assert after == before


def test_a_team_keeps_its_own_calendar(warehouse, flow_metrics):
    """
    Of 13 weeks up to 30 April, Alpha works on weekdays but Good Friday and Easter Monday; others
    on every day.
    """
    office = {
        "timezone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
        "days_off": ["2026-04-03", "2026-04-06"],
    }
    calendars = resolve({"office": CalendarSettings.model_validate(office)}, "test")
    kept = {"calendars": tuple(calendars.values()), "team_calendars": {"Alpha": "office"}}
    warehouse.run(company().records(), replace(CONFIGURED, **kept))
    flow_metrics.run()
    for team, days in (("Alpha", 63), ("(all)", 91)):
        rows = forecasts(warehouse, team, "within_weeks")
        assert {row["sampled_days"] for row in rows.values()} == {days}
    # 1 May is a Friday, and the first day of the future.
    rows = forecasts(warehouse, "Alpha", "finish_items")
    for row in rows.values():
        assert row["done_on"].weekday() < 5
        assert row["days"] == sum(
            (AS_OF + timedelta(days=n)).weekday() < 5
            for n in range((row["done_on"] - AS_OF).days + 1)
        )
