"""Conformance, section 5: WIP, throughput, age and the cumulative flow diagram, of January 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.meanings import meaning
from tests.sql.coverage import cover
from tests.sql.tracker import Tracker
from tests.sql.warehouse import CONTEXT

COLUMNS = ("committed", "build", "test", "resolved")
# 5.1, jira-agile-metrics: per item the day of January of each column after the backlog.
ITEMS = {
    1: (1,), 2: (2,), 3: (3,), 4: (1, 2), 5: (1, 3), 6: (1, 3), 7: (1, 2, 3), 8: (1, 2, 4),
    9: (1, 2, 4), 10: (1, 2, 3, 4), 11: (1, 2, 3, 5), 12: (1, 2, 3, 5), 13: (1, 2, 3, 4, 7),
    14: (1, 2, 3, 5, 7), 15: (1, 3, 3, 5, 8), 16: (1, 3, 3, 4, 8), 17: (1, 4, 5, 5, 9),
    18: (1, 5, 6, 8, 9),
}  # fmt: skip
FOUR = {1: (1,), 2: (2, 3), 3: (3, 3, 4, 5, 6), 4: (4, 4)}
SETTINGS = replace(
    CONTEXT,
    statuses={**CONTEXT.statuses, **{name: meaning("in_progress") for name in COLUMNS[:3]}},
)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = new_tracker()
    for number, days in ITEMS.items():
        walks(tracker, number, days, "eighteen")
    for number, days in FOUR.items():
        walks(tracker, 20 + number, days, "four")
    # 5.3: an item that jumps, one that started before the window, and two that go back.
    walks(tracker, 31, (1, None, None, None, 3), "jump")
    walks(tracker, 32, (1, 1), "early")
    for number, back in ((33, ((6, "test"),)), (34, ())):
        steps = ((1, "test"), (3, "open"), *((day - 1, name) for day, name in back))
        tracker.task(number, status=steps[-1][1], subtype=f"back {number}")
        tracker.moves(number, *steps)
    warehouse.run(tracker.records(), SETTINGS)
    cover(warehouse, 0, 9)


def new_tracker():
    tracker = Tracker()
    for name in COLUMNS[:3]:
        tracker.status(name, closed=False)
    return tracker


def walks(tracker, number, days, kind):
    """An item that enters columns at the given days; those of one day follow each other."""
    moves = [
        (day - 1 + place / 100, column)
        for place, (day, column) in enumerate(zip(days[1:], COLUMNS, strict=False))
        if day
    ]
    status = moves[-1][1] if moves else "open"
    tracker.task(number, created=days[0] - 1, status=status, subtype=kind)
    tracker.moves(number, *moves)


def daily(warehouse, view, column, kind, where="true"):
    """Day of January -> value."""
    found = warehouse.rows(
        f"mart.{view}", f"happened_on, {column}", f"issue_type = '{kind}' and {where}"
    )
    return {row["happened_on"].day: row[column] for row in found}


def edge(warehouse, kind, category, column="reached_issues"):
    where = f"category = '{category}'"
    return list(daily(warehouse, "v_cumulative_flow_daily", column, kind, where).values())


def test_5_1_wip_at_the_end_of_the_day(warehouse):
    found = daily(warehouse, "v_wip_daily", "in_progress_issues", "eighteen")
    assert list(found.values()) == [0, 9, 13, 14, 15, 15, 13, 11, 9]


def test_5_1_throughput_of_the_five_days_up_to_the_ninth_with_zeros(warehouse):
    found = daily(warehouse, "v_flow_daily", "delivered", "eighteen")
    assert [found[day] for day in range(5, 10)] == [0, 0, 2, 2, 2]
    assert [found[day] for day in (8, 9)] == [2, 2]


def test_5_1_age_in_days(warehouse):
    """Exclusive days at 10 January: 8 if committed on the 2nd, 7 if on the 3rd."""
    before = datetime.now(UTC).date()
    rows = warehouse.rows("mart.v_issue_ageing", "readable_id, age_days",
                          "issue_type = 'eighteen' and age_days is not null")  # fmt: skip
    today = before if datetime.now(UTC).date() == before else None
    assert today, "midnight passed: run it again"
    since = (today - date(2026, 1, 10)).days
    found = {int(row["readable_id"][1:]): row["age_days"] - 1 - since for row in rows}
    assert found == {4: 8, 5: 7, 6: 7, **dict.fromkeys(range(7, 13), 8)}


def test_5_1_cycle_times_in_exclusive_and_in_inclusive_days(warehouse):
    rows = warehouse.rows(
        "mart.v_lead_time_distribution",
        "inclusive_days, sum(deliveries) as deliveries",
        "issue_type = 'eighteen' and measure = 'cycle_time' group by inclusive_days",
    )
    exclusive = {row["inclusive_days"] - 1: row["deliveries"] for row in rows}
    assert exclusive == {5: 5, 4: 1}


def test_5_2_edges_of_the_bands(warehouse):
    """Committed, Build and Test are one category; the days after the 6th go on."""
    assert edge(warehouse, "four", "todo")[:6] == [1, 2, 3, 4, 4, 4]
    assert edge(warehouse, "four", "in_progress")[:6] == [0, 0, 2, 3, 3, 3]
    assert edge(warehouse, "four", "done")[:6] == [0, 0, 0, 0, 0, 1]


def test_5_3_an_item_that_jumps_to_the_last_column_counts_in_every_one(warehouse):
    found = [edge(warehouse, "jump", category)[2] for category in ("todo", "in_progress", "done")]
    assert found == [1, 1, 1]


def test_5_3_an_item_that_was_started_before_is_in_the_opening_snapshot(warehouse):
    found = [edge(warehouse, "early", category)[4] for category in ("todo", "in_progress", "done")]
    assert found == [1, 1, 0]


def test_5_3_an_item_that_goes_back_is_held_at_its_mark_until_it_recovers(warehouse):
    """In Test from 2 January, back on the 4th, in Test again on the 6th."""
    assert edge(warehouse, "back 33", "in_progress") == [0, *[1] * 8]
    corrected = edge(warehouse, "back 33", "in_progress", "corrected_issues")
    assert corrected == [0, 0, 0, 1, 1, 0, 0, 0, 0]


def test_5_3_one_that_never_recovers_is_corrected_to_the_end(warehouse):
    assert edge(warehouse, "back 34", "in_progress") == [0, *[1] * 8]
    corrected = edge(warehouse, "back 34", "in_progress", "corrected_issues")
    assert corrected == [0, 0, 0, *[1] * 6]


def test_10_3_arrivals_less_departures_are_what_is_open(warehouse):
    rows = warehouse.rows(
        "mart.v_flow_daily",
        "sum(arrived) as arrived, sum(delivered + discarded - reopened) as left_again",
        "issue_type = 'eighteen'",
    )
    assert rows == [{"arrived": 18, "left_again": 6}]
    [row] = warehouse.rows(
        "mart.v_issue_ageing", "count(*) as open_issues", "issue_type = 'eighteen'"
    )
    assert row["open_issues"] == 12
