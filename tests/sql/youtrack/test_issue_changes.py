"""One row per changed field, or per value that came or went; values are lists, objects or bare."""

from __future__ import annotations

import pytest

from tests.sql.youtrack.youtrack import (
    ALPHA,
    ASSIGNEE,
    BETA,
    BETA_DOING,
    DOING,
    DUE,
    EFFORT,
    NOTE,
    OPEN,
    POINTS,
    PRIORITY,
    REVIEWER,
    TYPE,
    VERSIONS,
    WATCHERS,
    YouTrack,
    at,
    element,
    run,
    user,
)

A, B, C = (element(f"90-{n}", f"v{n}") for n in (1, 2, 3))


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    youtrack.issue(1, BETA_DOING, project=BETA)
    youtrack.activity(1, 1, "Summary", "Issue 1", "Draft")
    youtrack.activity(1, 1, "Description", "Long\ntext", None)
    youtrack.moves(1, (2, DOING))
    youtrack.change(1, 3, ASSIGNEE, None, user("ann"))
    youtrack.change(1, 4, ASSIGNEE, user("ann"), user("bob"))
    youtrack.change(1, 5, PRIORITY, element("81-1", "Normal"), element("81-2", "Срочный"))
    youtrack.change(1, 5, TYPE, element("82-1", "Bug"), None)
    youtrack.change(1, 6, POINTS, None, 3.0)
    youtrack.change(1, 6, POINTS, 3.0, 2.5)
    youtrack.change(1, 7, EFFORT, 340, 440)
    youtrack.change(1, 7, EFFORT, 440, 0)
    youtrack.change(1, 8, DUE, None, at(30))
    youtrack.change(1, 8, NOTE, '{"not": "an object"}', "two\nlines")
    # One value stays, one goes, two come; then one takes another's place.
    youtrack.change(1, 9, VERSIONS, [A], [B, C])
    youtrack.change(1, 10, VERSIONS, [B], [A])
    youtrack.change(1, 11, WATCHERS, [], [user("ann"), user("bob")])
    youtrack.change(1, 12, REVIEWER, user("bob"), None)
    youtrack.activity(1, 13, "Tags", [{"id": "6-1", "name": "blocked"}], [])
    youtrack.activity(1, 14, "Links", [{"id": "2-9"}], [], field={"name": "depends on"})
    youtrack.activity(1, 15, "Comments", [{"id": "7-1"}], [])
    youtrack.activity(1, 16, "Comments", [], [{"id": "7-1"}])
    youtrack.activity(1, 17, "IssueResolved", at(17), None)
    youtrack.activity(1, 18, "IssueResolved", None, at(17))
    youtrack.plan(1, 19, ("108-1",))
    youtrack.plan(1, 20, ("108-2",), ("108-1",))
    youtrack.transfer(1, 21, ALPHA, BETA)
    youtrack.activity(1, 22, "WorkItemDuration", {"id": "90", "minutes": 90}, None)
    # What changes nothing is no change.
    youtrack.change(1, 23, NOTE, "same", "same")
    youtrack.change(1, 23, VERSIONS, [A], [A])
    run(warehouse, youtrack)


EXPECTED = {
    ("created", None, None),
    ("title", "Draft", "Issue 1"),
    ("description", None, "Long\ntext"),
    ("status", OPEN, DOING),
    ("assignee", None, "1-ann"),
    ("assignee", "1-ann", "1-bob"),
    ("priority", "Normal", "Срочный"),
    ("issue_type", "Bug", None),
    ("estimate", None, "3"),
    ("estimate", "3", "2.5"),
    ("custom:Effort", "340", "440"),
    ("custom:Effort", "440", "0"),
    ("custom:Due", None, "1769817600000"),
    ("custom:Note", '{"not": "an object"}', "two\nlines"),
    ("custom:Fix versions", "v1", None),
    ("custom:Fix versions", None, "v2"),
    ("custom:Fix versions", None, "v3"),
    ("custom:Fix versions", "v2", None),
    ("custom:Fix versions", None, "v1"),
    ("custom:Watchers", None, "1-ann"),
    ("custom:Watchers", None, "1-bob"),
    ("custom:A reviewer", "1-bob", None),
    ("tag", None, "blocked"),
    ("link:depends on", None, "2-9"),
    ("comment", None, "7-1"),
    ("comment", "7-1", None),
    ("resolved", None, "1768694400000"),
    ("resolved", "1768694400000", None),
    ("project", None, "sprint:108-1"),
    ("project", "sprint:108-1", None),
    ("project", None, "sprint:108-2"),
    ("project", "project:0-1", None),
    ("project", None, "project:0-2"),
    ("workitemduration", None, "90"),
    # The move leads to Beta's element of the same name.
    ("status", DOING, BETA_DOING),
}


def test_each_change_says_what_it_was_and_what_it_is(warehouse):
    rows = warehouse.rows("mart.fct_issue_changes", "change_key, field, old_value, new_value")
    found = [(row["field"], row["old_value"], row["new_value"]) for row in rows]
    assert sorted(found, key=str) == sorted(EXPECTED, key=str)
    assert len({row["change_key"] for row in rows}) == len(rows)


def test_values_of_a_list_are_told_apart_by_their_ids(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_changes", "change_key, event_id", "field = 'custom:Watchers'"
    )
    event = rows[0]["event_id"]
    assert [row["change_key"] for row in rows] == [
        f"youtrack:{event}:+1-ann", f"youtrack:{event}:+1-bob"
    ]  # fmt: skip


def test_order_is_that_of_time_then_of_id(warehouse):
    rows = warehouse.rows("mart.fct_issue_changes", "event_order, changed_at, event_id")
    number = {row["event_id"]: int(row["event_id"].split("-")[-1]) for row in rows}
    ordered = sorted(rows, key=lambda row: (row["changed_at"], number[row["event_id"]]))
    orders = [row["event_order"] for row in ordered]
    assert orders == sorted(orders)
    assert len(set(orders)) == len(number)
