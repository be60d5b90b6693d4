"""One row per changed field, or per value that came or went."""

from __future__ import annotations

import pytest

from tests.sql.tracker import Tracker, phid

ANN, BOB = phid("USER", "ann"), phid("USER", "bob")


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    tracker.task(1, projects=(1,), columns={1: 1})
    tracker.event(1, 0, "create")
    tracker.event(1, 1, "title", {"old": "Draft", "new": "Task 1"})
    tracker.event(1, 1, "title", {"old": "Task 1", "new": "Task 1"})
    tracker.event(1, 2, "owner", {"old": None, "new": BOB})
    tracker.event(1, 3, "priority", {"old": {"value": 90, "name": "Needs Triage"},
                                     "new": {"value": 80, "name": "High"}})  # fmt: skip
    tracker.event(1, 4, "points", {"old": None, "new": 0})
    tracker.event(1, 5, "comment")
    tracker.joins(1, 6, 1, 2, leaves=(3,))
    tracker.event(1, 7, "subscribers", {"operations": [{"operation": "add", "phid": ANN}]})
    tracker.drags(1, 8, 1, 1, 0)
    tracker.edge(1, 9, 3, [], [phid("TASK", 2)])
    # An edge's values may also be an object; one value stays, one goes, one comes.
    tracker.edge(1, 10, 52, {"A": {}, "B": {}}, {"B": {}, "C": {}})
    for day, older in (
        (
            11,
            {
                "transactionType": "core:customfield",
                "newValue": "acme:bug",
                "meta": {"customfield:key": "std:maniphest:acme.story"},
            },
        ),
        (12, {"transactionType": "core:view-policy", "oldValue": "public", "newValue": "users"}),
    ):
        tracker.event(1, day, None, older=older)
    tracker.event(1, 13, None)
    warehouse.run(tracker.records())


EXPECTED = {
    ("created", None, None),
    ("title", "Draft", "Task 1"),
    ("assignee", None, BOB),
    ("priority", "Needs Triage", "High"),
    ("estimate", None, "0"),
    ("comment", None, None),
    ("project", None, phid("PROJ", 1)),
    ("project", None, phid("PROJ", 2)),
    ("project", phid("PROJ", 3), None),
    ("subscriber", None, ANN),
    ("column", phid("PCOL", "1-0"), phid("PCOL", "1-1")),
    ("subtask", None, phid("TASK", 2)),
    ("mention", "A", None),
    ("mention", None, "C"),
    ("custom:acme.story", None, "acme:bug"),
    ("view_policy", "public", "users"),
}


def test_each_change_says_what_it_was_and_what_it_is(warehouse):
    rows = warehouse.rows("mart.fct_issue_changes", "change_key, field, old_value, new_value")
    assert {(row["field"], row["old_value"], row["new_value"]) for row in rows} == EXPECTED
    assert len({row["change_key"] for row in rows}) == len(rows) == len(EXPECTED)


def test_transaction_without_detail_is_a_finding_and_no_change(warehouse):
    (finding,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'transaction_without_detail'"
    )
    assert finding["detail"].startswith("1 transactions ")
