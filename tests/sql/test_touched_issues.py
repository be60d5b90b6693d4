"""Which issues a batch rebuilds, and that the marts are those of a full rebuild afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.landing.load import load_batch
from flowmart.ops.runs import open_run
from flowmart.transform.runner import build_batch
from tests.meanings import meaning
from tests.sql.tracker import Tracker, phid
from tests.sql.warehouse import CONTEXT

HISTORY = ("transactions", "task_transactions")


@pytest.fixture
def tracker(warehouse):
    """Five published tasks: Alpha, Alpha's milestone, Beta, formerly Beta, and none."""
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.task(1, projects=(1,), status="progress", columns={1: 0})
    tracker.joins(1, 0, 1)
    tracker.moves(1, (1, "progress"))
    tracker.task(2, projects=(11,))
    tracker.joins(2, 0, 11)
    tracker.task(3, projects=(2,), status="resolved", closed=3)
    tracker.joins(3, 0, 2)
    tracker.moves(3, (2, "progress"), (3, "resolved"))
    tracker.task(4)
    tracker.joins(4, 0, 2)
    tracker.joins(4, 1, leaves=(2,))
    tracker.task(5)
    warehouse.start_with(tracker.records())
    return tracker


def touched(warehouse, batch):
    rows = warehouse.rows(f"stage.int_touched_issue__{batch.batch_id}", "issue_id")
    return [int(row["issue_id"].rsplit("-", 1)[1]) for row in rows]


def run_snapshots(warehouse, tracker, context=CONTEXT, **streams):
    """A window in which no task changed."""
    records = {name: tracker.records()[name] for name in ("projects", "columns", "statuses")}
    return warehouse.run({"tasks": [], **records, **streams}, context)


def rebuilt(warehouse, context=CONTEXT):
    """The marts after everything was built anew from raw rows, and as they were before."""
    before = warehouse.marts()
    warehouse.run({"tasks": []}, replace(context, everything=True))
    return before, warehouse.marts()


def test_empty_window_touches_nothing(warehouse, tracker):
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == []


def test_changed_task_touches_itself(warehouse, tracker):
    tracker.task(5, version=60, name="renamed")
    batch = warehouse.run({"tasks": [tracker.streams["tasks"][phid("TASK", 5)]]})
    assert touched(warehouse, batch) == [5]
    (row,) = warehouse.rows("mart.fct_issues", "title", "readable_id = 'T5'")
    assert row["title"] == "renamed"


def test_renamed_project_touches_its_issues_and_those_that_were_in_it(warehouse, tracker):
    tracker.project(2, "Beta 2", version=1)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [3, 4]
    (row,) = warehouse.rows("mart.fct_issues", "team", "readable_id = 'T3'")
    assert row["team"] == "Beta 2"


def test_renamed_parent_touches_the_issues_of_its_milestones(warehouse, tracker):
    tracker.project(1, "Alpha 2", version=1)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [1, 2]
    rows = warehouse.rows("mart.fct_issues", "team", "readable_id in ('T1', 'T2')")
    assert [row["team"] for row in rows] == ["Alpha 2", "Alpha 2"]


def test_renamed_milestone_touches_its_issues(warehouse, tracker):
    tracker.project(11, "Sprint one", parent=1, milestone=1, version=1)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [2]
    (row,) = warehouse.rows("mart.fct_issues", "sprint", "readable_id = 'T2'")
    assert row["sprint"] == "Sprint one"


def test_renamed_status_touches_whoever_was_ever_in_it(warehouse, tracker):
    tracker.status("progress", False, "Doing it")
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [1, 3]


def test_renamed_column_touches_the_issues_that_were_in_it(warehouse, tracker):
    tracker.column("Inbox", board=1, position=0, version=1)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [1]
    (row,) = warehouse.rows("mart.fct_issue_column_intervals", "column_name")
    assert row["column_name"] == "Inbox"


def test_new_workboard_touches_the_issues_that_were_ever_in_the_project(warehouse, tracker):
    tracker.column("Backlog", board=2, position=0)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [3, 4]
    boards = warehouse.rows("mart.fct_issue_column_intervals", "board_name")
    assert [row["board_name"] for row in boards] == ["Alpha", "Beta", "Beta"]


def test_new_column_for_a_milestone_touches_its_issues(warehouse, tracker):
    tracker.column("Sprint 1", board=1, position=3, proxy=11)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [1, 2]


def add_silent_task(warehouse, tracker):
    """Task 6 is in Alpha, Beta, the first sprint and the invisible project 0; no change says so."""
    tracker.task(6, projects=(1, 2, 11, 0), columns={1: 0})
    warehouse.run({"tasks": [tracker.streams["tasks"][phid("TASK", 6)]]})


def rename_sprint(tracker):
    tracker.project(11, "Sprint one", parent=1, milestone=1, version=1)


def show_project(tracker):
    """Its number is the lowest: it becomes the task's main project."""
    tracker.project(0, "Zero")


def add_workboard(tracker):
    tracker.column("Backlog", board=2, position=0)


@pytest.mark.parametrize("change", [rename_sprint, show_project, add_workboard])
def test_membership_without_a_history_touches_its_issue(warehouse, tracker, change):
    add_silent_task(warehouse, tracker)
    change(tracker)
    assert 6 in touched(warehouse, run_snapshots(warehouse, tracker))
    before, after = rebuilt(warehouse)
    assert before == after


def test_new_workboard_touches_the_issues_that_only_moves_connect_with_it(warehouse, tracker):
    tracker.drags(5, 1, 2, 1, 0)
    warehouse.run({name: tracker.records()[name] for name in ("tasks", *HISTORY)})
    add_workboard(tracker)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [3, 4, 5]
    before, after = rebuilt(warehouse)
    assert before == after


def test_parent_that_becomes_known_touches_the_issues_of_its_milestones(warehouse, tracker):
    """The milestone itself stays as it is: its team is configured."""
    context = replace(CONTEXT, teams={phid("PROJ", 12): "Team M"})
    tracker.project(12, "Sprint 2", parent=0, milestone=2)
    tracker.task(6, projects=(2, 12))
    tracker.joins(6, 0, 2, 12)
    warehouse.run(tracker.records(), context)
    show_project(tracker)
    assert touched(warehouse, run_snapshots(warehouse, tracker, context)) == [6]
    (row,) = warehouse.rows("mart.fct_issues", "team", "readable_id = 'T6'")
    assert row["team"] == "Zero"


def test_status_that_the_source_closes_touches_its_issues(warehouse, tracker):
    """Its category is configured and stays; whether the closing times agree does not."""
    context = replace(CONTEXT, statuses=CONTEXT.statuses | {"limbo": meaning("done")})
    tracker.task(6, status="limbo")
    tracker.moves(6, (1, "limbo"))
    warehouse.run(tracker.records(), context)
    tracker.status("limbo", True)
    assert touched(warehouse, run_snapshots(warehouse, tracker, context)) == [6]
    before, after = rebuilt(warehouse, context)
    assert before == after


def test_configured_team_touches_the_issues_of_its_project(warehouse, tracker):
    context = replace(CONTEXT, teams={"beta": "Team B"})
    assert touched(warehouse, run_snapshots(warehouse, tracker, context)) == [3, 4]


def test_setting_taken_away_touches_the_issues_of_its_status(warehouse, tracker):
    """The source's own list does not have the status; only the setting said what it means."""
    old = replace(CONTEXT, statuses=CONTEXT.statuses | {"review": meaning("in_progress")})
    tracker.task(6, status="review")
    warehouse.run({"tasks": [tracker.streams["tasks"][phid("TASK", 6)]]}, old)
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [6]
    (row,) = warehouse.rows("mart.fct_issues", "status_category", "readable_id = 'T6'")
    assert row["status_category"] == "unknown"


def test_first_waiting_status_touches_every_issue(warehouse, tracker):
    """Flow efficiency is unknown without any and a number with one, for every issue."""
    none = {"progress": meaning("in_progress"), "stalled": meaning("in_progress")}
    run_snapshots(warehouse, tracker, replace(CONTEXT, statuses=none))
    assert touched(warehouse, run_snapshots(warehouse, tracker)) == [1, 2, 3, 4, 5]


def test_other_instances_are_left_alone(warehouse, tracker):
    warehouse.run(tracker.records(), instance="phabricator__two")
    tracker.project(2, "Beta 2", version=1)
    run_snapshots(warehouse, tracker)
    rows = warehouse.rows("mart.fct_issues", "instance, team", "readable_id = 'T3'")
    assert [tuple(row.values()) for row in rows] == [
        ("phabricator", "Beta 2"),
        ("phabricator__two", "Beta"),
    ]


def test_marts_after_all_kinds_of_changes_are_those_of_a_rebuild(warehouse, tracker):
    tracker.project(1, "Alpha 2", version=1)
    tracker.project(11, "Sprint one", parent=2, milestone=1, version=1)
    tracker.status("progress", False, "Doing it")
    tracker.column("Inbox", board=1, position=0, version=1)
    tracker.column("Backlog", board=2, position=0)
    tracker.column("Sprint one", board=2, position=1, proxy=11)
    context = replace(CONTEXT, teams={"Alpha 2": "Team A"})
    run_snapshots(warehouse, tracker, context)
    before, after = rebuilt(warehouse, context)
    assert before == after


def test_windows_in_any_order_give_the_same_marts(warehouse, tracker):
    """Two versions of a task with a history between them, the newer one loaded first."""
    older = tracker.streams["tasks"][phid("TASK", 5)]
    tracker.task(5, status="resolved", closed=4, version=60)
    tracker.moves(5, (2, "progress"), (4, "resolved"))
    newer = {stream: tracker.records()[stream] for stream in ("tasks", "transactions")}
    warehouse.run(newer)
    marts = warehouse.marts()
    warehouse.run({"tasks": [older]})
    assert warehouse.marts() == marts
    assert rebuilt(warehouse) == (marts, marts)


def test_building_twice_gives_the_same_tables(warehouse, tracker):
    batch = warehouse.batch()
    open_run(warehouse.engine, batch, "manual", "test")
    load_batch(warehouse.engine, warehouse.project.spec, batch, [])
    everything = replace(CONTEXT, everything=True)
    first = build_batch(warehouse.engine, warehouse.project, batch, everything)
    assert build_batch(warehouse.engine, warehouse.project, batch, everything) == first
    assert first["fct_issues"] == 5
