"""Phabricator's frozen method alone tells what both methods together told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.company.generator import generate
from tests.oracle.reading import read_streams
from tests.sources.phabricator.conftest import no_frozen_method
from tests.sql.tracker import Tracker, phid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sql.warehouse import Warehouse

TASKS = 60


@pytest.fixture
def empty(warehouse: Warehouse) -> Iterator[Warehouse]:
    warehouse.clear()
    yield warehouse
    warehouse.clear()


def test_z_the_frozen_method_alone_makes_the_marts_that_both_make(empty):
    store = generate(seed=17, tasks=TASKS).store
    streams = read_streams(store)
    assert not streams["transactions"]
    empty.run(streams)
    one = empty.marts()
    empty.clear()
    with no_frozen_method():
        both = streams | {"transactions": read_streams(store)["transactions"]}
    assert len(both["transactions"]) == len(streams["task_transactions"]) > 10 * TASKS
    empty.run(both)
    two = empty.marts()
    assert len(one["fct_issues"]) == TASKS
    assert one.keys() == two.keys()
    for name, rows in one.items():
        assert _timeless(rows) == _timeless(two[name]), name


def test_z_raw_values_of_the_frozen_method_are_named(empty):
    """A priority that the server no longer lists keeps its number; 0 was a status once."""
    tracker = Tracker()
    tracker.priority(80, "High")
    tracker.task(1, status="resolved")
    for number, (kind, old, new) in enumerate(
        (
            ("core:create", None, None),
            ("priority", "80", "70"),
            ("title", "{80}", "80"),
            ("reassign", None, "PHID-USER-ann"),
            ("points", 1, 2.5),
            ("status", "0", "resolved"),
        ),
        start=1,
    ):
        older = {"transactionType": kind, "oldValue": old, "newValue": new}
        tracker.event(1, number, None, older=older, number=number)
    tracker.streams["transactions"].clear()
    empty.run(tracker.records())
    changes = empty.rows("mart.fct_issue_changes", "field, old_value, new_value")
    assert [tuple(row.values()) for row in changes] == [
        ("assignee", None, "PHID-USER-ann"),
        ("created", None, None),
        ("estimate", "1", "2.5"),
        ("priority", "High", "70"),
        ("status", "open", "resolved"),
        ("title", "{80}", "80"),
    ]
    statuses = empty.rows("mart.fct_issue_status_intervals", "issue_key, status_key")
    assert [row["status_key"] for row in statuses] == ["phabricator:open", "phabricator:resolved"]
    assert {row["issue_key"] for row in statuses} == {f"phabricator:{phid('TASK', 1)}"}


def test_z_a_renamed_priority_has_one_name(empty):
    """Whichever method told of it, and in the task itself."""
    tracker = Tracker()
    tracker.priority(80, "High")
    tracker.priority(50, "Normal")
    tracker.task(1)
    spelled = {"old": {"value": 50, "name": "Normal"}, "new": {"value": 80, "name": "High"}}
    older = {"transactionType": "priority", "oldValue": "50", "newValue": "80"}
    tracker.event(1, 1, "priority", spelled, older=older)
    back = {"transactionType": "priority", "oldValue": "80", "newValue": "50"}
    event = tracker.event(1, 2, None, older=back)
    del tracker.streams["transactions"][phid("XACT", f"TASK-{event}")]
    empty.run(tracker.records())
    tracker.priority(80, "Urgent")
    tracker.priority(50, "Usual")
    empty.run({"priorities": tracker.records()["priorities"]})
    changes = empty.rows("mart.fct_issue_changes", "event_order, old_value, new_value")
    assert [tuple(row.values())[1:] for row in changes] == [
        ("Usual", "Urgent"),
        ("Urgent", "Usual"),
    ]
    assert empty.rows("mart.fct_issues", "priority") == [{"priority": "Usual"}]


def _timeless(rows):
    """Without what tells when and by which batch a row was written."""
    return [
        {
            k: v
            for k, v in row.items()
            if not k.startswith("_") and k not in ("batch_id", "loaded_at")
        }
        for row in rows
    ]
