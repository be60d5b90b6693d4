"""Who had an issue and who answered first: fields that once took several people, and moves."""

from __future__ import annotations

import pytest

from tests.sql.youtrack.youtrack import (
    ALPHA,
    ASSIGNEE,
    CONTEXT,
    GAMMA,
    GAMMA_OPEN,
    OWNER,
    YouTrack,
    day_of,
    user,
)

DAY = 86_400
ANN, BOB, CAT = user("ann"), user("bob"), user("cat")


@pytest.fixture(scope="module")
def built(warehouse):
    youtrack = YouTrack()
    # 1: the field took several people for a while; of these, the one counts who came last.
    youtrack.issue(1, values={ASSIGNEE: ANN})
    youtrack.activity(1, 1, "Comments", [{"id": "7-1"}], [], author="ann")
    youtrack.change(1, 2, ASSIGNEE, None, BOB)
    youtrack.change(1, 3, ASSIGNEE, BOB, ANN)
    youtrack.change(1, 4, ASSIGNEE, [ANN], [BOB, CAT])
    youtrack.change(1, 5, ASSIGNEE, [BOB, CAT], [ANN])
    # 2: a comment answers; 3: the assignee is another field in the project that it moved to.
    youtrack.issue(2, created=1)
    youtrack.activity(2, 2.5, "Comments", [{"id": "7-2"}], [])
    youtrack.issue(3, GAMMA_OPEN, project=GAMMA, values={OWNER: BOB})
    youtrack.change(3, 1, ASSIGNEE, None, ANN, author="ann")
    youtrack.transfer(3, 3, ALPHA, GAMMA)
    youtrack.change(3, 4, OWNER, None, BOB)
    return warehouse.run(youtrack.records(), CONTEXT, "youtrack")


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        (1, [("1-bob", 2, 3), ("1-ann", 3, 4), ("1-cat", 4, 5), ("1-ann", 5, None)]),
        (2, []),
        (3, [("1-ann", 1, 4), ("1-bob", 4, None)]),
    ],
)
def test_assignments_follow_the_history(warehouse, built, issue, expected):
    rows = warehouse.rows(
        "mart.fct_issue_assignments",
        "sequence, assignee_key, assigned_at, released_at",
        f"issue_key = 'youtrack:2-{issue}'",
    )
    assert [
        (row["assignee_key"].removeprefix("youtrack:"), day_of(row["assigned_at"]),
         day_of(row["released_at"]))
        for row in rows
    ] == expected  # fmt: skip
    assert warehouse.rows("ops.ops_data_quality", "rule", "rule like 'assignee%'") == []


def test_participants_acted_or_had_the_issue(warehouse, built):
    rows = warehouse.rows(
        "mart.fct_issue_participants",
        "user_key, changes, is_author, is_assignee, first_active_at, last_active_at",
        "issue_key = 'youtrack:2-1'",
    )
    found = [
        (*list(row.values())[:4], day_of(row["first_active_at"]), day_of(row["last_active_at"]))
        for row in rows
    ]
    assert found == [
        ("youtrack:1-ann", 2, True, True, 0, 1),
        ("youtrack:1-bob", 8, False, True, 2, 5),
        ("youtrack:1-cat", 0, False, True, None, None),
    ]


def test_first_response_is_a_change_or_a_comment(warehouse, built):
    rows = warehouse.rows(
        f"stage.int_first_responses__{built.batch_id}",
        "issue_id, first_response_at, first_response_seconds",
    )
    assert [
        (row["issue_id"], day_of(row["first_response_at"]), row["first_response_seconds"])
        for row in rows
    ] == [("2-1", 2, 2 * DAY), ("2-2", 2.5, 1.5 * DAY), ("2-3", 3, 3 * DAY)]
