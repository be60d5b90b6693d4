"""Milestones are sprints without dates: what is in them now is known, what was planned is not."""

from __future__ import annotations

import pytest

from tests.sql.tracker import Tracker


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Milestone 11 of Alpha (1): one task was created in it, one came, one left, one is in both."""
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.project(12, "Sprint 2", parent=1, milestone=2)
    tracker.task(1, projects=(11,))
    tracker.task(2, projects=(11,), status="resolved")
    tracker.joins(2, 1, 11)
    tracker.moves(2, (2, "resolved"))
    tracker.task(3, projects=(1,))
    tracker.joins(3, 1, 11)
    tracker.joins(3, 2, 1, leaves=(11,))
    tracker.task(4, projects=(12,))
    tracker.joins(4, 1, 11)
    tracker.joins(4, 2, 12, leaves=(11,))
    tracker.task(5, projects=(1,))
    warehouse.run(tracker.records())


def test_what_is_in_a_milestone_now(warehouse):
    rows = warehouse.rows("mart.v_sprint_reports", "sprint, team, current_issues, "
                          "current_done_issues, committed_issues, state")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("Sprint 1", "Alpha", 2, 1, None, "undated"),
        ("Sprint 2", "Alpha", 1, 0, None, "undated"),
    ]
