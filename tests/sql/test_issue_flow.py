"""Lead time, cycle times, waiting and reopens; the numbers are worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.transform.runner import build_batch
from tests.meanings import meaning
from tests.sql.tracker import DAY, Tracker, day_of, phid
from tests.sql.warehouse import CONTEXT

HOUR = 3600


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = cases()
    warehouse.run(tracker.records())


def cases():
    tracker = Tracker()
    # 1: created d0, progress d1, done d4, progress d6, done d7 (conformance 2.1).
    tracker.task(1, status="resolved", closed=7)
    tracker.moves(1, (1, "progress"), (4, "resolved"), (6, "progress"), (7, "resolved"))
    # 2: progress 10 h, back to open for 2,190 h, progress 12 h, done (conformance 2.2, row 1).
    tracker.task(2, status="resolved", closed=2212 / 24)
    tracker.moves(
        2, (0, "progress"), (10 / 24, "open"), (2200 / 24, "progress"), (2212 / 24, "resolved")
    )
    # 3: started and done at one instant (conformance 2.2, row 5).
    tracker.task(3, status="resolved", closed=2)
    tracker.moves(3, (2, "progress"), (2, "resolved"))
    # 4: done without a start; then from one done status to another.
    tracker.task(4, status="duplicate", closed=2)
    tracker.moves(4, (2, "resolved"), (5, "duplicate"))
    # 5: open, started, 8 h of work and 32 h of waiting, done: 20 %.
    tracker.task(5, status="resolved", closed=50 / 24)
    tracker.moves(5, (10 / 24, "progress"), (14 / 24, "stalled"), (46 / 24, "progress"),
                  (50 / 24, "resolved"))  # fmt: skip
    # 6: in progress; 7: reopened and open; 8: never touched.
    tracker.task(6, status="progress")
    tracker.moves(6, (1, "progress"))
    tracker.task(7, status="open")
    tracker.moves(7, (1, "progress"), (3, "resolved"), (4, "open"))
    tracker.task(8)
    # 9: closed at once, reopened, and only then started.
    tracker.task(9, status="resolved", closed=6)
    tracker.moves(9, (1, "resolved"), (2, "open"), (4, "progress"), (6, "resolved"))
    # 10: done by a status change at creation.
    tracker.task(10, created=1, status="resolved", closed=1)
    tracker.moves(10, (1, "resolved"))
    # 11 .. 14: closed five times each in all, reopened 1, 2, 3 and 4 times.
    for reopens in (1, 2, 3, 4):
        tracker.task(10 + reopens, status="resolved", closed=2 * reopens + 1)
        steps = [(2 * n + 1, "resolved") for n in range(reopens + 1)]
        steps += [(2 * n + 2, "open") for n in range(reopens)]
        tracker.moves(10 + reopens, *sorted(steps))
    # 15: in a done status from the beginning; 16: the same, and then done once more.
    tracker.task(15, created=1, status="resolved", closed=1)
    tracker.task(16, created=1, status="resolved", closed=4)
    tracker.moves(16, (1, "resolved"), (2, "progress"), (4, "resolved"))
    return tracker


def flow(warehouse, number):
    (row,) = warehouse.rows(
        "mart.fct_issue_flow", "*", f"issue_key = 'phabricator:{phid('TASK', number)}'"
    )
    return row


POLICIES = (
    "first_start_first_done_seconds",
    "first_start_last_done_seconds",
    "last_start_last_done_seconds",
    "active_seconds",
    "lead_time_seconds",
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, (3 * DAY, 6 * DAY, 1 * DAY, 4 * DAY, 7 * DAY)),
        (2, (2212 * HOUR, 2212 * HOUR, 12 * HOUR, 22 * HOUR, 2212 * HOUR)),
        (3, (None, None, None, None, 2 * DAY)),
        (4, (None, None, None, None, 2 * DAY)),
        (5, (40 * HOUR, 40 * HOUR, 40 * HOUR, 8 * HOUR, 50 * HOUR)),
        (6, (None, None, None, None, None)),
        (7, (2 * DAY, None, None, None, None)),
        (8, (None, None, None, None, None)),
        (9, (None, 2 * DAY, 2 * DAY, 2 * DAY, 6 * DAY)),
        (10, (None, None, None, None, None)),
        (15, (None, None, None, None, None)),
        (16, (None, None, None, None, None)),
    ],
    ids=[
        "one history, five answers",
        "a pause of three months",
        "started and done at once",
        "never started",
        "with waiting",
        "still in progress",
        "reopened: the first delivery remains",
        "never touched",
        "done before it was started",
        "created as done",
        "created as done, without any change",
        "created as done, reopened, worked on and done again",
    ],
)
def test_f4_every_policy(warehouse, number, expected):
    row = flow(warehouse, number)
    assert tuple(row[policy] for policy in POLICIES) == expected


def test_f4_what_was_created_as_done_is_done_and_a_finding(warehouse):
    rows = warehouse.rows("ops.ops_data_quality", "issue_key, detail", "rule = 'created_as_done'")
    assert {row["issue_key"].rsplit("-", 1)[1] for row in rows} == {"10", "15", "16"}
    assert {row["detail"] for row in rows} == {
        "the issue was created in a done status; it has no lead and no cycle time"
    }
    assert flow(warehouse, 15)["is_done"]
    assert (flow(warehouse, 15)["quarter"], day_of(flow(warehouse, 15)["last_done_at"])) == (
        "2026-Q1",
        1,
    )


def test_f4_views_of_lead_time_leave_it_out(warehouse):
    """
    Deliveries of issues that were not done from the beginning: of 1 and 9 two each, of 11 to 14
    two to five, of 2, 3, 5 and 7 one; 4 was discarded.
    """
    (row,) = warehouse.rows(
        "mart.v_lead_time_percentiles",
        "lead_time_n",
        "team = '(all)' and issue_type = '(all)' and level = '(all)' and quarter = '(all)'",
    )
    (counted,) = warehouse.rows(
        "mart.v_lead_time_distribution", "sum(deliveries) as n", "measure = 'lead_time'"
    )
    assert row["lead_time_n"] == counted["n"] == 2 * 2 + (2 + 3 + 4 + 5) + 4


def test_moves_between_done_statuses_do_not_move_the_completion(warehouse):
    row = flow(warehouse, 4)
    assert (row["is_done"], day_of(row["last_done_at"]), row["reopen_count"]) == (True, 2, 0)


def test_waiting_is_left_out_of_the_active_time(warehouse):
    row = flow(warehouse, 5)
    assert row["waiting_seconds"] == 32 * HOUR
    assert row["flow_efficiency"] == pytest.approx(0.2)


def test_no_waiting_is_zero_and_no_work_is_unknown(warehouse):
    assert (flow(warehouse, 1)["waiting_seconds"], flow(warehouse, 1)["flow_efficiency"]) == (0, 1)
    assert flow(warehouse, 3)["flow_efficiency"] is None


def test_zero_reopens_are_zero_and_not_unknown(warehouse):
    counts = [flow(warehouse, number)["reopen_count"] for number in (8, 11, 12, 13, 14)]
    assert counts == [0, 1, 2, 3, 4]


def test_quarter_is_that_of_the_last_completion_while_done(warehouse):
    assert flow(warehouse, 2)["quarter"] == "2026-Q2"  # 2,212 hours after 1 January: 3 April
    assert flow(warehouse, 7)["quarter"] is None


def test_ageing_lists_open_work_and_an_age_only_for_what_was_started(warehouse):
    rows = {r["readable_id"]: r for r in warehouse.rows("mart.v_issue_ageing")}
    assert set(rows) == {"T6", "T7", "T8"}
    assert rows["T8"]["age_seconds"] is None
    assert rows["T6"]["total_age_seconds"] - rows["T6"]["age_seconds"] == DAY
    assert rows["T6"]["age_seconds"] == rows["T6"]["seconds_in_status"]


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        ("first_start_first_done", 3),
        ("first_start_last_done", 6),
        ("last_start_last_done", 1),
        ("active", 4),
    ],
)
def test_cycle_time_repeats_the_configured_policy(warehouse, policy, days):
    batch = warehouse.run(cases().records(), replace(CONTEXT, cycle_time_policy=policy))
    assert flow(warehouse, 1)["cycle_time_seconds"] == days * DAY
    assert batch is not None


def test_quarters_begin_in_the_reporting_time_zone(warehouse):
    """1 January, 00:00 UTC is still the old year in New York."""
    tracker = Tracker()
    tracker.task(20, status="resolved", closed=0)
    tracker.moves(20, (0, "resolved"))
    warehouse.run(tracker.records(), replace(CONTEXT, reporting_timezone="America/New_York"))
    assert flow(warehouse, 20)["quarter"] == "2025-Q4"


def test_efficiency_is_unknown_where_no_status_is_waiting(warehouse):
    """Without waiting statuses everything would be 100 % efficient; the build says unknown."""
    batch = warehouse.batch()
    warehouse.load(batch, cases().records())
    not_waiting = {"progress": meaning("in_progress"), "stalled": meaning("in_progress")}
    build_batch(warehouse.engine, warehouse.project, batch, replace(CONTEXT, statuses=not_waiting))
    rows = warehouse.rows(
        f"stage.fct_issue_flow__{batch.batch_id}", "waiting_seconds, flow_efficiency"
    )
    assert {tuple(row.values()) for row in rows} == {(None, None)}
