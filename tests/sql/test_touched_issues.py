"""
Which issues a batch rebuilds, and that the marts are those of a full rebuild afterwards.

All scenarios are published in one window and changed in another one (tests/sql/scenarios.py). The
numbers of a scenario begin alike: tasks 21, 22 and 23 have to do with project 20 and no other one.
What stands above ``yield`` is there already, what stands below it changes.
"""

from __future__ import annotations

import pytest

from tests.sql.scenarios import World, formerly_within, scenario, within


@pytest.fixture(scope="module")
def world(warehouse):
    return World(warehouse)


@scenario
def changed_task(tracker):
    tracker.task(11)
    tracker.task(12)
    yield
    tracker.task(11, version=60, name="renamed")


def test_changed_task_touches_itself(world):
    assert world.touched(10) == {11: "loaded"}
    assert world.issue(11)["title"] == "renamed"


@scenario
def renamed_project(tracker):
    tracker.project(20, "Beta")
    within(tracker, 21, 20)
    formerly_within(tracker, 22, 20)
    tracker.task(23)
    yield
    tracker.project(20, "Beta 2", version=1)


def test_renamed_project_touches_its_issues_and_those_that_were_in_it(world):
    assert world.touched(20) == {21: "dim_projects", 22: "dim_projects"}
    assert world.issue(21)["team"] == "Beta 2"


def test_other_instances_are_left_alone(world):
    assert world.issue(21, "phabricator__two")["team"] == "Beta"
    for model, rows in world.before.items():
        others = [row for row in rows if row["instance"] == "phabricator__two"]
        after = [row for row in world.after[model] if row["instance"] == "phabricator__two"]
        assert after == others, model


@scenario
def renamed_parent(tracker):
    tracker.project(30, "Delta")
    tracker.project(31, "Sprint 1", parent=30, milestone=1)
    within(tracker, 31, 30)
    within(tracker, 32, 31)
    tracker.task(33)
    yield
    tracker.project(30, "Delta 2", version=1)


def test_renamed_parent_touches_the_issues_of_its_milestones(world):
    assert world.touched(30) == {31: "dim_projects", 32: "dim_projects"}
    assert [world.issue(task)["team"] for task in (31, 32)] == ["Delta 2", "Delta 2"]


@scenario
def renamed_milestone(tracker):
    tracker.project(40, "Epsilon")
    tracker.project(41, "Sprint 1", parent=40, milestone=1)
    within(tracker, 41, 40)
    within(tracker, 42, 41)
    yield
    tracker.project(41, "Sprint one", parent=40, milestone=1, version=1)


def test_renamed_milestone_touches_its_issues(world):
    assert world.touched(40) == {42: "dim_sprints"}
    assert world.issue(42)["sprint"] == "Sprint one"


@scenario
def renamed_status(tracker):
    tracker.status("coding", False)
    tracker.task(51, status="coding")
    tracker.moves(51, (1, "coding"))
    tracker.task(52, status="resolved", closed=3)
    tracker.moves(52, (2, "coding"), (3, "resolved"))
    tracker.task(53)
    yield
    tracker.status("coding", False, "Writing code")


def test_renamed_status_touches_whoever_was_ever_in_it(world):
    assert world.touched(50) == {51: "dim_statuses", 52: "dim_statuses"}


@scenario
def renamed_column(tracker):
    tracker.project(60, "Zeta")
    tracker.column("Backlog", board=60, position=0)
    tracker.project(61, "Sprint 1", parent=60, milestone=1)
    within(tracker, 61, 60, columns={60: 0})
    within(tracker, 62, 61)
    yield
    tracker.column("Inbox", board=60, position=0, version=1)


def test_renamed_column_touches_the_issues_that_were_in_it(world):
    assert world.touched(60) == {61: "dim_board_columns"}
    assert world.columns(61) == [("Zeta", "Inbox")]


@scenario
def new_workboard(tracker):
    tracker.project(70, "Eta")
    within(tracker, 71, 70)
    formerly_within(tracker, 72, 70)
    tracker.task(73)
    yield
    tracker.column("Backlog", board=70, position=0)


def test_new_workboard_touches_the_issues_that_were_ever_in_the_project(world):
    assert world.touched(70) == {71: "dim_board_columns", 72: "dim_board_columns"}
    assert world.columns(71) == world.columns(72) == [("Eta", "Backlog")]


@scenario
def new_column_for_a_milestone(tracker):
    tracker.project(80, "Theta")
    tracker.column("Backlog", board=80, position=0)
    tracker.project(81, "Sprint 1", parent=80, milestone=1)
    within(tracker, 81, 80, columns={80: 0})
    within(tracker, 82, 81)
    tracker.task(83)
    yield
    tracker.column("Sprint 1", board=80, position=1, proxy=81)


def test_new_column_for_a_milestone_touches_its_issues(world):
    assert world.touched(80) == {81: "dim_board_columns", 82: "dim_board_columns"}


@scenario
def membership_without_a_history(tracker):
    """No change tells that tasks are in projects. The main project is that of the lowest number."""
    tracker.project(90, "Iota")
    tracker.column("Backlog", board=90, position=0)
    tracker.project(91, "Sprint 1", parent=90, milestone=1)
    tracker.task(91, projects=(90, 91), columns={90: 0})
    tracker.project(102, "Omega")
    tracker.task(101, projects=(102, 100))
    tracker.project(110, "Kappa")
    tracker.task(111, projects=(110,))
    yield
    tracker.project(91, "Sprint one", parent=90, milestone=1, version=1)
    tracker.project(100, "Zero")
    tracker.column("Backlog", board=110, position=0)


@pytest.mark.parametrize(
    ("task", "reason"), [(91, "dim_sprints"), (101, "dim_projects"), (111, "dim_board_columns")]
)
def test_membership_without_a_history_touches_its_issue(world, task, reason):
    assert world.touched(task) == {task: reason}


@scenario
def new_workboard_after_moves(tracker):
    tracker.project(120, "Lambda")
    tracker.task(121)
    tracker.drags(121, 1, 120, 1, 0)
    yield
    tracker.column("Backlog", board=120, position=0)


def test_new_workboard_touches_the_issues_that_only_moves_connect_with_it(world):
    assert world.touched(120) == {121: "dim_board_columns"}


@scenario
def parent_that_becomes_known(tracker):
    tracker.project(131, "Mu")
    tracker.project(132, "Sprint 2", parent=130, milestone=2)
    within(tracker, 131, 131, 132)
    yield
    tracker.project(130, "Nu")


def test_parent_that_becomes_known_touches_the_issues_of_its_milestones(world):
    """The milestone itself stays as it is: its team is configured."""
    assert world.touched(130) == {131: "dim_projects"}
    assert world.issue(131)["team"] == "Nu"


@scenario
def status_that_the_source_closes(tracker):
    tracker.status("shipped", False)
    tracker.task(141, status="shipped")
    tracker.moves(141, (1, "shipped"))
    yield
    tracker.status("shipped", True)


def test_status_that_the_source_closes_touches_its_issues(world):
    """Its category is configured and stays; whether the closing times agree does not."""
    assert world.touched(140) == {141: "dim_statuses"}


@scenario
def configured_team(tracker):
    tracker.project(150, "Gamma")
    within(tracker, 151, 150)
    formerly_within(tracker, 152, 150)
    yield


def test_configured_team_touches_the_issues_of_its_project(world):
    assert world.touched(150) == {151: "dim_projects", 152: "dim_projects"}


@scenario
def setting_taken_away(tracker):
    """The source's own list does not have the status; only the setting said what it means."""
    tracker.task(161, status="review")
    yield


def test_setting_taken_away_touches_the_issues_of_its_status(world):
    assert world.touched(160) == {161: "dim_statuses"}
    assert world.issue(161)["status_category"] == "unknown"


@scenario
def all_kinds_of_changes(tracker):
    tracker.project(170, "Alpha 1")
    tracker.project(171, "Sprint 1", parent=170, milestone=1)
    tracker.project(172, "Xi")
    tracker.column("Backlog", board=170, position=0)
    tracker.status("testing", False)
    within(tracker, 171, 170, status="testing", columns={170: 0})
    tracker.moves(171, (1, "testing"))
    within(tracker, 172, 171)
    within(tracker, 173, 172)
    formerly_within(tracker, 174, 172)
    tracker.task(175)
    yield
    tracker.project(170, "Alpha 2", version=1)
    tracker.project(171, "Sprint one", parent=172, milestone=1, version=1)
    tracker.status("testing", False, "Testing it")
    tracker.column("Inbox", board=170, position=0, version=1)
    tracker.column("Backlog", board=172, position=0)
    tracker.column("Sprint one", board=172, position=1, proxy=171)


def test_all_kinds_of_changes_touch_what_they_concern(world):
    assert world.touched(170).keys() == {171, 172, 173, 174}
    assert [world.issue(task)["team"] for task in (171, 172, 173)] == ["Team A", "Xi", "Xi"]


@scenario
def windows_in_the_wrong_order(tracker):
    """Two versions of a task with a history between them, the newer one loaded first."""
    tracker.task(181, status="resolved", closed=4, version=60)
    tracker.moves(181, (2, "progress"), (4, "resolved"))
    yield
    tracker.task(181)


def test_windows_in_any_order_give_the_same_marts(world):
    assert world.touched(180) == {181: "loaded"}
    assert world.rows_of(181, world.after) == world.rows_of(181, world.before)
    assert world.issue(181)["status_name"] == "Resolved"


def test_b1_marts_after_all_changes_are_those_of_a_rebuild(world):
    for model, rows in world.after.items():
        assert world.rebuilt[model] == rows, model


def test_building_twice_gives_the_same_tables(world):
    first, second = world.counts
    assert first == second
    assert first["fct_issues"] == 36


def test_first_waiting_status_touches_every_issue(world):
    """Flow efficiency is unknown without any and a number with one, for every issue."""
    assert list(world.touched_by_waiting.values()) == ["ops_settings"] * 36


def test_empty_window_touches_nothing(world):
    assert world.touched_by_nothing == {}
