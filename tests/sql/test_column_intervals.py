"""Visits to board columns: from the project's coming over each move to its going."""

from __future__ import annotations

import pytest

from tests.sql import board_cases as cases
from tests.sql.board_cases import EXPECTED, SPRINT, SUBPROJECT
from tests.sql.tracker import Tracker, day_of, phid

CASES = list(EXPECTED)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """
    Alpha's board also has columns for its milestone 11, `Sprint 1`, and for its subproject 13;
    milestone 12 has none. The subproject has a milestone 14.
    """
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.project(12, "Sprint 2", parent=1, milestone=2)
    tracker.column("Sprint 1", board=1, position=SPRINT, proxy=11)
    tracker.project(13, "Team", parent=1)
    tracker.column("Team", board=1, position=SUBPROJECT, proxy=13)
    tracker.project(14, "Team's sprint", parent=13, milestone=1)
    for case in CASES:
        case(tracker)
    warehouse.run(tracker.records())


def visits(warehouse, case):
    rows = warehouse.rows(
        "mart.fct_issue_column_intervals",
        "sequence, column_name, entered_at, left_at, board_name",
        f"issue_key = 'phabricator:{phid('TASK', CASES.index(case) + 1)}'",
    )
    rows.sort(key=lambda row: row["sequence"])
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["board_name"] for row in rows} <= {"Alpha"}
    return [(r["column_name"], day_of(r["entered_at"]), day_of(r["left_at"])) for r in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.replace("_", " "))
def test_visits(warehouse, case):
    assert visits(warehouse, case) == EXPECTED[case]


def test_c3_a_visit_ends_with_the_removal_that_a_trigger_saved_with_the_move(warehouse):
    for case in (cases.moved_by_a_trigger_off_the_board, cases.saved_over_two_seconds):
        assert visits(warehouse, case)[-1] == ("Done", 2, 2)
    assert visits(warehouse, cases.moved_by_a_trigger_into_a_milestone)[1:] == [
        ("Done", 2, 2),
        ("Sprint 1", 2, None),
    ]


def test_p3_a_card_returns_to_the_column_that_it_had(warehouse):
    assert visits(warehouse, cases.returned_to_the_column_that_it_had)[-1] == ("Doing", 3, None)
    assert visits(warehouse, cases.round_trip_through_a_milestone)[-1] == ("Doing", 4, None)
    assert visits(warehouse, cases.returned_to_where_the_next_move_starts)[1] == ("Doing", 3, 5)
    assert visits(warehouse, cases.returned_to_the_column_that_the_board_shows)[-1] == (
        "Done",
        3,
        None,
    )


def test_p4_a_milestones_column_ends_beside_a_subproject(warehouse):
    assert visits(warehouse, cases.milestone_beside_a_subproject) == [("Sprint 1", 1, 3)]


def test_p5_columns_of_subprojects_are_not_published(warehouse):
    names = {row["name"] for row in warehouse.rows("mart.dim_board_columns", "name")}
    assert names == {"Backlog", "Doing", "Done", "Sprint 1"}
    assert visits(warehouse, cases.in_a_subproject_and_below) == [("Backlog", 0, 1)]


def test_p10_only_the_unexplained_position_is_reported(warehouse):
    """Not the card that is in two columns, nor the one that its milestone left behind."""
    rows = warehouse.rows("ops.ops_data_quality", "detail", "rule = 'column_disagrees_with_board'")
    assert [row["detail"] for row in rows] == [
        "the board shows the issue in PHID-PCOL-1-2, its history leads to PHID-PCOL-1-0"
    ]
