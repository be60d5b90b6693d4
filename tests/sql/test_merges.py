"""A task that is merged into another one becomes a duplicate, with or without a status change."""

from __future__ import annotations

import pytest

from tests.sql.tracker import Tracker, day_of, phid


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    merge = {"old": None, "new": phid("TASK", 9)}
    tracker.task(9)

    tracker.task(1, status="duplicate", closed=2)
    tracker.event(1, 2, "mergedinto", merge)

    tracker.task(2, status="duplicate", closed=5)
    tracker.moves(2, (1, "progress"))
    tracker.event(2, 5, "mergedinto", merge)

    tracker.task(3, status="duplicate", closed=4)
    tracker.event(3, 4, "status", {"old": "open", "new": "duplicate"}, group="one edit")
    tracker.event(3, 4, "mergedinto", merge, group="one edit")

    tracker.task(4, status="open")
    tracker.event(4, 1, "mergedinto", merge)
    tracker.moves(4, (3, "open"), first="duplicate")

    tracker.task(5, status="duplicate", closed=2)
    tracker.event(5, 2, "mergedinto", merge)
    tracker.event(5, 3, "mergedinto", merge)

    tracker.task(6, status="duplicate", closed=5)
    tracker.event(6, 5, "mergedinto", merge, number=1001)
    tracker.event(6, 1, "status", {"old": "open", "new": "progress"}, number=1002)
    warehouse.run(tracker.records())


def visits(warehouse, task):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "sequence, status_name, entered_at",
        where=f"issue_key = 'phabricator:{phid('TASK', task)}'",
    )
    return [(row["status_name"], day_of(row["entered_at"])) for row in rows]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        pytest.param(1, [("Open", 0), ("Duplicate", 2)], id="merged before any change"),
        pytest.param(2, [("Open", 0), ("Progress", 1), ("Duplicate", 5)], id="merged later"),
        pytest.param(3, [("Open", 0), ("Duplicate", 4)], id="merged with a status change"),
        pytest.param(4, [("Open", 0), ("Duplicate", 1), ("Open", 3)], id="merged and reopened"),
        pytest.param(5, [("Open", 0), ("Duplicate", 2)], id="merged twice"),
        pytest.param(6, [("Open", 0), ("Progress", 1), ("Duplicate", 5)], id="ids against time"),
    ],
)
def test_a_merge_leads_to_duplicate_once(warehouse, task, expected):
    assert visits(warehouse, task) == expected


def test_a_second_merge_is_no_change_of_the_status(warehouse):
    where = f"field = 'status' and issue_key = 'phabricator:{phid('TASK', 5)}'"
    rows = warehouse.rows("mart.fct_issue_changes", "old_value, new_value", where)
    assert [tuple(row.values()) for row in rows] == [("open", "duplicate")]


def test_no_contradiction_is_reported(warehouse):
    assert warehouse.rows("mart.v_data_quality", where="kind = 'contradiction'") == []
