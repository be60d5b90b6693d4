"""Scrolls hold a snapshot that edits do not shift, for as long as they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.local.sandbox.yandex_tracker.conftest import (
    HEADERS,
    Client,
    issue_story,
    keys,
    served,
    small_store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = {"query": 'Queue: PAYMENTS "Sort by": Updated ASC'}
IN_ORDER = [f"PAYMENTS-{n}" for n in range(1, 251)]


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[Client]:
    """250 issues, beyond the row limit of 100."""
    store = small_store(*(issue_story(n) for n in range(1, 251)))
    with served(store, clock=clock, row_limit=100) as client:
        yield client


def follow(client: Client, answer: requests.Response, **query: Any) -> requests.Response:
    """The page after an answer."""
    return client.search(BODY, scrollId=answer.headers["X-Scroll-Id"], **query)


def read_all(client: Client, **query: Any) -> list[str]:
    """The keys of all pages."""
    answer = client.search(BODY, **query)
    read = keys(answer)
    while "X-Scroll-Id" in answer.headers:
        answer = follow(client, answer)
        read += keys(answer)
    return read


def test_pages_of_a_scroll_go_past_the_wall(client: Client) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100)
    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (100, "250")
    assert answer.headers["X-Scroll-Token"]
    assert read_all(client, scrollType="sorted", perScroll=100) == IN_ORDER


def test_the_last_page_has_no_scroll_id(client: Client) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=200)
    last = follow(client, answer)
    assert len(last.json()) == 50
    assert "X-Scroll-Id" not in last.headers


def test_unsorted_is_another_order_of_the_same_issues(client: Client) -> None:
    read = read_all(client, scrollType="unsorted", perScroll=100)
    assert read != IN_ORDER
    assert sorted(read) == sorted(IN_ORDER)


def test_edits_do_not_shift_it_as_they_shift_plain_pages(client: Client) -> None:
    client.app.faults.shifts = 10
    assert read_all(client, scrollType="sorted", perScroll=100) == IN_ORDER
    client.app.faults.clear()
    assert keys(client.search(BODY, perPage=1)) != ["PAYMENTS-1"]


def test_an_issue_that_left_the_result_is_still_in_it_and_a_destroyed_one_is_not(
    client: Client,
) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100)
    client.app.store.move("PAYMENTS-150", "SEARCH", 1_800_000_000_000)
    client.app.store.destroy("PAYMENTS-160", 1_800_000_000_000)
    second = keys(follow(client, answer))
    assert "SEARCH-1" in second
    assert len(second) == 99


def test_a_scroll_id_is_good_for_one_call(client: Client) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100)
    assert follow(client, answer).status_code == 200
    assert follow(client, answer).status_code == 404


def test_it_expires(client: Client, clock: Clock) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100, scrollTTLMillis=5000)
    clock.now += 4.9
    second = follow(client, answer, scrollTTLMillis=5000)
    assert second.status_code == 200
    clock.now += 5.1
    assert follow(client, second).status_code == 404


def test_it_can_be_released(client: Client) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100)
    url = f"{client.url}/v3/system/search/scroll/_clear"
    pair = {answer.headers["X-Scroll-Id"]: answer.headers["X-Scroll-Token"]}
    assert requests.post(url, json=pair, headers=HEADERS, timeout=10).status_code == 200
    assert follow(client, answer).status_code == 404


@pytest.mark.parametrize("body", [{"queue": "PAYMENTS"}, {"keys": ["PAYMENTS-1"]}])
def test_only_queries_and_filters_scroll(client: Client, body: dict[str, Any]) -> None:
    refused = client.search(body, scrollType="sorted", perScroll=100)
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == ["Scroll is not supported"]


@pytest.mark.parametrize(
    "query",
    [
        {"scrollType": "sorted", "perScroll": 99},
        {"scrollType": "sorted", "perScroll": 1001},
        {"scrollType": "random", "perScroll": 100},
    ],
)
def test_parameters_out_of_range(client: Client, query: dict[str, Any]) -> None:
    assert client.search(BODY, **query).status_code == 400


def test_every_page_needs_the_same_body(client: Client) -> None:
    answer = client.search(BODY, scrollType="sorted", perScroll=100)
    other = client.search({"query": ""}, scrollId=answer.headers["X-Scroll-Id"])
    assert other.status_code == 400
    assert follow(client, answer).status_code == 200
