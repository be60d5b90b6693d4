"""The queries of docs/queries.md run as they are written, and give what the page says."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from flowmart.ops.runs import close_run, open_run
from tests.meanings import meaning
from tests.records import make_record
from tests.sql.coverage import cover
from tests.sql.page_queries import PAGE, answers
from tests.sql.youtrack.youtrack import (
    BETA,
    BETA_OPEN,
    CONTEXT,
    DOING,
    DONE,
    OPEN,
    STATE,
    TYPE,
    Field,
    Project,
    YouTrack,
    at,
    day_of,
    element,
    run,
    state,
)

READY = element("71-5", "Ready for testing")
TESTING = element("71-6", "Testing")
LAG = Field("58-30", "Autotest lag", "period")
DELTA = Project("0-4", "DELTA", "Delta", (STATE, LAG))
DAY = 86_400
TESTED = replace(
    CONTEXT,
    statuses={
        **CONTEXT.statuses,
        "Ready for testing": meaning("in_progress", True),
        "Testing": meaning("in_progress"),
    },
)


def visits(youtrack, number, *steps, values=None, **more):
    """An issue that goes through statuses: (day, status it leads to)."""
    statuses = [state(OPEN), *(status for _, status in steps)]
    youtrack.issue(number, values={**(values or {}), STATE: statuses[-1]}, **more)
    for (day, _), (old, new) in zip(steps, pairwise(statuses), strict=True):
        youtrack.change(number, day, STATE, old, new)


def minutes(number):
    return {LAG: {"id": f"PT{number}M", "minutes": number, "$type": "PeriodValue"}}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    youtrack.project(DELTA)
    values = [{**status, "isResolved": False} for status in (READY, TESTING)]
    youtrack.snapshot("states", {"id": "60-80", "name": "Tests", "values": values})
    done, doing = state(DONE), state(DOING)
    story = {TYPE: element("67-1", "Story")}
    # Ready on days 1 to 3 and 5 to 6, tested on days 3 to 5 and 6 to 10.
    visits(
        youtrack, 1, (1, READY), (3, TESTING), (5, READY), (6, TESTING), (10, done), values=story
    )
    visits(youtrack, 2, (1, READY), (4, done), values=story)
    visits(youtrack, 3, (2, doing), (4, done), values=story)
    visits(youtrack, 4, (1, TESTING), values=story)
    visits(youtrack, 5, (3, doing), values=story)
    youtrack.issue(6, BETA_OPEN, project=BETA)
    for number, lag in ((7, 90), (8, 0), (9, 45), (10, 30)):
        steps = [(2, done)] if number != 9 else []
        visits(youtrack, number, *steps, project=DELTA, values=minutes(lag))
    visits(youtrack, 11, (2, done), project=DELTA)
    run(warehouse, youtrack, TESTED)
    cover(warehouse, 0, 11, "youtrack")
    gone = {"issue_id": "2-10", "record_state": "deleted"}
    warehouse.run(
        {"issue_tombstones": [make_record("2-10", "2-10", at(9), gone)]}, TESTED, "youtrack"
    )


@pytest.fixture
def answer(warehouse, warehouse_dsn):
    return answers(warehouse, warehouse_dsn)


def test_percentiles_of_each_team(answer):
    """Alpha: {4, 4, 10} days; Delta: {2, 2, 2, 2}, with the one that was deleted since."""
    assert answer("Percentiles of lead time") == [
        ("Alpha", 3, 4, 7, pytest.approx(8.8)),
        ("Delta", 4, 2, 2, 2),
    ]


def test_expectations_need_five_deliveries(answer):
    assert answer("What to promise") == [("Alpha", 3, None, None), ("Delta", 0, None, None)]


def test_throughput_of_each_week(answer):
    """Eleven were created on Thursday, day 0; four were done on day 2, two on day 4, one on 10."""
    assert answer("Throughput per week") == [
        (date(2025, 12, 29), 4, 0, 11 - 4),
        (date(2026, 1, 5), 3, 0, -3),
    ]


def test_edges_of_the_cumulative_flow(answer):
    """Two are in progress in the end; nothing was started before day 1."""
    rows = answer("Cumulative flow")
    assert rows[0] == (date(2026, 1, 1), 11, 0, 0, 0)
    assert (len(rows), rows[-1]) == (11, (date(2026, 1, 11), 11, 9, 7, 0))


def test_flow_efficiency_is_a_quotient_of_sums(answer):
    """Issue 1 was tested for 6 of 9 days, 2 for none of 3, and 3 was worked on for all of 2."""
    assert [row[:3] for row in answer("Flow efficiency")] == [
        ("Alpha", date(2026, 1, 1), 3),
        ("Delta", date(2026, 1, 1), 0),
    ]
    [alpha, delta] = [row[3] for row in answer("Flow efficiency")]
    assert float(alpha) == pytest.approx(100 * 8 / 14)
    assert delta is None


def test_a_single_week_gives_no_signals(answer):
    assert answer("Signals") == []


def test_time_in_status_of_visits_that_ended_and_up_to_day_11_of_those_that_go_on(answer):
    found = [(*row[:2], float(row[2]), row[3]) for row in answer("Time in status by month")]
    january = date(2026, 1, 1)
    assert found == [
        (january, "In Progress", 2 + 8, 1),
        (january, "Open", 1 + 1 + 2 + 1 + 3 + 4 * 2 + 2 * 11, 9),
        (january, "Ready for testing", 2 + 1 + 3, 3),
        (january, "Testing", 2 + 4 + 10, 2),
    ]


def test_distribution(answer):
    assert answer("Distribution of lead time") == [(2, 4), (4, 2), (10, 1)]


def test_n6_work_in_progress_is_what_is_in_progress_now(answer):
    assert answer("Work in progress") == [
        ("ALPHA-4", "Story", "Testing", "Issue 4", "Alpha"),
        ("ALPHA-5", "Story", "In Progress", "Issue 5", "Alpha"),
    ]


def test_delay_of_testing_adds_up_the_visits_of_what_is_done(answer):
    found = [(*row[:3], day_of(row[3]), *row[4:]) for row in answer("Time in some statuses")]
    assert found == [
        ("ALPHA-1", "Issue 1", "2026-Q1", 10, 3 * DAY, 6 * DAY),
        ("ALPHA-2", "Issue 2", "2026-Q1", 4, 3 * DAY, None),
    ]


def test_a_period_is_in_minutes_and_nothing_is_left_out_by_a_row_before_it(answer):
    """The script forgot all rows behind the first one that was empty."""
    found = [(row[0], *row[2:]) for row in answer("A period that people fill in")]
    assert [(name, quarter, day_of(at), lag) for name, quarter, at, lag in found] == [
        ("DELTA-10", "2026-Q1", 2, 30),
        ("DELTA-7", "2026-Q1", 2, 90),
    ]


def test_last_run_of_each_instance(answer, warehouse):
    [(instance, status, error, window_end, _)] = answer("Last run")
    assert (instance, status, error) == ("youtrack", "OK", None)
    failed = warehouse.batch("youtrack")
    open_run(warehouse.engine, failed, "window", "test")
    close_run(warehouse.engine, failed, "NOK", "The source refused the token")
    [row] = answer("Last run")
    assert row[:3] == ("youtrack", "NOK", "The source refused the token")
    assert row[3] > window_end


def test_every_query_of_the_page_is_tested():
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    folder = Path(__file__).parents[1]
    others = ("test_board_queries.py", "../conformance/test_telemetry.py")
    tests = [Path(__file__), *(folder / name for name in others)]
    calls = (re.findall(r'answer\("(.*?)"\)', path.read_text()) for path in tests)
    tested = set(itertools.chain.from_iterable(calls))
    assert tested == set(headings)
