"""What holds for every history, however it was written and in whatever windows it arrived."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sql.tracker import Tracker, at, phid
from tests.sql.warehouse import CONTEXT

TASKS = 40
STATUSES = ("open", "progress", "stalled", "resolved", "duplicate", "limbo")

# Quarter days, so that several changes fall on one instant; a task's changes may skip a step.
steps = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(STATUSES)), max_size=8)
histories = st.lists(steps, min_size=TASKS, max_size=TASKS)


def company(histories):
    """One task per history."""
    tracker = Tracker()
    for number, history in enumerate(histories, start=1):
        changes = sorted(history, key=lambda step: step[0])
        last = changes[-1][1] if changes else "open"
        tracker.task(number, status=last, projects=(1,), columns={1: 0}, version=len(changes))
        tracker.joins(number, 0, 1)
        tracker.moves(number, *[(quarter / 4, status) for quarter, status in changes])
        for quarter, status in changes:
            tracker.drags(number, quarter / 4, 1, STATUSES.index(status) % 3, None)
    return tracker


def check_intervals(rows, key):
    """They follow each other without gap or overlap, and only the last one is open."""
    visits = {}
    for row in rows:
        visits.setdefault(row[key], []).append(row)
    for stays in visits.values():
        stays.sort(key=lambda row: row["sequence"])
        assert [row["sequence"] for row in stays] == list(range(1, len(stays) + 1))
        assert [row["left_at"] for row in stays[:-1]] == [row["entered_at"] for row in stays[1:]]
        assert stays[-1]["left_at"] is None
    return visits


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories)
def test_visits_fill_the_time_from_creation_on(warehouse, histories):
    warehouse.clear()
    tracker = company(histories)
    warehouse.run(tracker.records())
    visits = check_intervals(warehouse.rows("mart.fct_issue_status_intervals"), "issue_key")
    check_intervals(warehouse.rows("mart.fct_issue_column_intervals"), "issue_key")
    assert len(visits) == TASKS
    for number, history in enumerate(histories, start=1):
        stays = visits[f"phabricator:{phid('TASK', number)}"]
        seconds = sum(row["duration_seconds"] or 0 for row in stays)
        assert seconds == stays[-1]["entered_at"].timestamp() - at(0)
        assert [row["status_name"] for row in stays] == [
            status.title() for status in without_repeats(history)
        ]


def without_repeats(history):
    """The statuses that a history leads through."""
    found = ["open"]
    for _, status in sorted(history, key=lambda step: step[0]):
        if status != found[-1]:
            found.append(status)
    return found


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories, st.permutations(range(4)))
def test_windows_in_any_order_and_overlapping_give_the_marts_of_a_rebuild(
    warehouse, histories, order
):
    """Four windows of ten tasks each, every one with the tasks of the one before it again."""
    warehouse.clear()
    records = company(histories).records()
    windows = [slice_of(records, 10 * n - 10, 10 * n + 10) for n in range(4)]
    for position in order:
        warehouse.run(windows[position])
    marts = warehouse.marts()
    warehouse.run(windows[order[0]])
    assert warehouse.marts() == marts
    warehouse.run({"tasks": []}, replace(CONTEXT, everything=True))
    assert warehouse.marts() == marts
    assert len(marts["fct_issues"]) == TASKS


def slice_of(records, first, last):
    """The snapshots, and what belongs to some of the tasks."""
    wanted = {phid("TASK", number) for number in range(first + 1, last + 1)}
    return {
        stream: [
            record
            for record in rows
            if stream not in ("tasks", "transactions", "task_transactions")
            or (record.parent_id or record.record_id) in wanted
        ]
        for stream, rows in records.items()
    }
