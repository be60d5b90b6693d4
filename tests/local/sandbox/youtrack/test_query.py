"""The search language."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from local.sandbox.youtrack.errors import ApiError
from local.sandbox.youtrack.query import Searcher
from local.sandbox.youtrack.times import Times
from local.sandbox.youtrack.workflow import change_state

if TYPE_CHECKING:
    from local.sandbox.youtrack.store import YouTrackStore


def found(store: YouTrackStore, query: str, zone: str = "Europe/Berlin") -> list[str]:
    """Database ids."""
    times = Times(ZoneInfo(zone), includes_end=True)
    return [issue.issue_id for issue in Searcher(store, times).search(query)]


# 2-1: PAY, resolved; 2-2: STORE, once PAY-2, in progress; 2-3: SEARCH, open; 2-4: OPS, open
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "1234"),
        ("project: PAY", "1"),
        ("project: PAY, {Search}", "13"),
        ("project: -PAY", "234"),
        ("project: -PAY, -OPS", "23"),
        ("PROJECT: pay", "1"),
        ("#PAY-1", "1"),
        ("#PAY-2", "2"),
        ("#STORE-1", "2"),
        ("issue id: PAY-1, SEARCH-1", "13"),
        ("issue id: -PAY-1", "234"),
        ("issue id: PAY-3", ""),  # 2-5, which the reader may not see
        ("#Unresolved", "234"),
        ("#Resolved", "1"),
        ("-Resolved", "234"),
        ("State: Open", "4"),
        ("State: {In progress}", "2"),
        ("Состояние: Открыта", "3"),
        ("QA State: {In testing}", "2"),
        ("#Unresolved project: STORE, OPS", "24"),
        ("(project: PAY) or (project: OPS #Unresolved)", "14"),
        ("project: PAY and #Unresolved", ""),
        ("Assignee: Unassigned project: -SEARCH", "12"),
        ("(#Unresolved and (project: OPS or project: PAY))", "4"),
        ("(project: OPS or project: PAY) sort by: created asc", "14"),
        ("project: OPS sort by: created asc #Unresolved", "4"),
    ],
)
def test_what_a_query_finds(store: YouTrackStore, query: str, ids: str) -> None:
    assert sorted(found(store, query)) == [f"2-{number}" for number in ids]


def test_orders(store: YouTrackStore) -> None:
    for number, at in ((1, 4000), (2, 1000), (3, 3000), (4, 2000)):
        store.issues[f"2-{number}"].updated = at
    assert found(store, "sort by: created asc") == ["2-1", "2-2", "2-3", "2-4"]
    assert found(store, "sort by: created") == ["2-4", "2-3", "2-2", "2-1"]
    assert found(store, "#Unresolved sort by: updated asc") == ["2-2", "2-4", "2-3"]
    assert found(store, "") == ["2-1", "2-3", "2-4", "2-2"]


def test_ties_stay_in_order_of_creation(store: YouTrackStore) -> None:
    for issue in store.visible_issues():
        issue.updated = 7
    assert found(store, "sort by: updated desc") == ["2-1", "2-2", "2-3", "2-4"]
    assert found(store, "sort by: updated desc, created desc") == ["2-4", "2-3", "2-2", "2-1"]


def test_milliseconds_of_the_last_second_are_found_and_the_next_ones_are_not(
    store: YouTrackStore,
) -> None:
    eight = 1_800_000_000_000  # 2027-01-15T08:00:00Z
    for number, late in ((1, -1), (2, 0), (3, 999), (4, 1000)):
        store.touch(f"2-{number}", eight + late)
    query = "updated: 2027-01-15T09:00:00 .. 2027-01-15T09:00:00 sort by: created asc"
    assert found(store, query) == ["2-2", "2-3"]
    assert found(store, "updated: 2027-01-15T09:00:00 .. *") == ["2-4", "2-3", "2-2"]


def test_literals_are_of_the_owners_zone(store: YouTrackStore) -> None:
    store.touch("2-1", 1_800_000_000_000)
    query = "updated: 2027-01-15T08:00:00 .. 2027-01-15T08:30:00"
    assert found(store, query, "UTC") == ["2-1"]
    assert found(store, query, "Europe/Berlin") == []


def test_an_edit_is_found_at_once(store: YouTrackStore) -> None:
    searcher = Searcher(store, Times(ZoneInfo("UTC"), includes_end=True))
    assert len(searcher.search("#Unresolved")) == 3
    change_state(store, "2-3", "resolved", at=1_800_000_000_000)
    assert len(searcher.search("#Unresolved")) == 2


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("project: NOPE", 'The value "NOPE" isn\'t used for the project field.'),
        ("State: Nowhere", "isn't used for the State field"),
        ("State: In Progress", "isn't used"),  # a value of two words wants braces
        ("updated: 2026-01-01 .. soon", "isn't a date"),
        ("updated:", "unexpected"),
        ("(project: PAY", "unexpected"),
        ("project: PAY)", "unexpected"),
        ("(project: PAY) #Unresolved", "unexpected"),
        ("project: PAY (#Unresolved)", "unexpected"),
        ("(project: PAY) sort by: created #Open", "unexpected"),
        ("sort by:", "unexpected"),
        ("#Nothing", "isn't used for any field"),
        ("for: nobody", "isn't used for the for field"),
        ("Story points: many", "isn't used for the Story points field"),
    ],
)
def test_a_bad_query(store: YouTrackStore, query: str, complaint: str) -> None:
    with pytest.raises(ApiError, match=complaint) as refused:
        found(store, query)
    assert (refused.value.status, refused.value.error) == (400, "invalid_query")
