"""Milestones are sprints whose dates only the configuration knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flowmart.core.window import Window
from tests.sql.tracker import Tracker, instant, phid
from tests.sql.warehouse import CONTEXT

# 2026-01-11 is day 10, and 2026-01-25 begins with day 24.
DATED = replace(CONTEXT, sprints={phid("PROJ", 13): (date(2026, 1, 11), date(2026, 1, 24))})


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
    dated(tracker)
    window = Window(instant(0), instant(100))
    warehouse.run(tracker.records(), DATED, window=window)


def dated(tracker):
    """Milestone 13: task 6 was planned with 3 points and done with 5, task 7 came and is open."""
    tracker.project(13, "Sprint 3", parent=1, milestone=3)
    tracker.task(6, projects=(13,), status="resolved", points=5)
    tracker.joins(6, 1, 13)
    tracker.event(6, 15, "points", {"old": 3, "new": 5})
    tracker.moves(6, (20, "resolved"))
    tracker.task(7, projects=(13,))
    tracker.joins(7, 12, 13)
    tracker.task(8, projects=(1,))
    tracker.joins(8, 1, 13)
    tracker.joins(8, 15, 1, leaves=(13,))


def test_what_is_in_a_milestone_now(warehouse):
    rows = warehouse.rows("mart.v_sprint_reports", "sprint, team, current_issues, "
                          "current_done_issues, committed_issues, state",
                          "state = 'undated'")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("Sprint 1", "Alpha", 2, 1, None, "undated"),
        ("Sprint 2", "Alpha", 1, 0, None, "undated"),
    ]


def test_a_milestone_with_configured_days_has_a_report(warehouse):
    """Of task 6 and 8 one is done: 1 of 2; in points 3 of 3, and 5 when it ended."""
    columns = ("committed_issues, added_issues, removed_issues, completed_issues, "
               "carried_over_issues, committed_points, completed_points, say_do_issues, "
               "say_do_points, unestimated_issues, state")  # fmt: skip
    [row] = warehouse.rows("mart.v_sprint_reports", columns, "sprint = 'Sprint 3'")
    assert tuple(row.values()) == (2, 1, 1, 1, 1, 3, 5, 0.5, 1.0, 2, "over")


def test_configured_days_are_no_finding(warehouse):
    rules = {row["rule"] for row in warehouse.rows("ops.ops_data_quality", "rule")}
    assert not {rule for rule in rules if rule.startswith("sprint")}
