"""What a search finds: the query language, filters, keys, and the zone that dates are read in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from local.sandbox.yandex_tracker.errors import TrackerError
from local.sandbox.yandex_tracker.search import Search
from tests.local.sandbox.yandex_tracker.conftest import issue_story, small_store

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.store import TrackerStore


def at(text: str, millisecond: int = 0) -> int:
    """Epoch milliseconds of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000 + millisecond


@pytest.fixture
def store() -> TrackerStore:
    """P-1 open, P-2 in progress, P-3 resolved, S-1 open, O-1 open; updated at 12:00:00.157 UTC on
    September 10, 11, 12, 13, 14.
    """
    store = small_store(
        issue_story(1),
        issue_story(2),
        issue_story(3),
        issue_story(4, team="T-search"),
        issue_story(5, team="T-ops"),
    )
    store.change_status("PAYMENTS-2", "inProgress", at("2026-09-05T00:00:00"))
    store.change_status("PAYMENTS-3", "resolved", at("2026-09-05T00:00:00"))
    for day, issue in enumerate(store.visible(), start=10):
        store.touch(issue.key, at(f"2026-09-{day}T12:00:00", 157))
    return store


def found(store: TrackerStore, zone: str = "UTC", order: tuple[str, ...] = (), **body: Any) -> str:
    """The keys found, such as ``P-1 S-1``."""
    issues = Search(store, ZoneInfo(zone)).issues(body, order)
    return " ".join(f"{issue.key[0]}-{issue.key.partition('-')[2]}" for issue in issues)


ASCENDING = '"Sort by": Updated ASC'


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Queue: PAYMENTS", "P-1 P-2 P-3"),
        ("QUEUE: Payments", "P-1 P-2 P-3"),
        ("Queue: PAYMENTS, SEARCH", "P-1 P-2 P-3 S-1"),
        ("Queue: !PAYMENTS", "S-1 O-1"),
        ("Queue: !PAYMENTS, !SEARCH", "O-1"),
        ('"Queue": "SEARCH"', "S-1"),
        ("Status: inProgress", "P-2"),
        ('Status: "In progress"', "P-2"),
        ('Status: "В работе", Решен', "P-2 P-3"),
        ("Key: PAYMENTS-2, SEARCH-1, SEARCH-99", "P-2 S-1"),
        ("Queue: PAYMENTS Status: open", "P-1"),
        ("Queue: PAYMENTS and Status: open", "P-1"),
        ("Status: inProgress or Queue: SEARCH", "P-2 S-1"),
        ("Queue: SEARCH or Queue: PAYMENTS and Status: open", "P-1 S-1"),
        ("(Queue: SEARCH or Queue: PAYMENTS) AND Status: open", "P-1 S-1"),
        ("(Queue: SEARCH OR Queue: PAYMENTS) Status: !open", "P-2 P-3"),
        ("", "P-1 P-2 P-3 S-1 O-1"),
        ("Updated: 2026-09-11", "P-2"),
        ("Updated: 11.09.2026", "P-2"),
        ("Updated: 09/11/2026", "P-2"),
        ("Updated: !2026-09-11", "P-1 P-3 S-1 O-1"),
        ('Updated: "2026-09-11".."2026-09-12"', "P-2 P-3"),
        ("Updated: 11-09-2026 .. 12-09-2026", "P-2 P-3"),
        ("Updated: > 2026-09-12", "S-1 O-1"),
        ("Updated: >= 2026-09-12", "P-3 S-1 O-1"),
        ("Updated: <= 2026-09-12", "P-1 P-2 P-3"),
        ("Updated: < 2026-09-12", "P-1 P-2"),
        ("Created: < 2026-09-02", "P-1 P-2 P-3 S-1 O-1"),
        ('Updated: >= "2026-09-13 12:00:01"', "O-1"),
        ('Updated: >= "2026-09-13 12:00:00"', "S-1 O-1"),
        ('Updated: >= "2026-09-11 00:00:00" Updated: < "2026-09-13 00:00:00"', "P-2 P-3"),
        ('Updated: "2026-09-11 00:00:00" .. "2026-09-12 12:00:01"', "P-2 P-3"),
    ],
)
def test_queries(store: TrackerStore, query: str, keys: str) -> None:
    assert found(store, query=f"{query} {ASCENDING}") == keys


def test_a_literal_is_a_whole_second_and_payloads_are_finer(store: TrackerStore) -> None:
    # P-1 was updated at 12:00:00.157, so a window that ends with that second does not hold it.
    assert found(store, query='Updated: <= "2026-09-10 12:00:00"') == ""
    assert found(store, query='Updated: <= "2026-09-10 12:00:01"') == "P-1"


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("Updated ASC", "P-1 P-2 P-3 S-1 O-1"),
        ("Updated DESC", "O-1 S-1 P-3 P-2 P-1"),
        ("Created ASC", "P-1 P-2 P-3 S-1 O-1"),
        ("Key ASC", "O-1 P-1 P-2 P-3 S-1"),
        ("Key", "O-1 P-1 P-2 P-3 S-1"),
        ("Updated DESC, Key ASC", "O-1 S-1 P-3 P-2 P-1"),
    ],
)
def test_orders(store: TrackerStore, order: str, keys: str) -> None:
    assert found(store, query=f'"Sort By": {order}') == keys


def test_without_an_order_the_newest_come_first(store: TrackerStore) -> None:
    assert found(store, query="Queue: PAYMENTS") == "P-3 P-2 P-1"


def test_keys_are_sorted_as_numbers() -> None:
    store = small_store(*(issue_story(n) for n in range(1, 12)))
    assert found(store, query='"Sort by": Key DESC').split()[:3] == ["P-11", "P-10", "P-9"]


@pytest.mark.parametrize(
    "query",
    [
        "Queue",
        "Queue:",
        "Queue: PAYMENTS and",
        "(Queue: PAYMENTS",
        "Queue: PAYMENTS)",
        "Queue: > PAYMENTS",
        "Nonsense: 1",
        'Updated: "yesterday"',
        "Updated: >= 2026-09-10 12:00:00",
        'Updated: "2026-09-10T12:00:00Z"',
        'Updated: "2026-09-10 12:00:00.157"',
        'Updated: "2026-09-10 12:00"',
        "Updated: > 2026-09-10 .. 2026-09-11",
        '"Sort by": Summary ASC',
        '"Sort by": Updated ASC Queue: PAYMENTS',
        'Queue: "PAYMENTS',
    ],
)
def test_what_is_no_query(store: TrackerStore, query: str) -> None:
    with pytest.raises(TrackerError) as refused:
        found(store, query=query)
    assert refused.value.status == 400


@pytest.mark.parametrize("query", ["Queue: NOPE", "Queue: !NOPE", "Status: Nope"])
def test_values_that_do_not_exist(store: TrackerStore, query: str) -> None:
    with pytest.raises(TrackerError) as refused:
        found(store, query=query)
    assert refused.value.status == 422


class TestZones:
    """Literals are read in the zone of the token's owner; payloads stay UTC."""

    def test_moscow_is_three_hours_ahead(self, store: TrackerStore) -> None:
        # P-1 was updated at 12:00:00.157 UTC, which Moscow's clocks call 15:00.
        after, before = 'Updated: >= "2026-09-10 {}"', ' Updated: < "2026-09-10 {}"'
        window = after.format("15:00:00") + before.format("15:00:01")
        assert found(store, "Europe/Moscow", query=window) == "P-1"
        assert found(store, "UTC", query=window) == ""

    def test_a_cursor_written_in_utc_loses_three_hours_at_its_end(
        self, store: TrackerStore
    ) -> None:
        window = 'Updated: >= "2026-09-10 10:00:00" Updated: < "2026-09-10 13:00:00"'
        assert found(store, "UTC", query=window) == "P-1"
        assert found(store, "Europe/Moscow", query=window) == ""

    @pytest.mark.parametrize(
        ("utc", "literal"),
        [
            # Berlin leaves summer time on 2026-10-25 at 01:00 UTC: 02:30 comes at 00:30 and 01:30.
            ("2026-10-25T00:30:00", "2026-10-25 02:30:00"),
            ("2026-10-25T02:30:00", "2026-10-25 03:30:00"),
            # It enters summer time on 2027-03-28 at 01:00 UTC: 02:30 does not come.
            ("2027-03-28T00:30:00", "2027-03-28 01:30:00"),
            ("2027-03-28T01:30:00", "2027-03-28 03:30:00"),
            ("2027-03-28T01:30:00", "2027-03-28 02:30:00"),
        ],
    )
    def test_clock_changes(self, store: TrackerStore, utc: str, literal: str) -> None:
        store.touch("PAYMENTS-1", at(utc))
        assert found(store, "Europe/Berlin", query=f'Updated: "{literal}"') == "P-1"

    def test_the_second_pass_of_an_hour_has_no_literal_of_its_own(
        self, store: TrackerStore
    ) -> None:
        """The window [00:30, 02:00) UTC is written [02:30, 03:00) by a client's local clock."""
        store.touch("PAYMENTS-1", at("2026-10-25T01:30:00"))
        exact = 'Updated: >= "2026-10-25 02:30:00" Updated: < "2026-10-25 03:00:00"'
        assert found(store, "Europe/Berlin", query=exact) == "P-1"
        # The window [01:00, 02:00) UTC begins with 02:00 for the second time; the first is meant.
        begins_late = 'Updated: >= "2026-10-25 02:00:00" Updated: < "2026-10-25 02:59:59"'
        assert found(store, "Europe/Berlin", query=begins_late) == ""

    def test_a_day_of_a_clock_change_is_as_long_as_it_is(self, store: TrackerStore) -> None:
        store.touch("PAYMENTS-1", at("2026-10-25T22:59:59"))
        store.touch("PAYMENTS-2", at("2026-10-25T23:00:00"))
        assert found(store, "Europe/Berlin", query="Updated: 2026-10-25") == "P-1"


class TestOtherWays:
    """Queue, keys and filter; exactly one way at a time."""

    def test_by_queue(self, store: TrackerStore) -> None:
        assert found(store, queue="PAYMENTS") == "P-3 P-2 P-1"

    def test_by_keys_old_ones_too(self, store: TrackerStore) -> None:
        store.move("PAYMENTS-1", "SEARCH", at("2026-09-20T00:00:00"))
        assert found(store, keys=["PAYMENTS-1", "OPERATIONS-1", "PAYMENTS-77"]) == "S-2 O-1"
        assert found(store, keys="PAYMENTS-2") == "P-2"

    def test_by_filter_in_an_order(self, store: TrackerStore) -> None:
        wanted = {"queue": ["PAYMENTS", "SEARCH"], "status": "open"}
        assert found(store, order=("+updated",), filter=wanted) == "P-1 S-1"
        assert found(store, order=("-updated",), filter=wanted) == "S-1 P-1"

    def test_a_filters_times_are_iso_and_utc_whatever_the_zone(self, store: TrackerStore) -> None:
        bounds = {"from": "2026-09-11T12:00:00.157+0000", "to": "2026-09-12T15:00:00.157+0300"}
        for zone in ("UTC", "Europe/Moscow"):
            assert found(store, zone, filter={"updated": bounds}) == "P-3 P-2"
            assert found(store, zone, filter={"updated": {"from": "2026-09-14"}}) == "O-1"

    def test_y_an_empty_filter_and_an_order_may_come_with_a_query(
        self, store: TrackerStore
    ) -> None:
        query = f"Queue: PAYMENTS {ASCENDING}"
        asked = {"query": query, "filter": {}, "filterId": None, "keys": None, "order": ["updated"]}
        assert found(store, **asked) == "P-1 P-2 P-3"
        assert Search(store, ZoneInfo("UTC")).issues(asked, ()) == store.visible()[:3]

    def test_an_order_is_not_for_queries(self, store: TrackerStore) -> None:
        assert found(store, order=("+updated",), query="Queue: PAYMENTS") == "P-3 P-2 P-1"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"queue": "PAYMENTS", "query": "Queue: PAYMENTS"},
            {"filter": {"queue": "PAYMENTS"}, "keys": ["PAYMENTS-1"]},
            {"query": None},
            {"query": 7},
            {"filter": "PAYMENTS"},
            {"filter": {"updated": "2026-09-14"}},
            {"filter": {"updated": {"after": "2026-09-14"}}},
            {"filter": {"updated": {"from": "yesterday"}}},
            {"filter": {"nonsense": "1"}},
        ],
    )
    def test_what_is_no_search(self, store: TrackerStore, body: dict[str, Any]) -> None:
        with pytest.raises(TrackerError) as refused:
            found(store, **body)
        assert refused.value.status == 400


def test_an_edit_between_two_searches_is_seen(store: TrackerStore) -> None:
    search = Search(store, ZoneInfo("UTC"))
    before = search.issues({"query": ASCENDING})
    store.touch("PAYMENTS-1", at("2026-09-20T00:00:00"))
    assert before[0].key == "PAYMENTS-1"
    assert search.issues({"query": ASCENDING})[-1].key == "PAYMENTS-1"
    store.hide("PAYMENTS-2", at("2026-09-20T00:00:00"))
    assert "PAYMENTS-2" not in [issue.key for issue in search.issues({"query": ASCENDING})]
