"""Issues that a census found gone: one on day 9, and another one on day 16."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.records import make_record
from tests.sql.tracker import Tracker, at, phid

DAY_9 = datetime(2026, 1, 10, tzinfo=UTC)
STATES_ON_DAY_9 = {
    1: "deleted",
    2: "missing",
    3: "access_lost",
    4: "present",
    5: "deleted",
    6: "access_lost",
    8: "deleted",
    9: "access_lost",
}


@pytest.fixture(scope="module")
def world(warehouse):
    return World(warehouse)


class World:
    """
    Seven open issues, of which the fifth came back by day 16 and the sixth was edited on day 12;
    two that were done after 3 and 5 days, in a sprint, and are gone.

    :param warehouse: an empty one.
    """

    def __init__(self, warehouse):
        self._warehouse = warehouse
        tracker = Tracker()
        for number in range(1, 8):
            tracker.task(number)
        tracker.project(3, "Sprint", parent=1, milestone=1)
        for number, days in ((8, 3), (9, 5)):
            tracker.task(number, status="resolved", closed=days, projects=(3,))
            tracker.joins(number, 0, 3)
            tracker.moves(number, (days, "resolved"))
        warehouse.run(tracker.records())
        self.intervals = warehouse.rows("mart.fct_issue_status_intervals")
        states = STATES_ON_DAY_9.items()
        warehouse.run({"issue_tombstones": [tombstone(n, 9, state) for n, state in states]})
        self.found_on_day_9 = self._found()
        self.intervals_on_day_9 = warehouse.rows("mart.fct_issue_status_intervals")
        tracker.moves(6, (12, "progress"))
        tracker.task(6, status="progress", version=1, dateModified=at(12))
        back = {"issue_tombstones": [tombstone(5, 16, "present")]}
        warehouse.run(tracker.records() | back)
        self.found = self._found()
        self.ageing = {
            row["readable_id"] for row in warehouse.rows("mart.v_issue_ageing", "readable_id")
        }

    def _found(self):
        """Number -> what its mart says."""
        columns = "readable_id, is_deleted, missing_reason, missing_since"
        rows = self._warehouse.rows("mart.fct_issues", columns)
        return {int(row.pop("readable_id")[1:]): tuple(row.values()) for row in rows}


def tombstone(number, day, state):
    """A tombstone; the first one is as Flowmart 0.1 landed it."""
    issue = phid("TASK", number)
    member = "fate" if number == 1 else "record_state"
    return make_record(issue, issue, at(day) * 1000, {"issue_id": issue, member: state})


def test_the_state_of_a_missing_issue(world):
    assert world.found_on_day_9 == {
        1: (True, "deleted", DAY_9),
        2: (True, "missing", DAY_9),
        3: (False, "access_lost", DAY_9),
        4: (False, None, None),
        5: (True, "deleted", DAY_9),
        6: (False, "access_lost", DAY_9),
        7: (False, None, None),
        8: (True, "deleted", DAY_9),
        9: (False, "access_lost", DAY_9),
    }


def test_an_issue_that_came_back(world):
    assert world.found[5] == (False, None, None)


def test_an_issue_that_is_edited_after_the_census_is_there(world):
    assert world.found[6] == (False, None, None)


def test_what_no_later_census_told_otherwise_stays(world):
    for number in (1, 2, 3, 4, 7, 8, 9):
        assert world.found[number] == world.found_on_day_9[number]


def test_its_history_stays(world):
    assert world.intervals_on_day_9 == world.intervals


def test_f2_open_work_is_without_deleted_issues_and_those_out_of_sight(world):
    assert world.ageing == {"T4", "T5", "T6", "T7"}


def test_f1_what_was_delivered_stays_delivered(warehouse, world):
    [row] = warehouse.rows(
        "mart.v_lead_time_percentiles",
        "lead_time_n, lead_time_p50_days",
        "team = '(all)' and issue_type = '(all)' and level = '(all)' and quarter = '(all)'",
    )
    assert row == {"lead_time_n": 2, "lead_time_p50_days": 4}
    days = warehouse.rows(
        "mart.v_lead_time_distribution", "days, deliveries", "measure = 'lead_time'"
    )
    assert [tuple(row.values()) for row in days] == [(3, 1), (5, 1)]


def test_f1_a_sprint_has_now_what_the_source_shows(warehouse, world):
    [row] = warehouse.rows("mart.v_sprint_reports", "current_issues, current_done_issues")
    assert row == {"current_issues": 0, "current_done_issues": 0}
