"""What docs/queries.md has for teams that know Data³: numbers of four tasks, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sql.coverage import cover
from tests.sql.page_queries import answers
from tests.sql.tracker import Tracker, day_of, phid

JANUARY = date(2026, 1, 1)
FIRST, SECOND = date(2025, 12, 29), date(2026, 1, 5)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    tracker.task(1, status="resolved", projects=(1,), columns={1: 2}, ownerPHID=phid("USER", "ann"))
    tracker.task(2, status="progress", projects=(1,), columns={1: 0}, ownerPHID=phid("USER", "bob"))
    tracker.task(3, projects=(1,), columns={1: 0})
    tracker.task(
        4, status="resolved", projects=(2,), subtype="release", ownerPHID=phid("USER", "ann"),
        name="1.40.0-wmf.5 deployment blockers",
        **{"custom.release.date": 1_767_657_600, "custom.train.backup": [phid("USER", "bob")]},
    )  # fmt: skip
    for task, project in ((1, 1), (2, 1), (3, 2), (4, 2)):
        tracker.joins(task, 0, project)
    tracker.moves(1, (1, "progress"), (3, "resolved"))
    tracker.drags(1, 1, 1, 1, 0)
    tracker.drags(1, 3, 1, 2, 1)
    tracker.moves(2, (2, "progress"))
    tracker.drags(2, 2, 1, 1, 0)
    tracker.drags(2, 5, 1, 0, 1)
    tracker.joins(3, 4, 1, leaves=(2,))
    tracker.moves(4, (1, "progress"), (8, "resolved"))
    for blocker in (1, 2):
        tracker.edge(4, 1, 3, [], [phid("TASK", blocker)])
    # Task 1 is taken off on day 4, and is long closed as it comes again.
    tracker.edge(4, 4, 3, [phid("TASK", 1)], [])
    tracker.edge(4, 6, 3, [], [phid("TASK", 1)])
    tracker.edge(4, 7, 51, [], [phid("TASK", 1)])  # and mentions the release
    unblock = {"transactionType": "unblock"}
    unblock |= {"oldValue": {phid("TASK", 1): "progress"}}
    tracker.event(4, 3, None, older=unblock | {"newValue": {phid("TASK", 1): "resolved"}})
    for day, text in ((2, "@Bob, and @bob."), (6, "no@body but @ann (or @bob)")):
        tracker.event(
            4, day, "comment", older={"transactionType": "core:comment", "comments": text}
        )
    warehouse.run(tracker.records())
    cover(warehouse, 0, 11)


@pytest.fixture
def answer(warehouse, warehouse_dsn):
    return answers(warehouse, warehouse_dsn)


def test_burn_up(answer):
    """Task 3 leaves Beta for Alpha as the second week begins; the release is done on its Friday."""
    assert answer("Burn-up") == [
        ("Alpha", FIRST, 2, 1, 1),
        ("Alpha", SECOND, 3, 1, 1),
        ("Beta", FIRST, 2, 1, 0),
        ("Beta", SECOND, 1, 0, 1),
    ]


def test_burn_up_by_column(answer):
    assert answer("Burn-up by column") == [
        ("Alpha", FIRST, "Backlog", 0),
        ("Alpha", FIRST, "Doing", 1),
        ("Alpha", FIRST, "Done", 1),
        ("Alpha", SECOND, "Backlog", 2),
        ("Alpha", SECOND, "Doing", 0),
        ("Alpha", SECOND, "Done", 1),
    ]


def test_wait_and_cycle_time(answer):
    rows = answer("Wait and cycle time of each issue")
    found = [(row[0], day_of(row[2]), float(row[3]), float(row[4])) for row in rows]
    assert found == [("T1", 3, 1, 2), ("T4", 8, 1, 7)]


def test_histograms(answer):
    assert answer("Histograms of lead and cycle time") == [
        ("cycle_time", 2, 1),
        ("cycle_time", 7, 1),
        ("lead_time", 3, 1),
        ("lead_time", 8, 1),
    ]


def test_status_changes(answer):
    assert answer("Status changes by month") == [
        (JANUARY, "Open", "Progress", 3),
        (JANUARY, "Progress", "Resolved", 2),
    ]


def test_column_moves(answer):
    assert answer("Column moves by month") == [
        ("Alpha", JANUARY, "Backlog", "Doing", 2),
        ("Alpha", JANUARY, "Doing", "Backlog", 1),
        ("Alpha", JANUARY, "Doing", "Done", 1),
    ]


def test_columns_entered_and_left(answer):
    assert answer("Columns entered and left by month") == [
        ("Alpha", "Backlog", JANUARY, 4, 2),
        ("Alpha", "Doing", JANUARY, 2, 2),
        ("Alpha", "Done", JANUARY, 1, 0),
    ]


def test_days_in_columns(answer):
    """Backlog for 1 and 2 days, Doing for 2 and 3; other visits go on."""
    found = [(*row[:3], float(row[3])) for row in answer("Days in columns")]
    assert found == [("Alpha", "Backlog", 2, 1.5), ("Alpha", "Doing", 2, 2.5)]


def test_busiest_projects(answer):
    assert answer("Busiest projects") == [("Alpha", 3), ("Beta", 1)]


def test_assigned_issues(answer):
    assert answer("Assigned issues") == [("Alpha", 2, 2), ("Beta", 1, 1)]


def test_days_in_a_project(answer):
    [alpha, beta] = answer("Days in a project")
    assert alpha == ("Alpha", 0, None, 3)
    assert (*beta[:2], float(beta[2]), beta[3]) == ("Beta", 1, 4, 1)


def test_links_of_the_sankey_diagram(answer):
    assert answer("Sankey of column moves") == [
        ("Alpha", "(none)", "Backlog", 3),
        ("Alpha", "Backlog", "Doing", 2),
        ("Alpha", "Doing", "Backlog", 1),
        ("Alpha", "Doing", "Done", 1),
    ]


def test_mentions(answer):
    """A name counts once in a comment, in whatever case; an address is none."""
    assert answer("Mentions in comments") == [("Beta", 3, 2, 1)]


def test_release_trains(answer):
    """
    The version is in the title; 1,767,657,600 is January 6th.

    The release is not told of task 1 while it is a subtask again, so that this one stands, too.
    """
    [row] = answer("Release trains")
    assert row[:3] == ("1.40.0-wmf.5", date(2026, 1, 6), "Ann")
    assert (day_of(row[3]), day_of(row[4])) == (1, 8)
    assert row[5:] == ("delivered", 2, 2, 1, 1)


def test_release_blockers(answer):
    found = [(*row[:3], day_of(row[3]), row[4], day_of(row[5]))
             for row in answer("Release blockers")]  # fmt: skip
    assert found == [
        ("1.40.0-wmf.5", "T1", "subtask", 1, "closed", 3),
        ("1.40.0-wmf.5", "T2", "subtask", 1, "standing", None),
        ("1.40.0-wmf.5", "T1", "subtask", 6, "closed", 6),
        ("1.40.0-wmf.5", "T1", "mention", 7, "closed", 7),
    ]
