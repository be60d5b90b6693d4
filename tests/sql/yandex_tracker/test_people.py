"""Who had an issue and who answered first: the changelog tells comments too."""

from __future__ import annotations

import pytest

from tests.sql.yandex_tracker.tracker import (
    ANN,
    BOB,
    DAY,
    INSTANCE,
    Tracker,
    day_of,
    issue_id,
    of,
    status,
    user,
)

ROBOT = "robot-integration"


@pytest.fixture(scope="module")
def built(warehouse):
    tracker = Tracker()
    # 1: assigned by the entry that creates it; a robot answers before bob does.
    tracker.issue(1)
    tracker.entry(1, 0, "IssueCreated", ("status", None, status("1")),
                  ("assignee", None, user(BOB)), actor=ANN)  # fmt: skip
    tracker.entry(1, 1, "IssueUpdated", ("summary", "Draft", "Issue 1"), actor=ROBOT)
    tracker.entry(1, 2, "IssueCommentAdded", comments={"added": [{"id": "10"}]}, actor=ANN)
    tracker.entry(1, 3, "IssueCommentAdded", comments={"added": [{"id": "11"}]})
    tracker.entry(1, 4, "IssueUpdated", ("assignee", user(BOB), None), actor=ANN)
    # 2: two changes of the assignee in one entry; today it is somebody else's.
    tracker.issue(2, assignee=user(BOB))
    tracker.creation(2)
    tracker.entry(2, 1, "IssueUpdated", ("assignee", user(BOB), user(ANN)),
                  ("assignee", None, user(BOB)), actor=ANN)  # fmt: skip
    streams = {stream: list(records.values()) for stream, records in tracker.streams.items()}
    return warehouse.run(streams, instance=INSTANCE)


@pytest.mark.parametrize(("issue", "expected"), [(1, [(BOB, 0, 4)]), (2, [(ANN, 1, None)])])
def test_assignments_follow_the_changelog(warehouse, built, issue, expected):
    columns = "sequence, assignee_key, assigned_at, released_at"
    rows = warehouse.rows("mart.fct_issue_assignments", columns, of(issue))
    assert [
        (row["assignee_key"].removeprefix(f"{INSTANCE}:"), day_of(row["assigned_at"]),
         day_of(row["released_at"]))
        for row in rows
    ] == expected  # fmt: skip


def test_changelog_that_leads_to_another_assignee_is_a_finding(warehouse, built):
    rule = "rule = 'field_disagrees_with_history'"
    rows = warehouse.rows("ops.ops_data_quality", "issue_key, detail", rule)
    told = f"assignee is {BOB}, its history leads to {ANN}"
    assert [tuple(row.values()) for row in rows] == [(f"{INSTANCE}:{issue_id(2)}", told)]


def test_first_response_is_the_comment_of_a_person(warehouse, built):
    rows = warehouse.rows(
        f"stage.int_first_responses__{built.batch_id}",
        "issue_id, first_response_at, first_response_seconds",
    )
    assert [
        (row["issue_id"], day_of(row["first_response_at"]), row["first_response_seconds"])
        for row in rows
    ] == [(issue_id(1), 3, 3 * DAY), (issue_id(2), None, None)]
