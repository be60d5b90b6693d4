"""Queues, sprints, custom fields and names of Yandex Tracker in the marts."""

from __future__ import annotations

import json

import pytest

from flowmart.transform.runner import BatchContext
from tests.meanings import meaning
from tests.sql.yandex_tracker.tracker import OPS, Tracker, day_of, of, sprint, user

LOCAL = "68ac0d8c6cac335d0ed8a2be--"
RUSSIAN = {"1": "Открыт", "3": "В работе", "5": "Ждём", "8": "Закрыт", "2": "Отклонён", "77": "?"}

CUSTOM = {
    LOCAL + "severity": "high",
    LOCAL + "nothing": None,
    "commited": ["я", 1],
    "qaEngineer": {"id": "7", "display": 'An "A"'},
}


@pytest.fixture(scope="module")
def tracker():
    tracker = Tracker()
    tracker.board(1, "Core's board", "CORE")
    tracker.board(2, "Everybody's board", ["CORE", "OPS"])
    tracker.add_sprint(44, "Core 1", board=1)
    tracker.add_sprint(45, "Core 2", board=1, status="draft")
    tracker.add_sprint(46, "Common", board=2)
    tracker.add_sprint(47, "Another", board=2)
    tracker.add_sprint(48, "Last", board=2)
    tracker.add_sprint(2, "First of all", board=2)
    tracker.issue(1, sprint=[sprint(44), sprint(45)], storyPoints=2.5)
    tracker.issue(2, key="OPS-2", queue=OPS, sprint=[sprint(2), sprint(44)])
    tracker.issue(
        3,
        sprint=sprint(47),
        assignee=user("robot-guard"),
        tags=["a"],
        components=[],
        deadline="2026-03-01",
    )
    tracker.issue(4, **CUSTOM, statusType={"key": "x"})
    for number in (1, 2, 3, 4):
        tracker.creation(number)
    return tracker


@pytest.fixture(scope="module", autouse=True)
def built(warehouse, tracker):
    tracker.into(warehouse)


def test_queues_are_projects(warehouse):
    rows = warehouse.rows(
        "mart.dim_projects", "project_id, name, slug, team, parent_project_key, project_number"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("queue:3", "Team CORE", "CORE", "Team CORE", None, 3),
        ("queue:5", "Team OPS", "OPS", "Team OPS", None, 5),
    ]


def test_sprints_belong_to_no_queue(warehouse):
    rows = warehouse.rows(
        "mart.dim_sprints", "sprint_id, name, team, project_key, sprint_number, sprint_rank, status"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("sprint:2", "First of all", "First of all", None, 2, 2, "in_progress"),
        ("sprint:44", "Core 1", "Core 1", None, 44, 44, "in_progress"),
        ("sprint:45", "Core 2", "Core 2", None, 45, 45, "draft"),
        ("sprint:46", "Common", "Common", None, 46, 46, "in_progress"),
        ("sprint:47", "Another", "Another", None, 47, 47, "in_progress"),
        ("sprint:48", "Last", "Last", None, 48, 48, "in_progress"),
    ]


def test_a_sprint_says_when_it_was_created(warehouse):
    (row,) = warehouse.rows("mart.dim_sprints", "created_at", "sprint_id = 'sprint:44'")
    assert day_of(row["created_at"]) == -5


@pytest.mark.parametrize(
    ("number", "team", "sprint_name"),
    [
        pytest.param(1, "Team CORE", "Core 2", id="the latest of two sprints"),
        pytest.param(
            2,
            "Team OPS",
            "Core 1",
            id="a sprint of another queue's board, and one with a lower id than the queue",
        ),
        pytest.param(3, "Team CORE", "Another", id="a sprint that is no list"),
        pytest.param(4, "Team CORE", None, id="no sprint"),
    ],
)
def test_the_queue_is_the_team_and_the_sprint_a_filter(warehouse, number, team, sprint_name):
    (row,) = warehouse.rows("mart.fct_issues", "team, sprint", of(number))
    assert tuple(row.values()) == (team, sprint_name)


def test_members_of_an_issue(warehouse):
    (row,) = warehouse.rows(
        "mart.fct_issues", "title, issue_type, priority, estimate, closed_at, custom_fields", of(1)
    )
    assert tuple(row.values()) == ("Issue 1", "task", "normal", 2.5, None, None)


def test_custom_fields_go_by_their_keys(warehouse):
    (row,) = warehouse.rows("mart.fct_issues", "custom_fields", of(4))
    assert json.loads(row["custom_fields"]) == {
        "severity": "high",
        "commited": ["я", 1],
        "qaEngineer": {"id": "7", "display": 'An "A"'},
    }


def test_tracker_s_own_fields_without_a_column_stand_beside_the_custom_ones(warehouse):
    (row,) = warehouse.rows("mart.fct_issues", "custom_fields", of(3))
    assert json.loads(row["custom_fields"]) == {"tags": ["a"], "deadline": "2026-03-01"}


def test_an_id_that_is_no_account_is_unknown(warehouse):
    (row,) = warehouse.rows("mart.dim_users", "user_type, is_known", "user_id = 'robot-guard'")
    assert tuple(row.values()) == ("unknown", False)


def test_names_in_another_language_are_the_same_statuses(warehouse, tracker):
    changes = warehouse.rows("mart.fct_issue_changes")
    visits = warehouse.rows("mart.fct_issue_status_intervals", "interval_key, status_key")
    tracker.statuses(RUSSIAN, version=1)
    tracker.into(warehouse)
    assert warehouse.rows("mart.fct_issue_changes") == changes
    found = warehouse.rows("mart.fct_issue_status_intervals", "interval_key, status_key")
    assert found == visits
    names = warehouse.rows("mart.dim_statuses", "status_id, name")
    assert {row["status_id"]: row["name"] for row in names} == RUSSIAN
    visited = warehouse.rows("mart.fct_issue_status_intervals", "status_name")
    assert {row["status_name"] for row in visited} == {"Открыт"}


def test_statuses_may_be_configured_by_their_keys(warehouse, tracker):
    tracker.into(warehouse, BatchContext(statuses={"needInfo": meaning("in_progress", True)}))
    (row,) = warehouse.rows("mart.dim_statuses", "category, is_waiting", "status_id = '5'")
    assert tuple(row.values()) == ("in_progress", True)
