"""Issues of Tracker that depend on others, and what they are sub-tasks of; worked out by hand."""

from __future__ import annotations

from dataclasses import replace

from flowmart.transform.runner import BatchContext
from tests.sql.yandex_tracker.test_changes import link
from tests.sql.yandex_tracker.tracker import DAY, INSTANCE, Tracker, at, issue_id, issue_key, of

SETTINGS = BatchContext(blocked_by=("depends",))
OF_ISSUES = ("issues", "changelog")


def linked(tracker, number, day, kind, direction, other):
    end = link(kind, direction, other)
    tracker.entry(number, day, "IssueLinked", links=[{"from": None, "to": end}])


def unlinked(tracker, number, day, kind, direction, other):
    end = link(kind, direction, other)
    tracker.entry(number, day, "IssueUnlinked", links=[{"from": end, "to": None}])


def cases():
    tracker = Tracker()
    # 1: depends on 2 on days 2 to 9; a sub-task of 3, and for a day of 4.
    tracker.issue(1, now="8", resolvedAt=at(10))
    tracker.creation(1)
    tracker.moves(1, (1, "3"), (10, "8"))
    linked(tracker, 1, 2, "depends", "outward", 2)
    unlinked(tracker, 1, 9, "depends", "outward", 2)
    linked(tracker, 1, 3, "subtask", "inward", 3)
    linked(tracker, 1, 4, "subtask", "inward", 4)
    unlinked(tracker, 1, 5, "subtask", "inward", 4)
    # 2: blocks 1, and nobody blocks it; done on days 4 to 6 and from day 7 on.
    tracker.issue(2, now="8", resolvedAt=at(7))
    tracker.creation(2)
    tracker.moves(2, (1, "3"), (4, "8"), (6, "3"), (7, "8"))
    linked(tracker, 2, 2, "depends", "inward", 1)
    linked(tracker, 2, 3, "subtask", "outward", 1)
    return tracker


def only(tracker, *numbers):
    """Issues with their histories, and all that is no issue's."""
    ids = {issue_id(number) for number in numbers}
    return {
        stream: [
            record
            for record in records.values()
            if stream not in OF_ISSUES or {record.record_id, record.parent_id} & ids
        ]
        for stream, records in tracker.streams.items()
    }


def blocked_days(warehouse, number):
    (row,) = warehouse.rows("mart.fct_issue_flow", "blocked_seconds", of(number))
    return row["blocked_seconds"] / DAY


def test_an_issue_is_blocked_until_the_one_that_it_depends_on_is_done(warehouse):
    tracker = cases()
    warehouse.run(only(tracker, 1), SETTINGS, INSTANCE)
    assert blocked_days(warehouse, 1) == 7
    warehouse.run(only(tracker, 2), SETTINGS, INSTANCE)
    assert (blocked_days(warehouse, 1), blocked_days(warehouse, 2)) == (2 + 1, 0)
    issues = warehouse.rows("mart.fct_issues", "readable_id, parent_key")
    assert [row["parent_key"] for row in issues] == [issue_key(3), None]
    before = warehouse.marts()
    warehouse.run({}, replace(SETTINGS, everything=True), INSTANCE)
    assert warehouse.marts() == before
