"""Teams, main projects and sprints; and rows for what the snapshots do not show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sql.tracker import Tracker, phid
from tests.sql.warehouse import CONTEXT

TEAMS = {"alpha": "Team A", phid("PROJ", 4): "Team B", "Gamma": "Team C", "9": "Team D"}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """
    Alpha (1) > Delta (5); Alpha > milestones 11, 12; Beta (2); project 4; Gamma (6) > Omega (7).

    Project 13 is a milestone of project 99, which the snapshot does not show.
    """
    tracker = Tracker()
    tracker.project(4, "By its id")
    tracker.project(5, "Delta", parent=1)
    tracker.project(6, "Gamma")
    tracker.project(7, "Omega", parent=6)
    tracker.project(9, "By its number")
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.project(12, "Sprint 2", parent=1, milestone=2)
    tracker.project(13, "Hidden sprint", parent=99, milestone=1)
    tracker.user("bot", "bot")
    tracker.user("gone", "disabled")
    for number, projects in PROJECTS.items():
        tracker.task(number, projects=projects)
    tracker.task(20, authorPHID=phid("USER", "deleted"), ownerPHID=phid("USER", "other"))
    tracker.event(20, 1, "status", {"old": "open", "new": "limbo"}, actor="PHID-HRUL-1")
    tracker.event(20, 2, "status", {"old": "limbo", "new": "open"}, actor="PHID-APPS-1")
    tracker.event(20, 3, "status", {"old": "open", "new": "8"}, actor="PHID-XOBJ-1")
    tracker.event(20, 4, "status", {"old": "8", "new": "open"}, actor="PHID-XOBJ-1")
    tracker.joins(20, 5, "secret")
    warehouse.run(tracker.records(), replace(CONTEXT, teams=TEAMS))


PROJECTS = {
    1: (),
    2: (2, 1),
    3: (5,),
    4: (4,),
    5: (7, 6),
    6: (9,),
    7: (11, 12),
    8: (2, 12),
    9: (13,),
    10: ("secret",),
    11: ("secret", 2),
}
EXPECTED = {
    1: (None, "(no project)", None),
    2: (1, "Team A", None),
    3: (5, "Team A", None),
    4: (4, "Team B", None),
    5: (6, "Team C", None),
    6: (9, "Team D", None),
    7: (1, "Team A", "Sprint 2"),
    8: (1, "Team A", "Sprint 2"),
    9: (99, "PHID-PROJ-99", "Hidden sprint"),
    10: ("secret", "PHID-PROJ-secret", None),
    11: (2, "Beta", None),
}


@pytest.mark.parametrize("number", PROJECTS)
def test_main_project_team_and_sprint(warehouse, number):
    (row,) = warehouse.rows(
        "mart.fct_issues", "project_key, team, sprint", f"readable_id = 'T{number}'"
    )
    project, team, sprint = EXPECTED[number]
    key = None if project is None else f"phabricator:{phid('PROJ', project)}"
    assert (row["project_key"], row["team"], row["sprint"]) == (key, team, sprint)


def test_deleted_and_foreign_actors_get_rows(warehouse):
    rows = warehouse.rows("mart.dim_users", "user_id, user_type, is_active, is_known")
    assert {r["user_id"]: (r["user_type"], r["is_active"], r["is_known"]) for r in rows} == {
        phid("USER", "ann"): ("user", True, True),
        phid("USER", "bob"): ("user", True, True),
        phid("USER", "bot"): ("bot", True, True),
        phid("USER", "gone"): ("user", False, True),
        phid("USER", "deleted"): ("user", None, False),
        phid("USER", "other"): ("user", None, False),
        "PHID-HRUL-1": ("herald_rule", None, False),
        "PHID-APPS-1": ("application", None, False),
        "PHID-XOBJ-1": ("unknown", None, False),
    }


def test_invisible_projects_get_rows(warehouse):
    rows = warehouse.rows("mart.dim_projects", "project_id, name", "not is_known")
    assert [(row["project_id"], row["name"]) for row in rows] == [
        (phid("PROJ", 99), phid("PROJ", 99)),
        (phid("PROJ", "secret"), phid("PROJ", "secret")),
    ]


def test_statuses_mean_what_is_configured_or_what_the_source_says(warehouse):
    rows = warehouse.rows("mart.dim_statuses", "status_id, category, is_waiting, is_known")
    found = {r["status_id"]: (r["category"], r["is_waiting"], r["is_known"]) for r in rows}
    assert found == {
        "open": ("todo", False, True),
        "progress": ("in_progress", False, True),
        "stalled": ("in_progress", True, True),
        "resolved": ("done", False, True),
        "duplicate": ("done", False, True),
        "limbo": ("unknown", False, True),
        "8": ("unknown", False, False),
        # Old tasks may have had these, whose meaning is known though the server lists them not.
        **dict.fromkeys(("wontfix", "invalid", "spite"), ("done", False, False)),
    }
