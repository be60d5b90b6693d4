"""Issues that a census found gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.records import make_record
from tests.sql.tracker import Tracker, at, phid


@pytest.fixture
def tracker(warehouse):
    tracker = Tracker()
    for number in range(1, 7):
        tracker.task(number)
    warehouse.start_with(tracker.records())
    return tracker


def tombstone(number, day, state, member="record_state"):
    found_at_ms = at(day) * 1000
    issue = phid("TASK", number)
    return make_record(issue, issue, found_at_ms, {"issue_id": issue, member: state})


def marked(warehouse):
    """Number -> what its mart says; nothing for those that are simply there."""
    rows = warehouse.rows(
        "mart.fct_issues", "readable_id, is_deleted, missing_reason, missing_since"
    )
    return {
        int(row["readable_id"][1:]): (
            row["is_deleted"],
            row["missing_reason"],
            row["missing_since"],
        )
        for row in rows
        if row["is_deleted"] or row["missing_reason"] or row["missing_since"]
    }


def test_the_state_of_a_missing_issue(warehouse, tracker):
    states = {1: "deleted", 2: "missing", 3: "access_lost", 4: "present"}
    warehouse.run({"issue_tombstones": [tombstone(n, 9, state) for n, state in states.items()]})
    since = datetime(2026, 1, 10, tzinfo=UTC)
    assert marked(warehouse) == {
        1: (True, "deleted", since),
        2: (True, "missing", since),
        3: (False, "access_lost", since),
    }


def test_tombstones_of_flowmart_0_1_are_read(warehouse, tracker):
    warehouse.run({"issue_tombstones": [tombstone(1, 9, "deleted", member="fate")]})
    assert marked(warehouse) == {1: (True, "deleted", datetime(2026, 1, 10, tzinfo=UTC))}


def test_an_issue_that_came_back(warehouse, tracker):
    warehouse.run({"issue_tombstones": [tombstone(1, 9, "deleted")]})
    warehouse.run({"issue_tombstones": [tombstone(1, 16, "present")]})
    assert marked(warehouse) == {}


def test_an_issue_that_is_edited_after_the_census_is_there(warehouse, tracker):
    warehouse.run({"issue_tombstones": [tombstone(1, 9, "access_lost")]})
    tracker.moves(1, (12, "progress"))
    tracker.task(1, status="progress", version=1, dateModified=at(12))
    warehouse.run(tracker.records())
    assert marked(warehouse) == {}


def test_its_history_stays_and_its_age_is_no_longer_told(warehouse, tracker):
    intervals = warehouse.rows("mart.fct_issue_status_intervals")
    warehouse.run(
        {"issue_tombstones": [tombstone(1, 9, "deleted"), tombstone(3, 9, "access_lost")]}
    )
    assert warehouse.rows("mart.fct_issue_status_intervals") == intervals
    ageing = {row["readable_id"] for row in warehouse.rows("mart.v_issue_ageing", "readable_id")}
    assert ageing == {"T2", "T3", "T4", "T5", "T6"}
