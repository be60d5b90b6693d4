"""Sprints of boards: dates in any zone, and issues that were created in a sprint."""

from __future__ import annotations

import pytest

from tests.sql.yandex_tracker.tracker import OPS, Tracker, at, day_of, sprint

COUNTS = "planned_issues, added_issues, removed_issues, completed_issues, current_issues"


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Sprint 44 takes issues of two queues; no entry tells that issues 1 and 2 came to it."""
    tracker = Tracker()
    tracker.board(1, "Everybody's board", ["CORE", "OPS"])
    tracker.add_sprint(
        44, "Common", board=1, startDateTime=at(10, hours_east=3), endDateTime=at(24)
    )
    tracker.add_sprint(45, "Undated", board=1)
    tracker.issue(1, sprint=[sprint(44)], now="8")
    tracker.creation(1)
    tracker.moves(1, (20, "8"))
    tracker.issue(2, sprint=[sprint(44)], created=at(12))
    tracker.creation(2, 12)
    tracker.issue(3, key="OPS-3", queue=OPS, sprint=[sprint(45)])
    tracker.creation(3)
    tracker.entry(3, 1, "IssueUpdated", ("sprint", None, [sprint(44)]))
    tracker.entry(3, 15, "IssueUpdated", ("sprint", [sprint(44)], [sprint(45)]))
    tracker.into(warehouse)


def counts(warehouse, name):
    rows = warehouse.rows("mart.v_sprint_throughput", f"team, {COUNTS}", f"sprint = '{name}'")
    return {team: tuple(row.values()) for row in rows for team in [row.pop("team")]}


def test_a_sprint_takes_issues_of_every_team(warehouse):
    """Of CORE, one was there from the beginning and one was created on day 12; OPS's left."""
    assert counts(warehouse, "Common") == {
        "Team CORE": (1, 1, 0, 1, 2),
        "Team OPS": (1, 0, 1, 0, 0),
    }


def test_without_dates_only_what_is_in_it_now_is_known(warehouse):
    assert counts(warehouse, "Undated") == {"Team OPS": (None, None, None, None, 1)}


def test_dates_are_instants_whatever_zone_they_are_told_in(warehouse):
    rows = warehouse.rows("mart.dim_sprints", "name, starts_at, ends_at")
    assert {row["name"]: (day_of(row["starts_at"]), day_of(row["ends_at"])) for row in rows} == {
        "Common": (10, 24),
        "Undated": (None, None),
    }
