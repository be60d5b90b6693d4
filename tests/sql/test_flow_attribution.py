"""Deliveries and daily steps: under what each moment counts; the numbers are worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flowmart.core.status import ConfiguredMeaning, Measure
from tests.sql.tracker import DAY, Tracker, day_of, instant, phid
from tests.sql.warehouse import CONTEXT

SECONDS = 1 / DAY
LIMBO = [
    ConfiguredMeaning(category="todo", project="Beta"),
    ConfiguredMeaning(category="in_progress", valid_from=date(2026, 1, 11)),
]
SETTINGS = replace(
    CONTEXT,
    statuses={**CONTEXT.statuses, "limbo": LIMBO},
    levels={"epic": "epic"},
    measures={"hand_over": Measure.model_validate({"from": ["Progress"], "to": ["resolved"]})},
    blocked={"custom:flag": ["Impediment", "Frozen"]},
    ignore_visits_shorter_than_seconds=60,
)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    warehouse.run(cases().records(), SETTINGS)


def cases():
    tracker = Tracker()
    # 1: delivered by Alpha, reopened by Beta, delivered by Beta; then moved back.
    tracker.task(1, **{"custom.flag": None}, status="resolved", closed=7, projects=(1,))
    tracker.joins(1, 0, 1)
    tracker.moves(1, (1, "progress"), (4, "resolved"), (6, "progress"), (7, "resolved"))
    tracker.joins(1, 5, 2, leaves=(1,))
    tracker.joins(1, 9, 1, leaves=(2,))
    # 2: closed as a duplicate in the end, reopened, and then delivered.
    tracker.task(2, status="resolved", closed=5)
    tracker.moves(2, (1, "resolved"), (2, "duplicate"), (3, "open"), (5, "resolved"))
    # 3: done by mistake for half a minute.
    tracker.task(3, status="resolved", closed=3)
    tracker.moves(
        3, (1, "progress"), (2, "resolved"), (2 + 30 * SECONDS, "progress"), (3, "resolved")
    )
    # 4: becomes an epic while it is worked on.
    tracker.task(4, status="resolved", closed=4, subtype="epic")
    tracker.moves(4, (1, "progress"), (4, "resolved"))
    older = {"transactionType": "core:subtype", "oldValue": "default", "newValue": "epic"}
    tracker.event(4, 2, None, older=older)
    # 5: in limbo before and after it means something; 6: in limbo in Beta.
    tracker.task(5, status="limbo")
    tracker.moves(5, (5, "limbo"), (6, "open"), (12, "limbo"))
    tracker.task(6, status="limbo", projects=(2,))
    tracker.joins(6, 0, 2)
    tracker.moves(6, (12, "limbo"))
    # 7: started on day 1, flagged on days 2 to 3 and 4 to 6 (told twice), done on day 7.
    tracker.task(7, status="resolved", closed=7)
    tracker.moves(7, (1, "progress"), (7, "resolved"))
    for day, old, new in (
        (2, None, "Impediment"), (3, "Impediment", None), (4, None, "Impediment"),
        (5, "Impediment", "Frozen"), (6, "Frozen", None),
    ):  # fmt: skip
        older = {
            "transactionType": "core:customfield", "oldValue": old, "newValue": new,
            "meta": {"customfield:key": "std:maniphest:flag"},
        }  # fmt: skip
        tracker.event(7, day, None, older=older)
    return tracker


def rows(warehouse, table, number, columns):
    where = f"issue_key = 'phabricator:{phid('TASK', number)}'"
    return [tuple(row.values()) for row in warehouse.rows(f"mart.{table}", columns, where)]


DELIVERY = "sequence, team, level, outcome, is_reopened, lead_time_seconds, cycle_time_seconds"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (
            1,
            [
                (1, "Alpha", "item", "delivered", True, 4 * DAY, 3 * DAY),
                (2, "Beta", "item", "delivered", False, 7 * DAY, 6 * DAY),
            ],
        ),
        (
            2,
            [
                (1, "(no project)", "item", "discarded", True, 1 * DAY, None),
                (2, "(no project)", "item", "delivered", False, 5 * DAY, None),
            ],
        ),
        (3, [(1, "(no project)", "item", "delivered", False, 3 * DAY, 2 * DAY)]),
        (4, [(1, "(no project)", "epic", "delivered", False, 4 * DAY, 3 * DAY)]),
        (5, []),
    ],
)
def test_a_delivery_counts_under_what_held_at_its_moment(warehouse, number, expected):
    assert rows(warehouse, "fct_issue_deliveries", number, DELIVERY) == expected


def test_completed_work_keeps_its_team_and_the_issue_shows_todays(warehouse):
    assert rows(warehouse, "fct_issue_flow", 1, "team") == [("Beta",)]
    assert rows(warehouse, "fct_issues", 1, "team") == [("Alpha",)]


def test_policies_without_the_time_spent_done(warehouse):
    """Conformance 2.1: E' is 5 days; from the first start it is 4, as D."""
    columns = "lead_time_without_done_seconds, first_start_last_done_without_done_seconds"
    assert rows(warehouse, "fct_issue_flow", 1, columns) == [(5 * DAY, 4 * DAY)]


def test_blocked_time_is_not_active(warehouse):
    """Conformance 6: started 01-01, blocked 01-02..03 and 01-04..06, as of 01-07: 3 of 6 days."""
    columns = "active_seconds, blocked_seconds, waiting_seconds, backlog_seconds, flow_efficiency"
    assert rows(warehouse, "fct_issue_flow", 7, columns) == [(3 * DAY, 3 * DAY, 0, DAY, 0.5)]
    assert rows(warehouse, "fct_issue_flow", 1, columns)[0][1] == 0


def test_time_in_status_counts_under_the_type_and_level_of_that_time(warehouse):
    """Task 4 becomes an epic on day 2, while it is in progress on days 1 to 4."""
    where = "issue_key = 'phabricator:PHID-TASK-4'"
    columns = "sequence, issue_type, level, begins_at, ends_at, is_end_of_visit, is_clock_stopped"
    found = warehouse.rows("mart.fct_issue_status_stretches", columns, where)
    assert [tuple(row.values()) for row in found] == [
        (1, "default", "item", instant(0), instant(1), True, False),
        (2, "default", "item", instant(1), instant(2), False, False),
        (2, "epic", "epic", instant(2), instant(4), True, False),
        (3, "epic", "epic", instant(4), None, True, True),
    ]
    columns = "level, duration_seconds, ended_visits"
    where = "level = 'epic' and status_name = 'Progress'"
    found = warehouse.rows("mart.v_status_time_monthly", columns, where)
    assert found == [{"level": "epic", "duration_seconds": 2 * DAY, "ended_visits": 1}]


def test_blocked_time_is_unknown_where_no_field_says_it(warehouse):
    """Task 1 shows the flag, which is empty; task 3 does not have it."""
    assert rows(warehouse, "fct_issue_flow", 1, "blocked_seconds") == [(0,)]
    assert rows(warehouse, "fct_issue_flow", 3, "blocked_seconds") == [(None,)]


def test_a_measure_goes_from_the_first_entry_to_the_first_one_after_it(warehouse):
    columns = "measure, duration_seconds"
    assert rows(warehouse, "fct_issue_measures", 1, columns) == [("hand_over", 3 * DAY)]
    assert rows(warehouse, "fct_issue_measures", 3, columns) == [("hand_over", 2 * DAY)]
    assert rows(warehouse, "fct_issue_measures", 2, columns) == []


def test_a_visit_too_short_to_mean_something_is_no_completion_but_stays_an_interval(warehouse):
    assert rows(warehouse, "fct_issue_flow", 3, "reopen_count, active_seconds") == [(0, 2 * DAY)]
    assert len(rows(warehouse, "fct_issue_status_intervals", 3, "sequence")) == 5


def test_a_status_means_what_it_meant_in_its_project_on_that_day(warehouse):
    columns = "sequence, status_name, status_category"
    assert rows(warehouse, "fct_issue_status_intervals", 5, columns) == [
        (1, "Open", "todo"),
        (2, "Limbo", "unknown"),
        (3, "Open", "todo"),
        (4, "Limbo", "in_progress"),
    ]
    assert rows(warehouse, "fct_issue_status_intervals", 6, columns)[-1] == (2, "Limbo", "todo")
    (flow,) = warehouse.rows(
        "mart.fct_issue_flow", "*", f"issue_key = 'phabricator:{phid('TASK', 5)}'"
    )
    assert day_of(flow["first_started_at"]) == 12


STEPS = (
    "entered", "exited", "high_water_entered", "high_water_exited", "arrived", "started",
    "delivered", "discarded", "reopened",
)  # fmt: skip


def steps_of(warehouse, number):
    """(day, category, team, level) -> the steps that are not 0."""
    found = warehouse.rows(
        "mart.fct_issue_flow_steps", "*", f"issue_key = 'phabricator:{phid('TASK', number)}'"
    )
    return {
        (
            (row["happened_on"] - date(2026, 1, 1)) // timedelta(days=1),
            row["category"],
            row["team"],
            row["level"],
        ): {step: row[step] for step in STEPS if row[step]}
        for row in found
    }


OUT = {"exited": 1, "high_water_exited": 1}
IN = {"entered": 1, "high_water_entered": 1}


def test_steps_of_an_issue_that_changes_its_team(warehouse):
    assert steps_of(warehouse, 1) == {
        (0, "todo", "Alpha", "item"): {**IN, "arrived": 1},
        (1, "todo", "Alpha", "item"): OUT,
        (1, "in_progress", "Alpha", "item"): {**IN, "started": 1},
        (4, "in_progress", "Alpha", "item"): OUT,
        (4, "done", "Alpha", "item"): {**IN, "delivered": 1},
        (5, "done", "Alpha", "item"): OUT,
        (5, "done", "Beta", "item"): IN,
        (6, "done", "Beta", "item"): {"exited": 1},
        (6, "in_progress", "Beta", "item"): {"entered": 1, "reopened": 1},
        (7, "in_progress", "Beta", "item"): {"exited": 1},
        (7, "done", "Beta", "item"): {"entered": 1, "delivered": 1},
        (9, "done", "Beta", "item"): OUT,
        (9, "done", "Alpha", "item"): IN,
    }


def test_steps_of_an_issue_that_changes_its_level(warehouse):
    assert steps_of(warehouse, 4) == {
        (0, "todo", "(no project)", "item"): {**IN, "arrived": 1},
        (1, "todo", "(no project)", "item"): OUT,
        (1, "in_progress", "(no project)", "item"): {**IN, "started": 1},
        (2, "in_progress", "(no project)", "item"): OUT,
        (2, "in_progress", "(no project)", "epic"): IN,
        (4, "in_progress", "(no project)", "epic"): OUT,
        (4, "done", "(no project)", "epic"): {**IN, "delivered": 1},
    }


def test_daily_sums_are_those_of_the_steps(warehouse):
    totals = ", ".join(f"sum({step}) as {step}" for step in (*STEPS,))
    [sums] = warehouse.rows("mart.agg_flow_daily", totals)
    [steps] = warehouse.rows("mart.fct_issue_flow_steps", totals)
    assert sums == steps
    assert sums["arrived"] == 7
    assert (sums["delivered"], sums["discarded"], sums["reopened"]) == (6, 1, 2)
