"""Snapshots that change what issues say, though no issue changed: as a replay says it."""

from __future__ import annotations

import pytest

from tests.meanings import meaning
from tests.sql.copied.phabricator import WALK as PHABRICATOR
from tests.sql.copied.youtrack import WALK as YOUTRACK
from tests.sql.copied.youtrack import board_of_alpha
from tests.sql.tracker import phid
from tests.sql.youtrack.youtrack import ALPHA, BETA, GAMMA, REVIEW

FILTERED = (
    "fct_issues",
    "fct_issue_changes",
    "fct_issue_status_intervals",
    "fct_issue_status_times",
    "fct_issue_flow",
    "fct_issue_participants",
)


def sprints(marts, issue_key):
    return {
        table: {row["sprint"] for row in marts[table] if row["issue_key"] == issue_key}
        for table in FILTERED
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda w: board_of_alpha(w.tracker, start=-14), id="it starts earlier"),
        pytest.param(lambda w: board_of_alpha(w.tracker, without="109-2"), id="it is deleted"),
    ],
)
def test_b1_issue_falls_back_on_the_other_of_its_two_sprints(play, change):
    marts = play(YOUTRACK.make(), "youtrack", change)
    assert sprints(marts, "youtrack:2-1") == {table: {"S1"} for table in FILTERED}


def test_b1_shared_board_that_no_longer_shows_a_project(play):
    """It still shows two others, so that its sprints belong to none of them, as before."""
    world = YOUTRACK.make()
    board_of_alpha(world.tracker, projects=(ALPHA, BETA, GAMMA))
    marts = play(world, "youtrack", lambda w: board_of_alpha(w.tracker, projects=(BETA, GAMMA)))
    assert sprints(marts, "youtrack:2-1") == {table: {None} for table in FILTERED}


def test_project_whose_other_state_field_comes_first_now(play):
    """Issue 3 is `Open` by one of its state fields and `Approved` by the other."""
    fields = (REVIEW, *(field for field in ALPHA.fields if field is not REVIEW))
    marts = play(
        YOUTRACK.make(), "youtrack", lambda w: w.tracker.project(ALPHA._replace(fields=fields))
    )
    names = {row["issue_key"]: row["status_name"] for row in marts["fct_issues"]}
    assert names["youtrack:2-3"] == "Approved"


def test_b2_status_that_is_configured_by_name_before_it_is_listed(play):
    """Once it is, its name no longer stands for a status of its own."""
    world = PHABRICATOR.make()
    world.configure(statuses=world.context.statuses | {"Review": meaning("in_progress")})
    world.tracker.task(5, status="rv")
    marts = play(world, "phabricator", lambda w: w.tracker.status("rv", False, "Review"))
    found = {row["status_id"]: row for row in marts["dim_statuses"]}
    assert "Review" not in found
    assert (found["rv"]["category"], found["rv"]["is_known"]) == ("in_progress", True)


def test_status_for_duplicates_that_becomes_known(play):
    """Task 5 went from open to limbo, and was closed by a merge that names no status."""
    world = PHABRICATOR.make()
    world.remove("statuses", "duplicate")
    world.tracker.task(5, status="duplicate")
    world.tracker.event(5, 2, "mergedinto")
    marts = play(world, "phabricator", lambda w: w.tracker.status("duplicate", True))
    visits = [
        row["status_name"] for row in marts["fct_issue_status_intervals"]
        if row["issue_key"] == f"phabricator:{phid('TASK', 5)}"
    ]  # fmt: skip
    assert visits == ["Open", "Limbo", "Duplicate"]
