"""Pages by number end at the wall and shift under edits; relative pages follow ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local.sandbox.yandex_tracker.conftest import (
    Client,
    issue_story,
    keys,
    served,
    small_store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.yandex_tracker.store import TrackerStore

OLDEST_FIRST = {"query": 'Queue: PAYMENTS "Sort by": Updated ASC'}


@pytest.fixture
def seven() -> Iterator[Client]:
    """Issues PAYMENTS-1 to 7, updated in this order; pages reach five rows."""
    with served(small_store(*(issue_story(n) for n in range(1, 8))), row_limit=5) as client:
        yield client


def read_by_links(client: Client, body: Any, **query: Any) -> list[str]:
    """The keys that a client gets which follows ``next`` until there is none."""
    answer = client.search(body, **query)
    found = keys(answer)
    while "next" in answer.links:
        url = answer.links["next"]["url"]
        answer = client.search(
            body, **dict(part.split("=") for part in url.partition("?")[2].split("&"))
        )
        found += keys(answer)
    return found


class TestTheWall:
    """10,000 rows in the real one, five here."""

    def test_totals_are_clamped_and_a_count_is_not(self, seven: Client) -> None:
        answer = seven.search(OLDEST_FIRST, perPage=2)
        assert answer.headers["X-Total-Count"] == "5"
        assert answer.headers["X-Total-Pages"] == "3"
        assert seven.count({"queue": "PAYMENTS"}) == 7

    def test_links_end_at_it_without_a_word(self, seven: Client) -> None:
        read = read_by_links(seven, OLDEST_FIRST, perPage=2)
        assert read == [f"PAYMENTS-{n}" for n in (1, 2, 3, 4, 5)]

    def test_a_page_across_it_is_cut_and_one_beyond_it_refused(self, seven: Client) -> None:
        assert keys(seven.search(OLDEST_FIRST, perPage=2, page=3)) == ["PAYMENTS-5"]
        beyond = seven.search(OLDEST_FIRST, perPage=2, page=4)
        assert beyond.status_code == 400
        assert beyond.json()["errorMessages"] == ["Request exceeds 5 items limit"]

    def test_it_counts_for_users_and_queues_too(self, seven: Client) -> None:
        assert seven.get("users", perPage=5, page=2).status_code == 400
        assert seven.get("queues", perPage=5, page=2).status_code == 400

    def test_the_real_one_is_the_default(self, tracker: Client) -> None:
        assert tracker.search({"queue": "SEARCH"}, perPage=1000, page=10).status_code == 200
        assert tracker.search({"queue": "SEARCH"}, perPage=1000, page=11).status_code == 400


class TestNumbers:
    """``page`` and ``perPage``."""

    def test_fifty_rows_unless_said(self, tracker: Client) -> None:
        answer = tracker.search({"query": ""})
        assert len(answer.json()) == 50
        assert (answer.headers["X-Total-Count"], answer.headers["X-Total-Pages"]) == ("200", "4")

    def test_links(self, seven: Client) -> None:
        answer = seven.search(OLDEST_FIRST, perPage=2, page=2, order="+updated")
        url = f"{seven.url}/v3/issues/_search?order=%2Bupdated"
        assert {name: link["url"] for name, link in answer.links.items()} == {
            "first": f"{url}&page=1&perPage=2",
            "next": f"{url}&page=3&perPage=2",
            "seek": f"{url}&perPage=2{{&page}}",
        }
        assert "next" not in seven.search(OLDEST_FIRST, perPage=2, page=3).links

    def test_a_page_after_the_last_is_empty(self, tracker: Client) -> None:
        assert tracker.search({"query": ""}, page=5).json() == []

    def test_more_than_the_most_is_cut_silently(self) -> None:
        with served(small_store(*(issue_story(n) for n in range(1, 1003)))) as client:
            answer = client.search({"queue": "PAYMENTS"}, perPage=5000)
            assert len(answer.json()) == 1000
            assert answer.headers["X-Total-Count"] == "1002"
            assert "perPage=1000" in answer.links["next"]["url"]

    @pytest.mark.parametrize("query", [{"page": 0}, {"perPage": 0}, {"page": "x"}, {"perPage": -1}])
    def test_what_is_no_number(self, tracker: Client, query: dict[str, Any]) -> None:
        assert tracker.search({"query": ""}, **query).status_code == 400


class TestShifts:
    """Every page is looked up anew, so edits move rows from page to page."""

    @pytest.fixture
    def store(self) -> TrackerStore:
        return small_store(*(issue_story(n) for n in range(1, 8)))

    def test_a_touch_makes_an_upward_walk_lose_a_row(self, store: TrackerStore) -> None:
        with served(store) as client:
            client.app.faults.shifts = 1
            read = read_by_links(client, OLDEST_FIRST, perPage=3)
            # PAYMENTS-1 went to the end after page 1, and PAYMENTS-4 took a place on that page.
            assert read == [f"PAYMENTS-{n}" for n in (1, 2, 3, 5, 6, 7, 1)]

    def test_a_touch_makes_a_row_leave_its_window(self, store: TrackerStore) -> None:
        body = {"query": 'Updated: < "2026-09-02 00:00:00" "Sort by": Updated ASC'}
        with served(store) as client:
            client.app.faults.shifts = 1
            client.app.store.touch("PAYMENTS-7", 1_788_400_000_000)
            assert client.search(body, perPage=3).headers["X-Total-Count"] == "6"
            assert client.search(body, perPage=3).headers["X-Total-Count"] == "5"

    def test_an_order_by_creation_loses_nothing(self, store: TrackerStore) -> None:
        body = {"query": 'Queue: PAYMENTS "Sort by": Created ASC'}
        with served(store) as client:
            client.app.faults.shifts = 3
            assert read_by_links(client, body, perPage=3) == [f"PAYMENTS-{n}" for n in range(1, 8)]

    def test_every_shift_is_one_second_of_the_stores_own_clock(self, store: TrackerStore) -> None:
        with served(store) as client:
            before = store.now
            client.app.faults.shifts = 2
            client.search(OLDEST_FIRST)
            client.search(OLDEST_FIRST)
            issues = {issue.key: issue.updated_at for issue in store.visible()}
            assert (issues["PAYMENTS-1"], issues["PAYMENTS-2"]) == (before + 1000, before + 2000)


class TestRelativePages:
    """Changelogs, comments and users: no total, and the way on is the last row's id."""

    @pytest.fixture
    def longest(self, tracker: Client) -> str:
        return max(tracker.app.store.visible(), key=lambda issue: len(issue.changelog)).id

    def test_a_changelog_comes_in_fifties(self, tracker: Client, longest: str) -> None:
        answer = tracker.get(f"issues/{longest}/changelog")
        rows = answer.json()
        assert len(rows) == 50
        assert f"id={rows[-1]['id']}&perPage=50" in answer.links["next"]["url"]
        assert "X-Total-Count" not in answer.headers

    def test_asking_for_more_than_the_most_gets_a_hundred(
        self, tracker: Client, longest: str
    ) -> None:
        assert len(tracker.get(f"issues/{longest}/changelog", perPage=1000).json()) == 100

    def test_the_whole_changelog_by_its_links(self, tracker: Client, longest: str) -> None:
        rows = tracker.all_of(f"issues/{longest}/changelog")
        changelog = tracker.app.store.issues[longest].changelog
        assert [row["id"] for row in rows] == [change.id for change in changelog]
        assert len(rows) > 100

    def test_only_some_types_or_fields(self, tracker: Client, longest: str) -> None:
        every = tracker.all_of(f"issues/{longest}/changelog")
        tagged = tracker.all_of(f"issues/{longest}/changelog?field=tags&perPage=20")
        moved = tracker.all_of(f"issues/{longest}/changelog?type=IssueWorkflow&perPage=2")
        assert tagged == [
            row for row in every if any(f["field"]["id"] == "tags" for f in row.get("fields", ()))
        ]
        assert moved == [row for row in every if row["type"] == "IssueWorkflow"]
        assert len(tagged) > 100

    def test_comments(self) -> None:
        said = [(n + 10, "comment", None, f"Comment {n}") for n in range(60)]
        with served(small_store(issue_story(1, *said))) as client:
            assert len(client.get("issues/PAYMENTS-1/comments").json()) == 50
            texts = [row["text"] for row in client.all_of("issues/PAYMENTS-1/comments")]
            assert texts == [f"Comment {n}" for n in range(60)]

    def test_users(self, tracker: Client) -> None:
        everybody = tracker.get("users").json()
        assert tracker.all_of("users/_relative?perPage=5") == everybody
        assert len(everybody) == 16

    def test_an_id_that_is_not_there(self, tracker: Client, longest: str) -> None:
        assert tracker.get(f"issues/{longest}/changelog", id="f" * 24).status_code == 404
