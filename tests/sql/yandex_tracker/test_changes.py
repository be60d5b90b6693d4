"""What entries of the changelog become: a row per changed field, or per value that came or went."""

from __future__ import annotations

import hashlib

import pytest

from tests.sql.yandex_tracker.tracker import (
    ANN,
    BOB,
    CORE,
    OPS,
    Tracker,
    issue_id,
    of,
    sprint,
    status,
    user,
)

LOCAL = "68ac0d8c6cac335d0ed8a2be--severity"
LONG_GONE = "8000000000000099"


def priority(key: str, display: str) -> dict[str, str]:
    return {"id": "9", "key": key, "display": display}


def link(kind: str, direction: str, number: int) -> dict[str, object]:
    return {"type": {"id": kind, "inward": "?", "outward": "?"}, "direction": direction,
            "object": {"id": issue_id(number), "key": f"CORE-{number}"}}  # fmt: skip


# name of the case -> an entry and the rows that it becomes: (field, old, new).
CASES = {
    "creation": (
        ("IssueCreated", ("status", None, status("1")), ("summary", None, "Draft")), {},
        {("created", None, None), ("status", None, "1"), ("title", None, "Draft")},
    ),
    "a text and a long text": (
        ("IssueUpdated", ("summary", "Draft", "Issue 1"), ("description", 'a "b" \\ я', None)), {},
        {("title", "Draft", "Issue 1"), ("description", 'a "b" \\ я', None)},
    ),
    "an assignee who is deleted since": (
        ("IssueUpdated", ("assignee", user(LONG_GONE), user(BOB))), {},
        {("assignee", LONG_GONE, BOB)},
    ),
    "a priority by its key": (
        ("IssueUpdated",
         ("priority", priority("normal", "Средний"), priority("critical", "Критичный"))), {},
        {("priority", "normal", "critical")},
    ),
    "numbers are equal whatever zeros they are written with": (
        ("IssueUpdated", ("storyPoints", None, 3.0), ("weight", 2.50, 2.5), ("cost", 0, 10)), {},
        {("estimate", None, "3"), ("custom:cost", "0", "10")},
    ),
    "numbers that are small, large and whole": (
        ("IssueUpdated", ("weight", 1e-5, 2e25), ("cost", 10, 1e15), ("rate", -1.5e-7, 3.0)), {},
        {("custom:weight", "0.00001", "2" + "0" * 25), ("custom:cost", "10", "1" + "0" * 15),
         ("custom:rate", "-0.00000015", "3")},
    ),
    "a name that changed its language only": (
        ("IssueUpdated", ("priority", priority("normal", "Средний"), priority("normal", "Medium")),
         ("type", {"id": "2", "key": "task", "display": "Задача"}, {"id": "2", "key": "bug"})), {},
        {("issue_type", "task", "bug")},
    ),
    "a list of texts": (
        ("IssueUpdated", ("tags", ["a", "b"], ["b", "c, d"]), ("tags2", None, [])), {},
        {("tags", "a", None), ("tags", None, "c, d")},
    ),
    "a list of texts of any length": (
        ("IssueUpdated",
         ("tags", None, ["x" * 9000, "y" * 9000]), ("tags2", None, ["ж" * 201])), {},
        {("tags", None, "x" * 9000), ("tags", None, "y" * 9000),
         ("custom:tags2", None, "ж" * 201)},
    ),
    "a list of references": (
        ("IssueUpdated", ("followers", [user(ANN)], [user(ANN), user(BOB)])), {},
        {("followers", None, BOB)},
    ),
    "a list whose items changed inside": (
        ("IssueUpdated", ("checklistItems", [{"id": "c1", "checked": False}],
                          [{"id": "c1", "checked": True}])), {},
        {("checklistItems", None, None)},
    ),
    "sprints": (
        ("IssueUpdated", ("sprint", [sprint(44), sprint(45)], [sprint(45), sprint(46)])), {},
        {("project", "sprint:44", None), ("project", None, "sprint:46")},
    ),
    "a sprint that stays under another name": (
        ("IssueUpdated", ("sprint", [sprint(44)], [sprint(44) | {"display": "Спринт"}])), {}, set(),
    ),
    "one sprint that is no list": (
        ("IssueUpdated", ("sprint", None, sprint(44))), {},
        {("project", None, "sprint:44")},
    ),
    "a move": (
        ("IssueMoved", ("queue", CORE, OPS), ("key", "CORE-1", "OPS-1"),
         ("aliases", [], ["CORE-1"])), {},
        {("project", "queue:3", None), ("project", None, "queue:5"), ("key", "CORE-1", "OPS-1"),
         ("aliases", None, "CORE-1")},
    ),
    "custom fields and a project of Tracker's own": (
        ("IssueUpdated", (LOCAL, None, "high"), ("commited", "no", "yes"),
         ("project", None, {"id": "7", "display": "Big one"})), {},
        {("custom:severity", None, "high"), ("custom:commited", "no", "yes"),
         ("tracker_project", None, "7")},
    ),
    "a parent by its id": (
        ("IssueUpdated", ("parent", None, {"id": issue_id(2), "key": "CORE-2"})), {},
        {("parent", None, issue_id(2))},
    ),
    "links": (
        ("IssueLinked",), {"links": [{"from": None, "to": link("subtask", "outward", 2)}]},
        {("subtask", None, issue_id(2))},
    ),
    "a link of another kind, seen from the other end": (
        ("IssueLinkChanged",), {"links": [{"from": link("relates", "inward", 3),
                                           "to": link("depends", "inward", 3)}]},
        {("relates", issue_id(3), None), ("depends:inward", None, issue_id(3))},
    ),
    "a comment along with a transition": (
        ("IssueWorkflow", ("status", status("1"), status("3"))),
        {"comments": {"added": [{"id": "10", "display": "Done?"}]}},
        {("status", "1", "3"), ("comment", None, "10")},
    ),
    "a comment that was removed": (
        ("IssueCommentRemoved",), {"comments": {"removed": [{"id": "10"}]}},
        {("comment", "10", None)},
    ),
    "a comment without detail": (("IssueCommentUpdated",), {}, {("comment", None, None)}),
    "an entry that changes no field": (
        ("IssueVoteAdded",), {}, {("IssueVoteAdded", None, None)}
    ),
    "an entry without the list of fields": (
        ("IssueAttachmentAdded",), {"fields": None}, {("IssueAttachmentAdded", None, None)}
    ),
    "a field that names nothing new": (
        ("IssueUpdated", ("resolution", {"id": "1", "key": "fixed"}, {"id": "1", "key": "fixed"})),
        {}, set(),
    ),
    "a status that is deleted": (
        ("IssueWorkflow", ("status", status("3"), {"display": "Deleted"})), {},
        {("status", "3", None)},
    ),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    tracker.issue(1, now="3", assignee=user(BOB))
    for number, (entry, more, _) in enumerate(CASES.values()):
        tracker.entry(1, number / 4, *entry, entry_id=f"{number:024x}", **more)
    tracker.into(warehouse)


@pytest.fixture(scope="module")
def changes(warehouse):
    return warehouse.rows("mart.fct_issue_changes", "*", of(1))


@pytest.mark.parametrize("case", CASES)
def test_an_entry_becomes_its_changes(changes, case):
    event_id = f"{list(CASES).index(case):024x}"
    found = [row for row in changes if row["event_id"] == event_id]
    expected = CASES[case][2]
    assert {(row["field"], row["old_value"], row["new_value"]) for row in found} == expected
    assert len(found) == len(expected)


def test_keys_tell_rows_apart(changes):
    assert len({row["change_key"] for row in changes}) == len(changes)


def test_d5_a_hash_stands_for_a_long_text_in_a_key(changes):
    """The text in front of it is the entry's id, the field and the direction."""
    (row,) = (row for row in changes if row["new_value"] == "x" * 9000)
    in_full = f"{row['event_id']}:tags:+{'x' * 9000}"
    assert row["change_key"] == f"yandex_tracker:{hashlib.md5(in_full.encode()).hexdigest()}"


def test_people_whom_only_the_changelog_knows_are_kept(warehouse):
    rows = warehouse.rows("mart.dim_users", "user_id, username, user_type, is_known")
    assert [tuple(row.values()) for row in rows] == [
        (ANN, "ann", "user", True),
        (BOB, "bob", "user", True),
        (LONG_GONE, None, "user", False),
    ]


def test_a_status_change_that_leads_to_no_status_is_a_finding(warehouse):
    rows = warehouse.rows("ops.ops_data_quality", "detail", "rule = 'status_change_without_status'")
    event_id = f"{list(CASES).index('a status that is deleted'):024x}"
    assert [row["detail"] for row in rows] == [
        "1 changes of the status lead to none that the API can name, the first is entry " + event_id
    ]
