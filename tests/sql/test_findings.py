"""Every contradiction of a source is reported, once, and nothing else is."""

from __future__ import annotations

import pytest

from tests.sql.tracker import DAY, Tracker, phid

SECOND = 1 / DAY
RULES = {
    1: set(),
    2: {"status_disagrees_with_history", "closed_at_disagrees_with_history"},
    3: {"status_chain_broken"},
    4: {"closed_at_disagrees_with_history"},
    5: {"unmapped_status"},
    6: {"started_and_done_at_once"},
    7: {"transaction_without_detail"},
    8: {"closed_at_disagrees_with_history"},
    9: set(),
    10: {"closed_at_disagrees_with_history"},
    11: {"status_change_before_creation"},
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    tracker.task(1, status="duplicate", closed=2)
    tracker.moves(1, (1, "progress"), (2, "resolved"), (3, "duplicate"))
    tracker.task(2, status="resolved", closed=4)
    tracker.moves(2, (1, "progress"))
    tracker.task(3, status="resolved", closed=4)
    tracker.moves(3, (1, "progress"))
    tracker.moves(3, (4, "resolved"), first="stalled")
    tracker.task(4, status="resolved", closed=3)
    tracker.moves(4, (4, "resolved"))
    tracker.task(5, status="limbo")
    tracker.moves(5, (1, "limbo"), (2, "open"), (3, "limbo"))
    tracker.task(6, status="resolved", closed=3)
    tracker.moves(6, (3, "progress"), (3, "resolved"))
    tracker.task(7)
    tracker.event(7, 1, None)
    tracker.event(7, 2, None)
    tracker.task(8, status="resolved")
    tracker.moves(8, (4, "resolved"))
    tracker.task(9, status="resolved", closed=4 + 1 * SECOND)
    tracker.moves(9, (4, "resolved"))
    tracker.task(10, status="resolved", closed=4 - 2 * SECOND)
    tracker.moves(10, (4, "resolved"))
    tracker.task(11, created=2, status="progress")
    tracker.moves(11, (2 - 1 * SECOND, "progress"))
    warehouse.run(tracker.records())


@pytest.mark.parametrize("number", RULES)
def test_rules(warehouse, number):
    where = f"issue_key = 'phabricator:{phid('TASK', number)}'"
    rows = warehouse.rows("ops.ops_data_quality", "rule", where)
    assert sorted(row["rule"] for row in rows) == sorted(RULES[number])


def test_details_name_what_disagrees(warehouse):
    rows = warehouse.rows("ops.ops_data_quality", "rule, detail", "issue_key like '%-2'")
    assert {row["rule"]: row["detail"] for row in rows} == {
        "status_disagrees_with_history": "the issue is resolved, its history leads to progress",
        "closed_at_disagrees_with_history": "the source closes the issue, the history does not",
    }


def test_c4_a_change_before_the_creation_is_told(warehouse):
    (row,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'status_change_before_creation'"
    )
    assert row["detail"].endswith(
        "changed the status 1 seconds before the issue was created; it counts from the creation"
    )
