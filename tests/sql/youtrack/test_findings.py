"""Contradictions that YouTrack's own answers show, and what a window without issues builds."""

from __future__ import annotations

import json

import pytest

from tests.records import make_record, payload_of
from tests.sql.youtrack.youtrack import (
    ALPHA,
    BETA,
    DOING,
    DONE,
    GAMMA,
    OPEN,
    STATE,
    YouTrack,
    at,
    day_of,
    run,
    state,
)

RULES = {
    1: [],
    2: ["state_without_bundle", "unmapped_status", "unmapped_status"],
    3: ["history_without_creation"],
    4: ["status_disagrees_with_history"],
    5: ["status_chain_broken"],
    6: ["closed_at_disagrees_with_history", "delivered_without_start"],
    7: ["state_without_bundle", "unmapped_status"],
    8: [],
    9: ["fields_of_one_name"],
    10: ["dated_in_the_future", "unreadable_value"],  # its update counts 2 x 56 years from 1970
    11: ["open_subtasks_of_done_issue"],
    12: [],
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
    fields = [
        {"id": f"92-{number}", "name": "Effort", "value": value, "projectCustomField": {
            "id": f"92-{number}",
            "field": {"id": f"58-{number}", "name": "Effort", "fieldType": {"id": "string"}},
        }}
        for number, value in ((100, "much"), (99, 60))
    ]  # fmt: skip
    status = {"id": "92-1", "name": "State", "value": state(OPEN), "projectCustomField": {
        "id": "92-1", "field": {"id": STATE.id, "name": "State", "fieldType": {"id": STATE.type}},
    }}  # fmt: skip
    youtrack.issue(9, customFields=[*fields, status])
    youtrack.issue(10, created=1, version=at(1), first_activity=False)
    payload = payload_of(youtrack.streams["issues"]["2-10"]) | {"created": 576_000_000_000_000}
    youtrack.streams["issues"]["2-10"] = make_record("2-10", None, at(1), payload)
    youtrack.activity(10, 1, "IssueCreated", [], [], author="ann")
    # 12 is a sub-task of 11.
    youtrack.issue(11, DONE, resolved=2)
    youtrack.moves(11, (1, DOING), (2, DONE))
    youtrack.issue(12)
    youtrack.activity(12, 1, "Links", [{"id": "2-11", "idReadable": "ALPHA-11"}], [],
                      field={"id": "106-1t", "name": "subtask of"})  # fmt: skip
    run(warehouse, youtrack)


@pytest.mark.parametrize("number", RULES)
def test_rules(warehouse, number):
    """All issues are nobody's, so that none has been assigned; they are left out here."""
    where = f"issue_key = 'youtrack:2-{number}' and rule not like '%_without_assignee'"
    rows = warehouse.rows("mart.v_data_quality", "rule", where)
    assert [row["rule"] for row in rows] == RULES[number]


def test_detail_names_the_state(warehouse):
    (row,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'state_without_bundle' and issue_key like '%-7'"
    )
    assert row["detail"] == "no state bundle lists 74-1"


def test_d4_of_fields_of_one_name_the_one_with_the_lowest_id_counts(warehouse):
    (issue,) = warehouse.rows("mart.fct_issues", "custom_fields", "readable_id = 'ALPHA-9'")
    assert json.loads(issue["custom_fields"]) == {"Effort": 60}


def test_d2_a_time_that_cannot_be_read_is_the_version_and_a_finding(warehouse):
    (issue,) = warehouse.rows("mart.fct_issues", "created_at", "readable_id = 'ALPHA-10'")
    assert day_of(issue["created_at"]) == 1
    where = "rule = 'unreadable_value'"
    assert [row["detail"] for row in warehouse.rows("ops.ops_data_quality", "detail", where)] == [
        "1 values cannot be read, such as created: 576000000000000"
    ]


def test_window_without_issues_changes_nothing(warehouse):
    marts = warehouse.marts()
    snapshots = YouTrack()
    run(warehouse, snapshots)
    assert warehouse.marts() == marts
    assert len(marts["fct_issues"]) == len(RULES)
