"""Teams, sprints and their history, projects, people and statuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sql.youtrack.youtrack import (
    ALPHA,
    ASSIGNEE,
    BETA,
    CONTEXT,
    DOING,
    GAMMA,
    OPEN,
    YouTrack,
    at,
    run,
    user,
)


def sprint(id, name, start, archived=False):
    return {
        "id": id, "name": name, "start": None if start is None else at(start),
        "finish": None, "archived": archived, "isDefault": False,
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Alpha's board has sprints 1 to 3, numbered against the order of ids; one board is shared."""
    youtrack = YouTrack()
    youtrack.board(
        "108-1",
        (ALPHA,),
        [
            sprint("109-9", "Sprint 1", 0, archived=True),
            sprint("109-2", "Sprint 2", 14),
            sprint("109-3", "Sprint 3", 28),
        ],
    )
    youtrack.board("108-2", (ALPHA, BETA), [sprint("109-4", "Shared", 7)])
    youtrack.board("108-3", (GAMMA,), [sprint("109-5", "Kanban", None)])
    # Sprints of equal rank: two begin together, two have no dates.
    youtrack.board("108-4", (ALPHA,), [sprint("109-10", "Ten", 40), sprint("109-12", "No", None)])
    youtrack.board("108-5", (ALPHA,), [sprint("109-7", "Seven", 40), sprint("109-11", "N", None)])
    for history in HISTORIES:
        history(youtrack)
    youtrack.snapshot("users", {**user("gone"), "banned": True, "guest": False})
    youtrack.issue(20, reporter=None)
    youtrack.change(20, 1, ASSIGNEE, user("deleted"), None, author=None)
    youtrack.moves(20, (2, "71-4"), (3, OPEN))
    run(warehouse, youtrack, replace(CONTEXT, teams={"BETA": "Team B"}))


def never_planned(youtrack):
    youtrack.issue(1)


def carried_over(youtrack):
    youtrack.issue(2)
    youtrack.plan(2, 1, ("109-9",))
    youtrack.plan(2, 14, ("109-2",), ("109-9",))


def taken_out(youtrack):
    youtrack.issue(3)
    youtrack.plan(3, 1, ("109-9",))
    youtrack.plan(3, 2, (), ("109-9",))


def taken_out_and_in_again(youtrack):
    youtrack.issue(4)
    youtrack.plan(4, 1, ("109-2",))
    youtrack.plan(4, 2, (), ("109-2",))
    youtrack.plan(4, 2, ("109-2",))


def on_two_boards(youtrack):
    """The sprint that starts last is the issue's, whatever came last."""
    youtrack.issue(5)
    youtrack.plan(5, 1, ("109-2",))
    youtrack.plan(5, 2, ("109-4",))


def on_a_shared_board(youtrack):
    """A sprint of several projects must not become an issue's main project."""
    youtrack.issue(6, "72-1", project=BETA)
    youtrack.plan(6, 1, ("109-4",))


def moved_away_from_its_board(youtrack):
    youtrack.issue(7, "72-1", project=BETA)
    youtrack.plan(7, 1, ("109-9",))
    youtrack.transfer(7, 2, ALPHA, BETA)


def in_a_deleted_sprint(youtrack):
    youtrack.issue(8)
    youtrack.plan(8, 1, ("109-77",))


def on_a_board_without_dates(youtrack):
    youtrack.issue(9, "73-1", project=GAMMA)
    youtrack.plan(9, 1, ("109-5",))


def in_an_invisible_project(youtrack):
    youtrack.issue(10, DOING, project=ALPHA._replace(id="0-77"))


def in_sprints_of_equal_rank(youtrack):
    youtrack.issue(11)
    youtrack.plan(11, 1, ("109-10",))
    youtrack.plan(11, 2, ("109-7", "109-11"))


def in_sprints_without_dates(youtrack):
    youtrack.issue(12)
    youtrack.plan(12, 1, ("109-12", "109-11"))


HISTORIES = [
    never_planned,
    carried_over,
    taken_out,
    taken_out_and_in_again,
    on_two_boards,
    on_a_shared_board,
    moved_away_from_its_board,
    in_a_deleted_sprint,
    on_a_board_without_dates,
    in_an_invisible_project,
    in_sprints_of_equal_rank,
    in_sprints_without_dates,
]
EXPECTED = {
    1: ("0-1", "Alpha", None),
    2: ("0-1", "Alpha", "Sprint 2"),
    3: ("0-1", "Alpha", None),
    4: ("0-1", "Alpha", "Sprint 2"),
    5: ("0-1", "Alpha", "Sprint 2"),
    6: ("0-2", "Team B", "Shared"),
    7: ("0-2", "Team B", None),
    8: ("0-1", "Alpha", None),
    9: ("0-13", "Гамма", "Kanban"),
    10: ("0-77", "project:0-77", None),
    11: ("0-1", "Alpha", "Ten"),
    12: ("0-1", "Alpha", "No"),
}


@pytest.mark.parametrize("number", EXPECTED)
def test_b4_main_project_team_and_sprint(warehouse, number):
    (row,) = warehouse.rows(
        "mart.fct_issues", "project_key, team, sprint", f"issue_key = 'youtrack:2-{number}'"
    )
    project, team, sprint_name = EXPECTED[number]
    assert row == {
        "project_key": f"youtrack:project:{project}", "team": team, "sprint": sprint_name
    }  # fmt: skip


def test_sprint_is_the_filter_of_all_of_an_issues_rows(warehouse):
    rows = warehouse.rows("mart.fct_issue_changes", "sprint", "issue_key = 'youtrack:2-2'")
    assert {row["sprint"] for row in rows} == {"Sprint 2"}


def test_sprints_belong_to_the_only_project_of_their_board(warehouse):
    rows = warehouse.rows("mart.dim_sprints", "sprint_id, name, project_key, sprint_number, status")
    assert [tuple(row.values()) for row in rows] == [
        ("sprint:109-10", "Ten", "youtrack:project:0-1", 2, "active"),
        ("sprint:109-11", "N", "youtrack:project:0-1", 1, "active"),
        ("sprint:109-12", "No", "youtrack:project:0-1", 1, "active"),
        ("sprint:109-2", "Sprint 2", "youtrack:project:0-1", 2, "active"),
        ("sprint:109-3", "Sprint 3", "youtrack:project:0-1", 3, "active"),
        ("sprint:109-4", "Shared", None, 1, "active"),
        ("sprint:109-5", "Kanban", "youtrack:project:0-13", 1, "active"),
        ("sprint:109-7", "Seven", "youtrack:project:0-1", 2, "active"),
        ("sprint:109-9", "Sprint 1", "youtrack:project:0-1", 1, "archived"),
    ]


def test_deleted_accounts_get_rows_and_nobody_stays_nobody(warehouse):
    rows = warehouse.rows("mart.dim_users", "user_id, user_type, is_active, is_known")
    assert [tuple(row.values()) for row in rows] == [
        ("1-ann", "user", True, True),
        ("1-bob", "user", True, True),
        ("1-deleted", "user", None, False),
        ("1-gone", "user", False, True),
    ]
    (change,) = warehouse.rows(
        "mart.fct_issue_changes", "old_value, actor_key", "field = 'assignee'"
    )
    assert change == {"old_value": "1-deleted", "actor_key": None}


def test_statuses_are_elements_and_mean_what_their_name_is_configured_to(warehouse):
    rows = warehouse.rows("mart.dim_statuses", "status_id, name, category, is_closed")
    assert [tuple(row.values()) for row in rows] == [
        *(
            (f"{bundle}-{place}", *meaning)
            for bundle in (71, 72, 73)
            for place, meaning in enumerate(MEANINGS, start=1)
        ),
        ("79-1", "Approved", "unknown", False),
        ("none", "No state", "unknown", False),
    ]


MEANINGS = (
    ("Open", "todo", False),
    ("In Progress", "in_progress", False),
    ("Waiting", "in_progress", False),
    ("Done", "done", True),
)
