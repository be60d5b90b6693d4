"""Windows of Yandex Tracker: what was published does not depend on how it came in."""

from __future__ import annotations

from flowmart.transform.runner import BatchContext
from tests.sql.yandex_tracker.tracker import (
    CORE,
    INSTANCE,
    OPS,
    Tracker,
    at,
    of,
    sprint,
    status,
)


def first_window(tracker):
    """An issue in work, and one that nothing happened to."""
    tracker.issue(1, now="3")
    tracker.creation(1)
    tracker.moves(1, (1, "3"))
    tracker.issue(2)
    tracker.creation(2)


def second_window(tracker):
    """The first issue has moved to another queue and is done."""
    tracker.issue(1, key="OPS-9", now="8", queue=OPS, sprint=[sprint(44)], version=2,
                  updatedAt=at(4), resolvedAt=at(4))  # fmt: skip
    tracker.entry(1, 3, "IssueMoved", ("queue", CORE, OPS))
    tracker.entry(1, 4, "IssueWorkflow", ("status", status("3"), status("8")))


def test_a_window_without_issues_changes_nothing(warehouse):
    tracker = Tracker()
    first_window(tracker)
    tracker.into(warehouse)
    published = warehouse.marts()
    warehouse.run({"issues": [], "changelog": []}, BatchContext(), INSTANCE)
    assert warehouse.marts() == published


def test_two_windows_give_what_one_gives(warehouse):
    warehouse.clear()
    tracker = Tracker()
    first_window(tracker)
    tracker.into(warehouse)
    second_window(tracker)
    tracker.into(warehouse)
    in_two = warehouse.marts()
    (row,) = warehouse.rows("mart.fct_issues", "readable_id, team", of(1))
    assert tuple(row.values()) == ("OPS-9", "Team OPS")

    warehouse.clear()
    tracker.into(warehouse)
    assert warehouse.marts() == in_two
