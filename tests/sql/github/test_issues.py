"""Issues: statuses by closings, labels and boards, transfers, and findings; worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.meanings import meaning
from tests.records import make_record
from tests.sql.github.github import (
    CONTEXT,
    INSTANCE,
    SHOP,
    SITE,
    GitHub,
    actor,
    at,
    hour_of,
    nodes,
    repository,
)

BOARD = {"id": "PVT_1", "number": 7, "title": "Roadmap"}
OPTIONS = [
    {"id": "o1", "name": "Todo"},
    {"id": "o2", "name": "Doing"},
    {"id": "o3", "name": "Review"},
]
MILESTONE = {"id": "MI_1", "number": 1, "title": "v1", "state": "OPEN", "createdAt": at(-10),
             "dueOn": at(300), "repository": repository(SHOP)}  # fmt: skip
LABELS = replace(
    CONTEXT,
    options={"status_labels": ["doing", "blocked"], "type_labels": ["bug"]},
    statuses={"doing": meaning("in_progress"), "blocked": meaning("in_progress", True)},
)
BY_BOARD = replace(
    CONTEXT,
    options={"status_from_board": "Roadmap"},
    statuses={"Doing": meaning("in_progress"), "Review": meaning("in_progress", True),
              "Todo": meaning("todo")},
)  # fmt: skip


def world():
    """Issues of all kinds."""
    github = GitHub()
    event = github.event
    fields = [{"id": "F1", "name": "Status", "options": OPTIONS}, {"id": "F2", "name": "Size",
              "options": [{"id": "o9", "name": "XL"}]}]  # fmt: skip
    github.put(
        "boards", {**BOARD, "closed": False, "createdAt": at(-10), "fields": {"nodes": fields}}
    )
    github.put("milestones", MILESTONE)

    def labelled(kind, hour, name):
        return event(kind, hour, label={"id": f"L_{name}", "name": name})

    def moved(hour, before, after):
        return event("ProjectV2ItemStatusChangedEvent", hour, project=BOARD,
                     previousStatus=before, status=after)  # fmt: skip

    closed = {"state": "CLOSED", "closedAt": at(10)}
    # 1: completed at 4, reopened at 6, closed without a reason at 10.
    github.issue(1, event("ClosedEvent", 4, stateReason="COMPLETED"), event("ReopenedEvent", 6),
                 event("ClosedEvent", 10, stateReason=None), **closed)  # fmt: skip
    # 2, 3: not planned, and a duplicate.
    github.issue(2, event("ClosedEvent", 10, stateReason="NOT_PLANNED"), **closed,
                 stateReason="NOT_PLANNED")  # fmt: skip
    github.issue(
        3,
        event("MarkedAsDuplicateEvent", 9, canonical={"__typename": "Issue", "id": "I_1"}),
        event("ClosedEvent", 10, stateReason="DUPLICATE"),
        **closed,
        stateReason="DUPLICATE",
    )
    # 4: became a discussion.
    github.issue(4, event("ConvertedToDiscussionEvent", 10, discussion={"id": "D", "number": 1}),
                 event("ClosedEvent", 10, stateReason="COMPLETED"), **closed,
                 stateReason="COMPLETED")  # fmt: skip
    # 5: came from the site at 3; by a deleted account; two kinds that nobody knows.
    github.issue(5, event("TransferredEvent", 3, fromRepository=repository(SITE)),
                 {"__typename": "FutureEvent", "id": "X1"},
                 {"__typename": "FutureEvent", "id": "X2"},
                 author=None)  # fmt: skip
    # 6: closed, and the timeline does not tell; labels that came are fewer than they say; no url.
    github.issue(
        6, **closed, url=None, labels={"totalCount": 3, "nodes": [{"id": "L", "name": "x"}]}
    )
    # 7: doing from 1 to 5, blocked from 3 on; both now by mistake, as doing came back at 7.
    github.issue(
        7, labelled("LabeledEvent", 1, "doing"), labelled("LabeledEvent", 3, "blocked"),
        labelled("UnlabeledEvent", 5, "doing"), labelled("LabeledEvent", 7, "doing"),
        labelled("LabeledEvent", 7, "bug"),
        labels=nodes(*({"id": f"L_{n}", "name": n} for n in ("doing", "blocked", "bug"))),
    )  # fmt: skip
    # 8: on the board from 1 on, Todo at 1, Doing at 3, closed at 10; its parent of 2 was deleted.
    github.issue(
        8, event("AddedToProjectV2Event", 1, project=BOARD), moved(2, "", "Todo"),
        event("ParentIssueAddedEvent", 2, parent={"id": "I_1", "number": 1}),
        moved(3, "Todo", "Doing"), event("ClosedEvent", 10, stateReason="COMPLETED"), **closed,
        projectItems=nodes(
            {"id": "PVTI", "project": BOARD, "status": {"optionId": "o2", "name": "Doing"}}),
    )  # fmt: skip
    # 9: people, milestone, parent, estimate, type, blocker.
    github.issue(
        9, event("AssignedEvent", 1, assignee=actor("bob")),
        event("MilestonedEvent", 2, milestoneTitle="v1"),
        event("ParentIssueAddedEvent", 3, parent={"id": "I_1", "number": 1}),
        event("BlockedByAddedEvent", 4, blockingIssue={"id": "I_2", "number": 2}),
        event("BlockedByRemovedEvent", 6, blockingIssue={"id": "I_2", "number": 2}),
        event("IssueTypeChangedEvent", 5, issueType={"id": "T2", "name": "Feature"},
              prevIssueType={"id": "T1", "name": "Task"}),
        event("IssueFieldChangedEvent", 6, issueField={"id": "IF", "name": "Estimate"},
              newValue="8", previousValue="5"),
        event("RenamedTitleEvent", 7, previousTitle="Old", currentTitle="Issue 9"),
        event("IssueComment", 8, "bob", body="Hello"),
        assignees=nodes({"id": "U_bob", "login": "bob", "name": "Bob"}), milestone=MILESTONE,
        issueType={"id": "T2", "name": "Feature"}, parent={"id": "I_1", "number": 1},
        issueFieldValues=nodes(
            {"__typename": "IssueFieldNumberValue", "number": 8, "field": {"name": "Estimate"}}),
    )  # fmt: skip
    # 10: the former id of 5.
    github.issue(10, event("ClosedEvent", 1, stateReason="COMPLETED"), repository={
        "id": SITE, "nameWithOwner": "acme/site"}, **closed)  # fmt: skip
    tombstone = {
        "record_id": "I_10",
        "record_state": "transferred",
        "found_at_ms": 1,
        "moved_to": "I_5",
    }
    records = github.records()
    records["issue_tombstones"] = [make_record("I_10", "I_10", 10**13, tombstone)]
    return records


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    warehouse.run(world(), CONTEXT, INSTANCE)
    warehouse.run(world(), LABELS, "github__labels")
    warehouse.run(world(), BY_BOARD, "github__board")


def visits(warehouse, number, instance=INSTANCE):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals", "sequence, status_key, entered_at",
        f"issue_key = '{instance}:I_{number}'",
    )  # fmt: skip
    return [(r["status_key"].removeprefix(f"{instance}:"), hour_of(r["entered_at"])) for r in rows]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [("open", 0), ("closed:completed", 4), ("open", 6), ("closed:completed", 10)]),
        (2, [("open", 0), ("closed:not_planned", 10)]),
        (3, [("open", 0), ("closed:duplicate", 10)]),
        (4, [("open", 0), ("closed:discussion", 10)]),
        (5, [("open", 0)]),
        (6, [("open", 0), ("closed:completed", 10)]),
        (7, [("open", 0)]),
        (10, [("transferred", 0)]),
    ],
)
def test_statuses_by_closings(warehouse, number, expected):
    assert visits(warehouse, number) == expected


def test_outcomes(warehouse):
    rows = warehouse.rows("mart.fct_issue_deliveries", "issue_key, outcome",
                          "instance = 'github'")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("github:I_1", "delivered"),
        ("github:I_1", "delivered"),
        ("github:I_10", "discarded"),
        ("github:I_2", "discarded"),
        ("github:I_3", "discarded"),
        ("github:I_4", "discarded"),
        ("github:I_6", "delivered"),
        ("github:I_8", "delivered"),
    ]


def test_labels_as_statuses(warehouse):
    assert visits(warehouse, 7, "github__labels") == [
        ("open", 0), ("label:doing", 1), ("label:blocked", 3), ("label:doing", 7),
    ]  # fmt: skip
    [issue] = warehouse.rows(
        "mart.fct_issues", "status_key, status_category, issue_type",
        "issue_key = 'github__labels:I_7'",
    )  # fmt: skip
    assert list(issue.values()) == ["github__labels:label:doing", "in_progress", "bug"]


def test_a_board_as_the_status(warehouse):
    assert visits(warehouse, 8, "github__board") == [
        ("open", 0), ("board:o1", 2), ("board:o2", 3), ("closed:completed", 10),
    ]  # fmt: skip
    assert visits(warehouse, 8) == [("open", 0), ("closed:completed", 10)]


def test_column_intervals(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_column_intervals", "sequence, column_name, entered_at, left_at",
        "issue_key = 'github:I_8'",
    )  # fmt: skip
    assert [(r["column_name"], hour_of(r["entered_at"]), hour_of(r["left_at"])) for r in rows] == [
        ("No Status", 1, 2), ("Todo", 2, 3), ("Doing", 3, None),
    ]  # fmt: skip


def test_changes(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_changes", "changed_at, field, old_value, new_value",
        "issue_key = 'github:I_9'",
    )  # fmt: skip
    assert [(hour_of(r["changed_at"]), *list(r.values())[1:]) for r in rows] == [
        (0, "created", None, None),
        (1, "assignee", None, "U_bob"),
        (2, "milestone", None, "v1"),
        (2, "project", None, "milestone:MI_1"),
        (3, "parent", None, "I_1"),
        (4, "link:blocked by", None, "I_2"),
        (5, "issue_type", "Task", "Feature"),
        (6, "estimate", "5", "8"),
        (6, "link:blocked by", "I_2", None),
        (7, "title", "Old", "Issue 9"),
        (8, "comment", None, rows[-1]["new_value"]),
    ]
    [issue] = warehouse.rows(
        "mart.fct_issues", "readable_id, estimate, sprint, team, parent_key, assignee_key",
        "issue_key = 'github:I_9'",
    )  # fmt: skip
    assert list(issue.values()) == ["acme/shop#9", 8, "v1", "shop", "github:I_1", "github:U_bob"]


def test_a_parent_that_the_issue_does_not_have_any_more_went_by_its_last_update(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_changes", "changed_at, old_value, new_value",
        "issue_key = 'github:I_8' and field = 'parent'",
    )  # fmt: skip
    [issue] = warehouse.rows(
        "mart.fct_issues", "parent_key, updated_at", "issue_key = 'github:I_8'"
    )
    came, went = (list(row.values()) for row in rows)
    assert (hour_of(came[0]), *came[1:]) == (2, None, "I_1")
    assert went == [issue["updated_at"], "I_1", None]
    assert issue["parent_key"] is None


def test_a_transferred_issue_goes_on(warehouse):
    """The work before counts under the repository of that time, and the former id leads on."""
    rows = warehouse.rows(
        "mart.fct_issue_changes", "field, old_value, new_value",
        "issue_key = 'github:I_5' and field = 'project'",
    )  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        ["project", SITE, None], ["project", None, SHOP],
    ]  # fmt: skip
    rows = warehouse.rows(
        "mart.fct_transfers",
        "item_key, from_project_key, to_project_key, is_redirect, current_item_key",
        "instance = 'github'",
    )  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        ["github:I_10", "github:R_site", None, True, "github:I_5"],
        ["github:I_5", "github:R_site", "github:R_shop", False, "github:I_5"],
    ]
    [issue] = warehouse.rows("mart.fct_issues", "author_key, team", "issue_key = 'github:I_5'")
    assert list(issue.values()) == [None, "shop"]


def test_findings(warehouse):
    rules = ("unknown_timeline_kind", "closed_without_event", "null_against_schema",
             "list_incomplete", "status_labels_in_conflict")  # fmt: skip
    rows = warehouse.rows("ops.ops_data_quality", "instance, issue_key, rule", f"rule in {rules}")
    found = {tuple(row.values())[1:] for row in rows if row["instance"] == INSTANCE}
    assert found == {
        ("github:I_5", "unknown_timeline_kind"),
        ("github:I_6", "closed_without_event"),
        ("github:I_6", "list_incomplete"),
        ("github:I_6", "null_against_schema"),
    }
    by_labels = {tuple(row.values())[1:] for row in rows if row["instance"] == "github__labels"}
    assert ("github__labels:I_7", "status_labels_in_conflict") in by_labels


def test_unknown_kinds_land(warehouse):
    rows = warehouse.rows("mart.fct_item_events", "event_id, kind, happened_at, item_key",
                          "not is_known_kind and instance = 'github'")  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        ["X1", "FutureEvent", None, "github:I_5"],
        ["X2", "FutureEvent", None, "github:I_5"],
    ]
