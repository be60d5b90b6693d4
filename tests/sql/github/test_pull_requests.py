"""Pull requests: what they are measured by, their steps and reviews; numbers worked out by hand."""

from __future__ import annotations

import pytest

from tests.sql.github.github import CONTEXT, INSTANCE, GitHub, actor, hour_of


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    github = GitHub()
    merged = github.merged
    # 1: a plain one: written at 0, opened at 2, approved at 5, merged at 6.
    github.pull(1, github.commit(0, "a"), github.review(5, "APPROVED"), *github.merge(6),
                hour=2, **merged(6))  # fmt: skip
    # 2: a draft until 4; a bot reviews at 5, changes are asked for at 6, a push follows at 8, a
    # review is asked for again at 9, and approved at 10; merged at 12.
    github.pull(
        2, github.commit(0, "b"), github.event("ReadyForReviewEvent", 4),
        github.review(5, "COMMENTED", "lint[bot]"), github.review(5.5, "COMMENTED", "robot"),
        github.review(6, "CHANGES_REQUESTED"), github.commit(7, "b2"),
        github.event("HeadRefForcePushedEvent", 8, beforeCommit={"oid": "b"},
                     afterCommit={"oid": "b2"}),
        github.event("ReviewRequestedEvent", 9, requestedReviewer={**actor("bob")}),
        github.review(10, "APPROVED"), *github.merge(12),
        hour=1, **merged(12), additions=240, deletions=10,
    )  # fmt: skip
    # 3: the approval of 3 is dismissed at 4; another one comes at 7; closed without a merge at 8.
    dismissed = github.review(3, "DISMISSED")
    github.pull(
        3, github.commit(-1, "c", authored=-5), dismissed,
        github.event("ReviewDismissedEvent", 4, previousReviewState="APPROVED",
                     review={"id": dismissed["id"]}),
        github.review(7, "APPROVED", "eve"), github.event("ClosedEvent", 8),
        state="CLOSED", closedAt="2026-01-05T08:00:00Z",
    )  # fmt: skip
    # 4: by a deleted account, from a deleted fork; the author's own review counts for nothing, and
    # so does that of another deleted account, who may be the same.
    github.pull(4, github.review(1, "COMMENTED", None), author=None, headRepository=None,
                isCrossRepository=True, mergeCommit=None)  # fmt: skip
    # 5: closed at 2, reopened at 5; a deleted account approves at 6; open.
    github.pull(5, github.event("ClosedEvent", 2), github.event("ReopenedEvent", 5),
                github.review(6, "APPROVED", None))  # fmt: skip
    # 6: always a draft; two kinds that nobody knows.
    github.pull(6, {"__typename": "FutureEvent", "id": "E_f"}, github.review(3, "COMMENTED"),
                {"__typename": "FutureEvent", "id": "E_g"}, isDraft=True)  # fmt: skip
    # 7: approved by bob at 1, refused by eve at 2, who approves at 3; drafted again at 4.
    github.pull(7, github.review(1, "APPROVED"), github.review(2, "CHANGES_REQUESTED", "eve"),
                github.review(3, "APPROVED", "eve"), github.event("ConvertToDraftEvent", 4),
                isDraft=True, author=actor("dependabot[bot]"))  # fmt: skip
    # 8: closed, and the timeline does not tell of it; one of two reviews is missing, and its
    # commit.
    github.pull(8, github.review(1, "COMMENTED"), state="CLOSED", closedAt="2026-01-05T09:00:00Z",
                reviews={"totalCount": 2}, commits={"totalCount": 1})  # fmt: skip
    # 9: reviewed at 3 while it was a draft, ready at 10; 10: merged at 3, and reviewed at 50.
    github.pull(9, github.review(3, "COMMENTED"), github.event("ReadyForReviewEvent", 10))
    github.pull(10, *github.merge(3), github.review(50, "APPROVED"), **merged(3))
    warehouse.run(github.records(), CONTEXT, INSTANCE)


def steps(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_pull_request_steps",
        "sequence, step, entered_at, left_at",
        f"pull_request_key = 'github:P_{number}'",
    )
    return [(r["step"], hour_of(r["entered_at"]), hour_of(r["left_at"])) for r in rows]


@pytest.mark.parametrize(("number", "waits_from", "first_review"), [(9, 10, 3), (10, 0, None)])
def test_a_review_before_or_after_its_time_was_waited_for_by_nobody(
    warehouse, number, waits_from, first_review
):
    [row] = warehouse.rows(
        "mart.fct_pull_requests",
        "waits_from, first_review_at, time_to_first_review_seconds, "
        "working_time_to_first_review_seconds",
        f"pull_request_key = 'github:P_{number}'",
    )
    assert hour_of(row["waits_from"]) == waits_from
    assert hour_of(row["first_review_at"]) == first_review
    assert row["time_to_first_review_seconds"] is None
    assert row["working_time_to_first_review_seconds"] is None


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [("coding", 0, 2), ("waiting_for_review", 2, 5), ("waiting_for_merge", 5, 6)]),
        (
            2,
            [
                ("coding", 0, 4),
                ("waiting_for_review", 4, 6),
                ("in_review", 6, 9),
                ("waiting_for_review", 9, 10),
                ("waiting_for_merge", 10, 12),
            ],
        ),
        (
            3,
            [
                ("coding", -5, 0),
                ("waiting_for_review", 0, 3),
                ("waiting_for_merge", 3, 4),
                ("in_review", 4, 7),
                ("waiting_for_merge", 7, 8),
            ],
        ),
        (4, [("waiting_for_review", 0, None)]),
        (
            5,
            [
                ("waiting_for_review", 0, 2),
                ("closed", 2, 5),
                ("waiting_for_review", 5, 6),
                ("waiting_for_merge", 6, None),
            ],
        ),
        (6, [("coding", 0, None)]),
        (
            7,
            [
                ("waiting_for_review", 0, 1),
                ("waiting_for_merge", 1, 2),
                ("in_review", 2, 3),
                ("waiting_for_merge", 3, 4),
                ("coding", 4, None),
            ],
        ),
        (8, [("waiting_for_review", 0, 1), ("in_review", 1, 9)]),
    ],
)
def test_steps(warehouse, number, expected):
    assert steps(warehouse, number) == expected


def test_marks(warehouse):
    times = (
        "first_commit_at", "ready_at", "review_requested_at", "waits_from", "first_review_at",
        "approved_at", "merged_at", "closed_at",
    )  # fmt: skip
    rows = warehouse.rows("mart.fct_pull_requests", f"pull_request_id, {', '.join(times)}")
    found = {row["pull_request_id"]: [hour_of(row[name]) for name in times] for row in rows}
    assert found == {
        "P_1": [0, 2, None, 2, 5, 5, 6, 6],
        "P_2": [0, 4, 9, 4, 6, 10, 12, 12],
        "P_3": [-5, 0, None, 0, 3, 3, None, 8],
        "P_4": [None, 0, None, 0, None, None, None, None],
        "P_5": [None, 0, None, 0, 6, 6, None, None],
        "P_6": [None, None, None, None, 3, None, None, None],
        "P_7": [None, 0, None, 0, 1, 1, None, None],
        "P_8": [None, 0, None, 0, 1, None, None, 9],
        "P_9": [None, 10, None, 10, 3, None, None, None],
        "P_10": [None, 0, None, 0, None, None, 3, 3],
    }


def test_counts_and_attributes(warehouse):
    columns = (
        "pull_request_id, outcome, size_class, reviews, reviewers, review_rounds, checks_state, "
        "time_to_first_review_seconds, time_to_merge_seconds, is_author_bot, is_fork, author_key"
    )
    rows = warehouse.rows("mart.fct_pull_requests", columns)
    found = {row["pull_request_id"]: list(row.values())[1:] for row in rows}
    ann = "github:U_ann"
    assert found["P_1"] == ["merged", "s", 1, 1, 1, "success", 10800, 21600, False, False, ann]
    assert found["P_2"] == ["merged", "l", 2, 1, 2, "success", 7200, 43200, False, False, ann]
    assert found["P_3"] == ["closed", "s", 2, 2, 1, "success", 10800, None, False, False, ann]
    assert found["P_4"] == ["open", "s", 0, 0, 0, "success", None, None, False, True, None]
    assert found["P_5"] == ["open", "s", 1, 1, 1, "success", 21600, None, False, False, ann]
    assert found["P_7"][2:5] + found["P_7"][8:9] == [3, 2, 1, True]


def test_reviews_keep_what_they_said(warehouse):
    rows = warehouse.rows(
        "mart.fct_reviews",
        "submitted_at, state, is_review_by_person, is_bot, is_author, review_round, dismissed_at",
        "pull_request_key in ('github:P_2', 'github:P_3', 'github:P_4')",
    )
    found = [(hour_of(r["submitted_at"]), *list(r.values())[1:6], hour_of(r["dismissed_at"]))
             for r in rows]  # fmt: skip
    assert found == [
        (1, "commented", False, False, True, None, None),
        (3, "approved", True, False, False, 1, 4),
        (5, "commented", False, True, False, None, None),
        (5.5, "commented", False, True, False, None, None),
        (6, "changes_requested", True, False, False, 1, None),
        (7, "approved", True, False, False, 1, None),
        (10, "approved", True, False, False, 2, None),
    ]


def test_unknown_kinds_are_kept_and_found(warehouse):
    rows = warehouse.rows(
        "mart.fct_item_events", "event_id, kind, happened_at, event_order", "not is_known_kind"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("E_f", "FutureEvent", None, 1),
        ("E_g", "FutureEvent", None, 3),
    ]
    findings = warehouse.rows("ops.ops_pull_request_findings", "pull_request_key, rule, detail")
    assert [(f["pull_request_key"], f["rule"]) for f in findings] == [
        ("github:P_6", "unknown_timeline_kind"),
        ("github:P_8", "commits_incomplete"),
        ("github:P_8", "reviews_incomplete"),
    ]


def test_accounts_that_pull_requests_mention(warehouse):
    users = warehouse.rows("mart.dim_users", "user_id, user_type, is_known")
    assert [tuple(user.values()) for user in users] == [
        ("U_ann", "user", False),
        ("U_bob", "user", False),
        ("U_dependabot[bot]", "bot", False),
        ("U_eve", "user", False),
        ("U_lint[bot]", "bot", False),
        ("U_robot", "bot", False),
    ]
