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
}


@pytest.fixture(scope="module")
def world(warehouse):
    return World(warehouse)


class World:
    """
    Seven open issues; the fifth came back by day 16, the sixth was edited on day 12.

    :param warehouse: an empty one.
    """

    def __init__(self, warehouse):
        self._warehouse = warehouse
        tracker = Tracker()
        for number in range(1, 8):
            tracker.task(number)
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
    }


def test_an_issue_that_came_back(world):
    assert world.found[5] == (False, None, None)


def test_an_issue_that_is_edited_after_the_census_is_there(world):
    assert world.found[6] == (False, None, None)


def test_what_no_later_census_told_otherwise_stays(world):
    for number in (1, 2, 3, 4, 7):
        assert world.found[number] == world.found_on_day_9[number]


def test_its_history_stays_and_its_age_is_no_longer_told(world):
    assert world.intervals_on_day_9 == world.intervals
    assert world.ageing == {"T3", "T4", "T5", "T6", "T7"}
