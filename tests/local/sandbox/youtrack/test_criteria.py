"""What queries ask by attributes, and what the sandbox says that it does not play."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.youtrack.errors import ApiError
from local.sandbox.youtrack.from_story import youtrack_store
from local.sandbox.youtrack.workflow import change_state
from tests.local.sandbox.youtrack.conftest import AT, make_issue, make_story
from tests.local.sandbox.youtrack.test_query import found

if TYPE_CHECKING:
    from local.sandbox.youtrack.store import YouTrackStore


def numbers(store: YouTrackStore, query: str) -> str:
    """The numbers of what a query finds, ascending, such as 13 for 2-3 and 2-1."""
    return "".join(sorted(issue_id.removeprefix("2-") for issue_id in found(store, query)))


# 2-1: PAY, story, resolved; 2-2: STORE, bug, in progress; 2-3: SEARCH, bug, open, with a comment;
# 2-4: OPS, task, open, of a user who is gone. Ann reported and edited all of them.
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("project: PAY project: OPS", "14"),
        ("project: PAY and project: OPS", ""),
        ("project: PAY, STORE project: OPS", "124"),
        ("in: PAY project: OPS", "14"),
        ("project: -PAY project: -OPS", "23"),
        ("project: PAY project: OPS #Unresolved", "4"),
        ("project: PAY #Unresolved or project: OPS", "4"),
        ("State: Open State: {In progress}", "24"),
        ("#Open #{In progress}", "24"),
        ("State: Open Состояние: Открыта", "34"),
        ("#PAY-1 #OPS-1", "14"),
    ],
)
def test_z_clauses_about_the_same_side_by_side_are_alternatives(
    store: YouTrackStore, query: str, ids: str
) -> None:
    assert numbers(store, query) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("reporter: ann", "1234"),
        ("by: {Ann Lee}", "1234"),
        ("created by: me", ""),
        ("updated by: ann", "1234"),
        ("commenter: ann", "3"),
        ("for: me", ""),
        ("for: Unassigned", "123"),
        ("#Unassigned", "123"),
        ("-Unassigned", "4"),
        ("#ann", "1234"),
        ("-ann", ""),
        ("#me", ""),
        ("#Bug", "23"),
        ("#Bug #Task", "234"),
        ("-Bug", "14"),
        ("Type: -Bug, -Task", "1"),
        ("#Bug project: STORE", "2"),
        ("has: comments", "3"),
        ("has: -comments", "124"),
        ("has: work", "1"),
        ("has: assignee", "4"),
        ("has: attachments", ""),
        ("has: {Due date}", "3"),
        ("Due date: 2026-01-19", "3"),  # two weeks after its creation
        ("Срок: 2026-01", "3"),
        ("Due date: 2026-01-20 .. *", ""),
        ("created: 2026-01", "1234"),
        ("created: 2025-12", ""),
        ("resolved date: 2026-01-05", "1"),
    ],
)
def test_z_attributes_and_values_by_themselves(store: YouTrackStore, query: str, ids: str) -> None:
    assert numbers(store, query) == ids


def test_z_numbers_take_ranges(store: YouTrackStore) -> None:
    for number, points in ((1, 1), (2, 2.5), (3, 8)):
        issue = store.issues[f"2-{number}"]
        store.set_value(issue, "points", points, AT, store.people.reader)
    ranges = ("2.5", "1 .. 2.5", "2 .. *", "* .. 2", "-8", "1, 8", "9")
    assert [numbers(store, f"Story points: {one}") for one in ranges] == [
        "2", "12", "23", "1", "124", "13", "",
    ]  # fmt: skip


def test_z_tags_and_sprints(store: YouTrackStore) -> None:
    change_state(store, "2-3", "stalled", AT)
    for number, board in ((1, 0), (2, 1)):
        sprint = store.boards[board]["sprints"][0]
        store.change_sprint(store.issues[f"2-{number}"], sprint, AT, store.people.reader)
    assert numbers(store, "tag: blocked") == numbers(store, "#blocked") == "3"
    assert numbers(store, "tagged as: -blocked") == "124"
    assert numbers(store, "has: tags") == "3"
    # Both boards have a sprint of this name.
    assert numbers(store, "Board Payments board: {Sprint 1}") == "1"
    assert numbers(store, "Board {Storefront board}: {current sprint}") == "2"


def test_z_links() -> None:
    store = youtrack_store(
        make_story(
            make_issue(1, (5, "subtask", None, 2), (6, "subtask", None, 3)),
            make_issue(2, (4, "parent", None, 1)),
            make_issue(3, (4, "duplicates", None, 5)),
            make_issue(4),
            make_issue(5, (9, "duplicated_by", None, 3), hidden=True),
        )
    )
    assert numbers(store, "parent for: PAY-2") == "1"
    assert numbers(store, "subtask of: PAY-1") == "2"
    assert numbers(store, "links: PAY-1") == "2"
    # the duplicate's other end is out of sight
    assert numbers(store, "duplicates: PAY-5") == ""
    assert numbers(store, "has: links") == "12"


def test_z_whoever_asks_is_me(store: YouTrackStore) -> None:
    change_state(store, "2-2", "resolved", AT)  # by the reader
    assert numbers(store, "updated by: me") == "2"
    store.people.is_guest = True
    assert numbers(store, "updated by: me") == ""


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("whatever", "searching issues for a text: whatever"),
        ("Unresolved", "searching issues for a text: Unresolved"),
        ("project: PAY Unresolved", "searching issues for a text: Unresolved"),
        ("PAY-1", "searching issues for a text: PAY-1"),
        ('"two words"', 'searching issues for a text: "two words"'),
        ('-"two words"', 'searching issues for a text: "two words"'),
        ("summary: words", 'the attribute "summary" in queries'),
        ("saved search: Done", 'the attribute "saved search" in queries'),
        ("colour: red", 'the attribute "colour" in queries'),
        ("sort by: priority", 'sorting by "priority"'),
        ("#Open sort by: {Due date} desc", 'sorting by "{Due date} desc"'),
        ("project: PAY .. OPS", 'ranges of "project" in queries'),
        ("Priority: High .. Low", 'ranges of "Priority" in queries'),
        ("Lead time: 1h", '"Lead time" in queries, a field of type period'),
        ("Fixed in build: 5", '"Fixed in build" in queries, a field of type string'),
        ("has: comments, work", 'several "has" side by side'),
        ("has: comments has: work", 'several "has" side by side'),
        ("has: project", '"has: project" in queries'),
        ("has: votes", 'the attribute "votes" in queries'),
        ("#{Sprint 1}", '"Sprint 1" in queries, as it is of'),
    ],
)
def test_z_a_query_that_is_not_played_is_refused_by_name(
    store: YouTrackStore, query: str, what: str
) -> None:
    with pytest.raises(ApiError) as refused:
        found(store, query)
    assert (refused.value.status, refused.value.error) == (400, "invalid_query")
    assert refused.value.description.startswith(f"The sandbox does not play {what}")
