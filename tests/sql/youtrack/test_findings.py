"""Contradictions that YouTrack's own answers show, and what a window without issues builds."""

from __future__ import annotations

import pytest

from tests.sql.youtrack.youtrack import ALPHA, BETA, DOING, DONE, GAMMA, YouTrack, run

RULES = {
    1: [],
    2: ["state_without_bundle", "unmapped_status", "unmapped_status"],
    3: ["history_without_creation"],
    4: ["status_disagrees_with_history"],
    5: ["status_chain_broken"],
    6: ["closed_at_disagrees_with_history"],
    7: ["state_without_bundle", "unmapped_status"],
    8: [],
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    youtrack.issue(1, DONE, resolved=2)
    youtrack.moves(1, (1, DOING), (2, DONE))
    # A bundle that nobody shows: elements 74-1 and 74-2.
    youtrack.issue(2, "74-2")
    youtrack.moves(2, (1, "74-2"), first="74-1")
    youtrack.issue(3, first_activity=False)
    youtrack.issue(4)
    youtrack.moves(4, (1, DOING))
    youtrack.issue(5, DONE, resolved=2)
    youtrack.moves(5, (1, DOING))
    youtrack.moves(5, (2, DONE), first="71-3")
    youtrack.issue(6, DONE, resolved=3)
    youtrack.moves(6, (2, DONE))
    # Only the history has the element.
    youtrack.issue(7, DOING)
    youtrack.moves(7, (1, "74-1"), (2, DOING))
    # A move changes the status without a word, and contradicts nothing.
    youtrack.issue(8, "72-2", project=BETA)
    youtrack.moves(8, (1, DOING))
    youtrack.transfer(8, 2, ALPHA, GAMMA)
    youtrack.moves(8, (3, "73-1"), first="73-2")
    youtrack.transfer(8, 4, GAMMA, BETA)
    run(warehouse, youtrack)


@pytest.mark.parametrize("number", RULES)
def test_rules(warehouse, number):
    rows = warehouse.rows("ops.ops_data_quality", "rule", f"issue_key = 'youtrack:2-{number}'")
    assert [row["rule"] for row in rows] == RULES[number]


def test_detail_names_the_state(warehouse):
    (row,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'state_without_bundle' and issue_key like '%-7'"
    )
    assert row["detail"] == "no state bundle lists 74-1"


def test_window_without_issues_changes_nothing(warehouse):
    marts = warehouse.marts()
    snapshots = YouTrack()
    run(warehouse, snapshots)
    assert warehouse.marts() == marts
    assert len(marts["fct_issues"]) == len(RULES)
