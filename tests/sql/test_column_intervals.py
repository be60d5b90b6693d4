"""Visits to board columns: from the project's coming over each move to its going."""

from __future__ import annotations

import pytest

from tests.sql.tracker import Tracker, day_of, phid

BACKLOG, DOING, DONE, SPRINT = 0, 1, 2, 3


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Alpha's board also has a column for its milestone 11, `Sprint 1`; milestone 12 has none."""
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.project(12, "Sprint 2", parent=1, milestone=2)
    tracker.column("Sprint 1", board=1, position=SPRINT, proxy=11)
    for case in CASES:
        case(tracker)
    warehouse.run(tracker.records())


def moved(tracker):
    tracker.task(1, projects=(1,), columns={1: DONE})
    tracker.joins(1, 0, 1)
    tracker.drags(1, 3, 1, DOING, BACKLOG)
    tracker.drags(1, 5, 1, DONE, DOING)


def came_into_the_column_that_the_first_move_leaves(tracker):
    tracker.task(2, projects=(1,), columns={1: DONE})
    tracker.joins(2, 1, 1)
    tracker.drags(2, 4, 1, DONE, DOING)


def never_moved(tracker):
    tracker.task(3, projects=(1,), columns={1: BACKLOG})
    tracker.joins(3, 2, 1)


def left_and_came_again(tracker):
    tracker.task(4, projects=(1,), columns={1: BACKLOG})
    tracker.joins(4, 1, 1)
    tracker.drags(4, 2, 1, DOING, BACKLOG)
    tracker.joins(4, 3, leaves=(1,))
    tracker.joins(4, 5, 1)


def put_into_a_column_at_once(tracker):
    """The edit that adds the project also moves; its rows may come in any order."""
    tracker.task(5, projects=(1,), columns={1: DOING})
    tracker.drags(5, 1, 1, DOING, group="at once")
    tracker.joins(5, 1, 1, group="at once")


def only_reordered(tracker):
    tracker.task(6, projects=(1,), columns={1: BACKLOG})
    tracker.joins(6, 0, 1)
    tracker.drags(6, 2, 1, BACKLOG, BACKLOG)


def without_a_workboard(tracker):
    tracker.task(7, projects=(2,))
    tracker.joins(7, 0, 2)


def there_before_its_history(tracker):
    """No change tells when it came, so it was there since its creation."""
    tracker.task(8, created=1, projects=(1,), columns={1: BACKLOG})


def left_without_having_come(tracker):
    tracker.task(9, created=1)
    tracker.joins(9, 4, leaves=(1,))


def through_a_milestone(tracker):
    tracker.task(10, projects=(1,), columns={1: BACKLOG})
    tracker.joins(10, 0, 1)
    tracker.joins(10, 2, 11, leaves=(1,))
    tracker.joins(10, 5, 1, leaves=(11,))


def from_one_milestone_to_another(tracker):
    """The second one has no column on the parent's board."""
    tracker.task(11, projects=(12,))
    tracker.joins(11, 1, 11)
    tracker.joins(11, 3, 12, leaves=(11,))


def dragged_out_of_a_milestone(tracker):
    tracker.task(12, projects=(1,), columns={1: DOING})
    tracker.joins(12, 0, 11)
    tracker.drags(12, 4, 1, DOING, SPRINT, group="drag")
    tracker.joins(12, 4, 1, leaves=(11,), group="drag")


def moved_by_transactions_without_detail(tracker):
    tracker.task(13, projects=(1,), columns={1: DONE})
    tracker.joins(13, 0, 1)
    tracker.event(13, 2, None)


def added_twice(tracker):
    tracker.task(14, projects=(1,), columns={1: BACKLOG})
    tracker.joins(14, 0, 1)
    tracker.joins(14, 3, 1)
    tracker.joins(14, 5, leaves=(1,))
    tracker.joins(14, 6, 1)


CASES = [
    moved,
    came_into_the_column_that_the_first_move_leaves,
    never_moved,
    left_and_came_again,
    put_into_a_column_at_once,
    only_reordered,
    without_a_workboard,
    there_before_its_history,
    left_without_having_come,
    through_a_milestone,
    from_one_milestone_to_another,
    dragged_out_of_a_milestone,
    moved_by_transactions_without_detail,
    added_twice,
]

EXPECTED = {
    moved: [("Backlog", 0, 3), ("Doing", 3, 5), ("Done", 5, None)],
    came_into_the_column_that_the_first_move_leaves: [("Doing", 1, 4), ("Done", 4, None)],
    never_moved: [("Backlog", 2, None)],
    left_and_came_again: [("Backlog", 1, 2), ("Doing", 2, 3), ("Backlog", 5, None)],
    put_into_a_column_at_once: [("Doing", 1, None)],
    only_reordered: [("Backlog", 0, None)],
    without_a_workboard: [],
    there_before_its_history: [("Backlog", 1, None)],
    left_without_having_come: [("Backlog", 1, 4)],
    through_a_milestone: [("Backlog", 0, 2), ("Sprint 1", 2, 5), ("Backlog", 5, None)],
    from_one_milestone_to_another: [("Sprint 1", 1, 3)],
    dragged_out_of_a_milestone: [("Sprint 1", 0, 4), ("Doing", 4, None)],
    moved_by_transactions_without_detail: [("Backlog", 0, None)],
    added_twice: [("Backlog", 0, 5), ("Backlog", 6, None)],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.replace("_", " "))
def test_visits(warehouse, case):
    rows = warehouse.rows(
        "mart.fct_issue_column_intervals",
        "sequence, column_name, entered_at, left_at, board_name",
        f"issue_key = 'phabricator:{phid('TASK', CASES.index(case) + 1)}'",
    )
    rows.sort(key=lambda row: row["sequence"])
    visits = [(r["column_name"], day_of(r["entered_at"]), day_of(r["left_at"])) for r in rows]
    assert visits == EXPECTED[case]
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["board_name"] for row in rows} <= {"Alpha"}


def test_only_the_unexplained_position_is_reported(warehouse):
    rows = warehouse.rows("ops.ops_data_quality", "detail", "rule = 'column_disagrees_with_board'")
    assert [row["detail"] for row in rows] == [
        "the board shows the issue in PHID-PCOL-1-2, its history leads to PHID-PCOL-1-0"
    ]
