"""Conformance, section 2: reopenings, and the clocks that policies stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.meanings import meaning
from tests.sql.tracker import DAY, Tracker, day_of
from tests.sql.warehouse import CONTEXT

HOUR = 1 / 24
FLAG = "custom:flag"
SETTINGS = replace(
    CONTEXT,
    statuses={
        **CONTEXT.statuses,
        **{name: meaning("in_progress") for name in ("next", "build", "test")},
    },
    blocked={FLAG: ["Impediment"]},
)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    for name in ("next", "build", "test"):
        tracker.status(name, closed=False)
    walks(tracker, 1, (1, "progress"), (4, "resolved"), (6, "progress"), (7, "resolved"))
    # 2.2, row 1: eight hours of waiting and two of work, three months of rest, twelve hours.
    walks(tracker, 11, (0, "stalled"), (8 * HOUR, "progress"), (10 * HOUR, "open"),
          (2200 * HOUR, "progress"), (2212 * HOUR, "resolved"))  # fmt: skip
    # Row 2, once as it is told, and once finished on the tenth; days count from 1 January.
    for number, finished in ((12, ()), (13, ((9, "resolved"),))):
        walks(tracker, number, (3, "next"), (4, "build"), (5, "next"), *finished)
        flags(tracker, number, 6, 9)
    walks(tracker, 14, (1, "next"), (3, "resolved"))
    walks(tracker, 15, (1, "build"), (3, "resolved"))
    walks(tracker, 16, (2, "progress"), (2, "resolved"))
    # Rows 6 and 7: of five that were closed, so many were reopened.
    for reopened in range(5):
        for place in range(5):
            steps = [(1, "progress"), (2, "resolved")]
            steps += [(3, "open")] if place < reopened else []
            walks(tracker, 20 + 5 * reopened + place, *steps, kind=f"{reopened} of 5")
    warehouse.run(tracker.records(), SETTINGS)


def walks(tracker, number, *steps, kind="default"):
    tracker.task(number, status=steps[-1][1], subtype=kind)
    tracker.moves(number, *steps)


def flags(tracker, number, first, last):
    for day, old, new in ((first, None, "Impediment"), (last, "Impediment", None)):
        older = {"transactionType": "core:customfield", "oldValue": old, "newValue": new,
                 "meta": {"customfield:key": "std:maniphest:flag"}}  # fmt: skip
        tracker.event(number, day, None, older=older)


@pytest.fixture
def flow(warehouse):
    """Number of an issue, columns -> their values, in days where they are durations."""

    def of(number, *columns):
        [row] = warehouse.rows(
            "mart.fct_issue_flow as flow inner join mart.fct_issues as issues "
            "on flow.issue_key = issues.issue_key",
            ", ".join(f"flow.{column} as {column}" for column in columns),
            f"issues.readable_id = 'T{number}'",
        )
        return [
            value / DAY if name.endswith("_seconds") and value is not None else value
            for name, value in row.items()
        ]

    return of


@pytest.mark.parametrize(
    ("column", "days"),
    [
        pytest.param("first_start_first_done_seconds", 3, id="A first delivery"),
        pytest.param("first_start_last_done_seconds", 6, id="B jira-agile-metrics"),
        pytest.param("last_start_last_done_seconds", 1, id="C azure-devops-docs 4065"),
        pytest.param("active_seconds", 4, id="D Jira control chart"),
        pytest.param("lead_time_seconds", 7, id="E DevLake"),
        pytest.param("lead_time_without_done_seconds", 5, id="E' DevLake PR 18"),
    ],
)
def test_2_1_one_history_and_the_answers_of_policies(flow, column, days):
    assert flow(1, column) == [days]


def test_2_2_row_1_jirametrics_50(flow):
    """22 hours in progress, of which 8 waiting."""
    columns = ("first_start_last_done_seconds", "active_seconds", "waiting_seconds")
    assert [value * 24 for value in flow(11, *columns)] == pytest.approx([2212, 14, 8])


def test_2_2_row_2_jira_agile_metrics_a_4(flow):
    """Committed on the fourth; blocked for three days, which are told when it is done."""
    started_at, cycle, blocked = flow(
        12, "first_started_at", "cycle_time_seconds", "blocked_seconds"
    )
    assert (day_of(started_at), cycle, blocked) == (3, None, None)
    started_at, cycle, blocked, active = flow(
        13, "first_started_at", "cycle_time_seconds", "blocked_seconds", "active_seconds"
    )
    assert (day_of(started_at), cycle, blocked, active) == (3, 6, 3, 3)


@pytest.mark.parametrize("number", [14, 15], ids=["row 3, A-10", "row 4, A-11"])
def test_2_2_columns_that_are_skipped_jira_agile_metrics(flow, number):
    assert flow(number, "first_start_last_done_seconds") == [2]


def test_2_2_row_5_jirametrics_stopped_but_never_started(warehouse, flow):
    assert flow(16, "cycle_time_seconds", "is_done") == [None, True]
    found = warehouse.rows(
        "mart.v_data_quality", "readable_id", "rule = 'started_and_done_at_once'"
    )
    assert [row["readable_id"] for row in found] == ["T16"]


@pytest.mark.parametrize("reopened", range(5))
def test_2_2_rows_6_and_7_insight_zero_reopenings_are_zero(warehouse, reopened):
    rows = warehouse.rows(
        "mart.fct_issue_deliveries", "is_reopened", f"issue_type = '{reopened} of 5'"
    )
    assert [len(rows), sum(row["is_reopened"] for row in rows)] == [5, reopened]
    counts = warehouse.rows(
        "mart.fct_issue_flow", "reopen_count", f"issue_type = '{reopened} of 5'"
    )
    assert sorted(row["reopen_count"] for row in counts) == [0] * (5 - reopened) + [1] * reopened
